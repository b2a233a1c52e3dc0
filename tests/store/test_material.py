"""The files of one document: what is gathered from a folder, and whether they are those that were signed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docctl.errors import Invalid, NotFound, Tampered
from docctl.rules.documents.clauses import LARGEST_FIGURE
from docctl.store.library import Library
from docctl.store.material import content_of, gather, manifest_of, parse, read_files
from docctl.store.objects import blob_id
from docctl.store.template import Template
from docctl.store.tree import LARGEST_FILE
from tests.support.library import put
from tests.support.sites import template

NUMBER = "LX-CX-2019-009"
FRONT = f"---\nnumber: {NUMBER}\ntitle: {{zh: 甲, en: A}}\nlevel: procedure\ndepartment: sales\n---\n"
PLAN, FLOW = f"{NUMBER}/plan.png", f"{NUMBER}/flow.png"
ZH = f"{FRONT}# 1 目的\n\n![流程]({PLAN})\n"
EN = f"{FRONT}# 1 Purpose\n\n![Flow]({FLOW})\n"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A procedure in two languages with a figure each, as its author has it."""
    (tmp_path / NUMBER).mkdir()
    for name, text in ((f"{NUMBER}.md", ZH), (f"{NUMBER}.en.md", EN)):
        (tmp_path / name).write_text(text, "utf-8")
    for figure in (PLAN, FLOW):
        (tmp_path / figure).write_bytes(PNG)
    return tmp_path


def test_a_procedure_comes_with_its_english_half_and_the_figures_of_both(folder: Path) -> None:
    (folder / NUMBER / "unused.png").write_bytes(PNG)
    found = gather(folder / f"{NUMBER}.md")
    assert found.main == f"procedures/{NUMBER}.md"
    assert found.files == {
        f"procedures/{NUMBER}.md": ZH.encode(),
        f"procedures/{NUMBER}.en.md": EN.encode(),
        f"procedures/{PLAN}": PNG,
        f"procedures/{FLOW}": PNG,
    }


def test_a_procedure_without_an_english_half_comes_alone(folder: Path) -> None:
    (folder / f"{NUMBER}.en.md").unlink()
    assert set(gather(folder / f"{NUMBER}.md").files) == {f"procedures/{NUMBER}.md", f"procedures/{PLAN}"}


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_a_record_template_is_one_file_under_its_number(tmp_path: Path, suffix: str) -> None:
    text = template().files["templates/LX-R-101.yaml"]
    (tmp_path / f"any name{suffix}").write_bytes(text)
    found = gather(tmp_path / f"any name{suffix}")
    assert (found.main, found.files) == ("templates/LX-R-101.yaml", {"templates/LX-R-101.yaml": text})
    assert isinstance(found.content, Template)


def test_the_english_half_is_not_taken_for_the_document(folder: Path) -> None:
    with pytest.raises(Invalid, match=f"give {NUMBER}.md, the others come along"):
        gather(folder / f"{NUMBER}.en.md")


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a", ".md", "a.rst"])
def test_a_file_that_is_neither_text_nor_template_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(ZH, "utf-8")
    with pytest.raises(Invalid, match="is neither a procedure"):
        gather(tmp_path / name)


@pytest.mark.parametrize("name", ["none.md", "folder.md", "folder.md/none.md", "none.yaml"])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(NotFound, match=rf"{name} cannot be read: (No such|Is a directory)"):
        gather(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "largest"),
    [(f"{NUMBER}.md", LARGEST_FILE), (f"{NUMBER}.en.md", LARGEST_FILE), (PLAN, LARGEST_FIGURE)],
)
def test_a_monstrous_file_is_refused_before_it_is_read(
    folder: Path, name: str, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (folder / name).open("r+b") as file:
        file.truncate(largest + 1)
    read: list[Path] = []
    taken = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path)
        return taken(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    with pytest.raises(Invalid, match=f"is larger than {largest:,} bytes"):
        gather(folder / f"{NUMBER}.md")
    assert folder / name not in read


@pytest.mark.rule("SE-20")
def test_a_figure_outside_the_folder_of_the_text_is_not_even_read(folder: Path) -> None:
    secret = folder.parent / "secret.png"
    secret.touch()
    os.truncate(secret, LARGEST_FIGURE + 1)  # whoever read it would say so
    (folder / f"{NUMBER}.md").write_text(f"{FRONT}![x](../secret.png)\n\n![y]({PLAN})\n", "utf-8")
    (folder / PLAN).unlink()
    (folder / PLAN).symlink_to(secret)
    with pytest.raises(Invalid) as refused:
        gather(folder / f"{NUMBER}.md")
    assert "lies beside the text" in str(refused.value.problems["../secret.png"])
    assert "this figure is missing" in str(refused.value.problems[PLAN])


@pytest.mark.rule("SE-20")
@pytest.mark.parametrize("name", ["a%00b.png", f"{'x' * 300}.png"])
def test_a_figure_with_a_name_that_no_file_can_have_is_missing_like_any_other(
    folder: Path, name: str
) -> None:
    (folder / f"{NUMBER}.md").write_text(f"{FRONT}![x]({name})\n", "utf-8")
    (folder / f"{NUMBER}.en.md").unlink()
    with pytest.raises(Invalid):
        gather(folder / f"{NUMBER}.md")


def test_what_the_files_say_is_what_was_gathered(folder: Path) -> None:
    procedure, form = gather(folder / f"{NUMBER}.md"), template()
    assert parse(procedure.files) == procedure.content
    assert parse(form.files) == form.content
    assert parse({procedure.main: ZH.replace(f"![流程]({PLAN})", "").encode()}).number == NUMBER


def test_a_manifest_does_not_depend_on_the_order_of_the_files(folder: Path) -> None:
    files = gather(folder / f"{NUMBER}.md").files
    one, other = manifest_of(files), manifest_of(dict(reversed(list(files.items()))))
    assert one == other
    assert content_of(one) == content_of([dict(reversed(entry.items())) for entry in other])


def test_every_byte_of_every_file_counts_for_the_content_that_is_signed(folder: Path) -> None:
    files = gather(folder / f"{NUMBER}.md").files
    changed = [{**files, path: data + b"\n"} for path, data in files.items()]
    fewer = [{p: d for p, d in files.items() if p != path} for path in files]
    contents = {content_of(manifest_of(each)) for each in (files, *changed, *fewer)}
    assert len(contents) == 1 + 2 * len(files)


def test_the_files_of_a_manifest_are_read_from_the_library(library: Library, folder: Path) -> None:
    found = gather(folder / f"{NUMBER}.md")
    put(library, found.files)
    assert read_files(library, found.manifest) == found.files
    assert library.read(found.main_blob) == ZH.encode()


def test_a_file_that_is_not_the_one_that_was_signed_is_not_given_out(library: Library, folder: Path) -> None:
    """git's own hash is SHA-1: the manifest's SHA-256 has the last word on what a signature meant."""
    found = gather(folder / f"{NUMBER}.md")
    put(library, {**found.files, "other.md": b"other"})
    manifest = [
        entry | ({"blob": blob_id(b"other")} if entry["path"] == found.main else {})
        for entry in found.manifest
    ]
    with pytest.raises(Tampered, match=rf"{found.main} is not what was signed"):
        read_files(library, manifest)
