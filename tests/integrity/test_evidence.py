"""Evidence to take away: complete, the same each time, and altered in no place without the verifier naming it."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import update

from docctl.errors import DocctlError, Forbidden, Invalid, NotFound, Tampered, WrongState
from docctl.ledger.evidence.alone import verifier
from docctl.ledger.evidence.canonical import canonical
from docctl.ledger.evidence.sections import SECTIONS
from docctl.models.copies import Copy
from docctl.queries.evidence.export import evidence_file
from docctl.queries.evidence.subjects import Asked
from docctl.rules import permissions
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.evidence import RIGHTS, Kind
from docctl.rules.roles import Actor, Role
from docctl.usecases.copies import handing
from tests.support.evidence import (
    COPY,
    NUMBER,
    OPEN_RECORD,
    RECORD,
    Files,
    files_of,
    line_changed,
    listed,
    story,
    taken,
    verdict,
    written,
)
from tests.support.sites import World, issue, procedure

RECORDS = "records/2026/"
SEALED, VALUES = RECORDS + RECORD + ".json", RECORDS + RECORD + ".values.jsonl"
TEXT = "documents/LX-CX-2019-101/A-0/procedures/LX-CX-2019-101.md"


@pytest.mark.regulation("GJ-03", "P11-10b", "DI-03", "RM-01")
def test_every_kind_is_found_whole_by_a_program_that_knows_nothing_of_docctl(
    world: World, tmp_path: Path
) -> None:
    story(world)
    alone = tmp_path / "verify.py"
    for kind in Kind:
        file = taken(world, kind, tmp_path)
        assert verdict(file, alone, world.site.settings.public_key).code == 0, kind
        assert files_of(file)["verify.py"] == alone.read_bytes()


@pytest.mark.regulation("P11-10b", "P11-50b", "DI-03", "RM-01")
def test_a_record_brings_what_governed_it_its_values_and_the_page_that_leads_through(
    sqlite_world: World, tmp_path: Path
) -> None:
    story(sqlite_world)
    files = files_of(taken(sqlite_world, Kind.RECORD, tmp_path))
    assert {TEXT, SEALED, VALUES, "README.txt", "words.json", "checkpoint"} <= files.keys()
    page = files["index.html"].decode()
    for said in (
        "写漏一字",
        "某厂",
        "员工周 (staff)",
        COPY,
        "核对",
        "Values of the records",
        "记录的值及其更正",
        "(verifier)",
    ):
        assert said in page or said in files["README.txt"].decode(), said
    assert re.search("<td>某</td>.*\n.*", page), "the corrected value stays readable"
    assert OPEN_RECORD not in page


def test_of_one_checkpoint_it_is_the_same_file_whatever_came_later(world: World, tmp_path: Path) -> None:
    story(world)
    first = {kind: taken(world, kind, tmp_path).read_bytes() for kind in Kind}
    handing.recall_copy(world.as_("controller"), COPY, reason="回收检查")
    assert {kind: taken(world, kind, tmp_path, login="auditor").read_bytes() for kind in Kind} == first


def test_what_is_newer_than_the_checkpoint_is_counted_and_not_in_it(
    sqlite_world: World, tmp_path: Path
) -> None:
    story(sqlite_world)
    handing.recall_copy(sqlite_world.as_("controller"), COPY, reason="回收检查")
    asked = Asked(kind=Kind.COPY, name="lx-cx-2019-101 # 1")
    with evidence_file(sqlite_world.as_("auditor"), asked, {}) as made:
        assert (made.newer, made.name) == (1, f"evidence_copy_{NUMBER}#001_{made.size}.zip")
        assert "回收检查" not in files_of(made.path)["index.html"].decode()
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["technical"])
    new = Asked(kind=Kind.COPY, name=f"{NUMBER}#003")
    with (
        pytest.raises(WrongState, match="newer than the newest checkpoint"),
        evidence_file(sqlite_world.as_("auditor"), new, {}),
    ):
        pass


@pytest.mark.parametrize("role", Role)
def test_whoever_may_take_evidence_away_may_read_all_that_is_in_it(role: Role) -> None:
    actor, nobodys = Actor(9, "x", frozenset({role}), "quality"), Subject(performers=frozenset(), holder="")
    may = permissions.refusal(Action.EVIDENCE_EXPORT, actor, Subject()) is None
    assert may == (role in {Role.AUDITOR, Role.ADMIN, Role.DOCUMENT_CONTROLLER})
    rights = {right for kind in Kind for right in RIGHTS[kind]}
    if may:
        lacking = [right for right in rights if permissions.refusal(right, actor, nobodys)]
        assert lacking == ([Action.USER_READ] if role is Role.DOCUMENT_CONTROLLER else [])


def test_who_may_not_read_accounts_takes_none_away(sqlite_world: World, tmp_path: Path) -> None:
    story(sqlite_world)
    with pytest.raises(Forbidden):
        taken(sqlite_world, Kind.PERSON, tmp_path, login="controller")
    for login in ("staff", "rep", "verifier"):
        with pytest.raises(Forbidden, match="take evidence away"):
            taken(sqlite_world, Kind.RECORD, tmp_path, login=login)


@pytest.mark.parametrize(
    ("asked", "refused", "said"),
    [
        (Asked(kind=Kind.DOCUMENT, name="LX-CX-9"), NotFound, "there is no document"),
        (Asked(kind=Kind.RECORD, name="\0"), Invalid, "invisible character"),
        (Asked(kind=Kind.COPY, name="7"), NotFound, "there is no copy"),
        (Asked(kind=Kind.PERSON, name="' OR 1=1"), NotFound, "there is no account"),
        (Asked(kind=Kind.CUSTOMER, name="无此厂"), NotFound, "no record names the customer"),
        (Asked(kind=Kind.CUSTOMER, name="  "), Invalid, "say of what"),
        (Asked(kind=Kind.PERIOD), Invalid, "say the day"),
        (Asked(kind=Kind.PERIOD, first=date(2026, 3, 2), last=date(2026, 3, 1)), Invalid, "is before"),
        (Asked(kind=Kind.PERIOD, first=date(1, 1, 1), last=date(1, 1, 2)), NotFound, "nothing was done"),
        (
            Asked(kind=Kind.PERIOD, first=date(9999, 12, 31), last=date(9999, 12, 31)),
            NotFound,
            "nothing was done",
        ),
    ],
)
def test_what_is_not_there_is_a_sentence(
    sqlite_world: World, asked: Asked, refused: type[DocctlError], said: str
) -> None:
    with pytest.raises(refused, match=said), evidence_file(sqlite_world.as_("admin"), asked, {}):
        pass


def test_of_a_site_that_was_altered_no_evidence_is_handed_out(sqlite_world: World, tmp_path: Path) -> None:
    story(sqlite_world)
    sealed = next((sqlite_world.site.path / "records" / "2026").glob("*0001.json"))
    sealed.write_bytes(sealed.read_bytes().replace("某厂".encode(), "他厂".encode()))
    with pytest.raises(Tampered):
        taken(sqlite_world, Kind.RECORD, tmp_path)


def _of(name: str, change: Callable[[dict[str, Any]], object], number: int = 0) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        files[name] = line_changed(files[name], number, change)

    return changed


def _without_line(files: Files, name: str, number: int) -> None:
    lines = files[name].splitlines(keepends=True)
    files[name] = b"".join(lines[:number] + lines[number + 1 :])


def _without_event(act: bytes) -> Callable[[Files], None]:
    """The first event of this act is gone, with its proof."""

    def changed(files: Files) -> None:
        lines = files["events.jsonl"].splitlines()
        number = next(n for n, line in enumerate(lines) if act in line)
        for name in ("events.jsonl", "proofs.jsonl"):
            _without_line(files, name, number)

    return changed


def _swap_proofs(files: Files) -> None:
    lines = files["proofs.jsonl"].splitlines(keepends=True)
    paths = [json.loads(line)["path"] for line in lines]
    files["proofs.jsonl"] = line_changed(
        line_changed(files["proofs.jsonl"], 1, lambda p: p.update(path=paths[2])),
        2,
        lambda p: p.update(path=paths[1]),
    )


def _reword(old: bytes, new: bytes) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        assert old in files["index.html"]
        files["index.html"] = files["index.html"].replace(old, new, 1)

    return changed


def _resealed(files: Files) -> None:
    """Another value in the sealed record and beside it, with a seal that fits."""
    for name in (SEALED, VALUES):
        files[name] = files[name].replace("某厂".encode(), "他厂".encode())


ALTERED: dict[str, tuple[Callable[[Files], Any], str]] = {
    "a text": (lambda f: f.update({TEXT: f[TEXT].replace("答复".encode(), "不理".encode())}), TEXT),
    "a text is gone": (lambda f: f.pop(TEXT), TEXT),
    "a file more": (lambda f: f.update({"documents/more.txt": b"x"}), "documents/more.txt"),
    "another readme is another file, not another fact": (lambda f: f.pop("README.txt"), "README.txt"),
    "the page names another signer": (_reword("管平".encode(), "管云".encode()), "index.html"),
    "the page leaves a line out": (_reword("写漏一字".encode(), b""), "index.html"),
    "a value": (_resealed, VALUES),
    "a value is gone": (lambda f: _without_line(f, VALUES, 1), VALUES),
    "a sealed record is gone": (lambda f: f.pop(SEALED), SEALED),
    "the body of an event": (
        _of("events.jsonl", lambda e: e.update(body=e["body"].replace("staff", "stave")), 5),
        "event ",
    ),
    "an event is gone": (_without_event(b"record.complete"), "is missing"),
    "an event is gone that only added a row": (_without_event(b"record.correct"), VALUES),
    "proofs changed places": (_swap_proofs, "not proved"),
    "a proof is gone": (lambda f: _without_line(f, "proofs.jsonl", 3), "proved"),
    "an older checkpoint is gone": (
        lambda f: f.pop(min(n for n in f if n.startswith("checkpoints/"))),
        "consistency.jsonl",
    ),
    "its proof": (_of("consistency.jsonl", lambda p: p["path"].reverse()), "checkpoints/"),
    "the key": (lambda f: f.update(keys=f["keys"].replace(b"+", b"-", 1)), "key"),
    "the words": (
        lambda f: f.update({"words.json": f["words.json"].replace(b"Signature", b"Nothing")}),
        "index.html",
    ),
    "the log": (_of("manifest.json", lambda m: m.update(log="docctl-other")), "docctl-other"),
    "the subject": (_of("manifest.json", lambda m: m["subject"].update(name="LX-R-101-2026-0009")), "0009"),
    "the roots": (_of("manifest.json", lambda m: m["subject"]["roots"].pop()), "does not hold it"),
}


@pytest.fixture
def made(sqlite_world: World, tmp_path: Path) -> tuple[World, Path]:
    story(sqlite_world)
    return sqlite_world, taken(sqlite_world, Kind.RECORD, tmp_path)


@pytest.mark.rule("SE-31")
def test_whatever_is_altered_is_named_even_where_the_site_signed_for_it(
    made: tuple[World, Path], tmp_path: Path
) -> None:
    """The manifest fits in every case: once as somebody without the key could make it, once with the key."""
    world, file = made
    alone, other = tmp_path / "verify.py", tmp_path / "other.zip"
    for what, (alter, named) in ALTERED.items():
        files = files_of(file)
        alter(files)
        if not files["manifest.json"].endswith(b"}"):
            files["manifest.json"] = files["manifest.json"].strip()
        other.write_bytes(written(listed(files, None)))
        found = verdict(other, alone)
        assert (
            found.code,
            "manifest.note" in found.broken or "key" in found.broken or named in found.broken,
        ) == (1, True), what
        other.write_bytes(written(listed(files, world.site.key)))
        found = verdict(other, alone)
        assert (found.code, named in found.broken) == (1, True), (what, found.broken)


def test_what_is_altered_without_a_new_manifest_is_named_by_its_path(
    made: tuple[World, Path], tmp_path: Path
) -> None:
    _, file = made
    other = tmp_path / "other.zip"
    for name in files_of(file):
        files = files_of(file)
        files[name] += b"\n"
        other.write_bytes(written(files))
        found = verdict(other, tmp_path / "verify.py")
        assert found.code == 1, name
        assert name in found.broken, (name, found.broken)


@pytest.mark.regulation("A11-05")
def test_any_one_bit_is_seen(made: tuple[World, Path], tmp_path: Path) -> None:
    _, file = made
    data, other, chance = file.read_bytes(), tmp_path / "other.zip", random.Random(22)
    places = [0, 3, 11, len(data) - 1, len(data) - 15, *(chance.randrange(len(data)) for _ in range(20))]
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        other.write_bytes(flipped)
        # A file that does not begin as these do is none of them: nobody can tell what it was.
        assert verdict(other, tmp_path / "verify.py").code == (2 if place < 2 else 1), place


def test_what_cannot_be_told_is_neither_good_nor_bad(made: tuple[World, Path], tmp_path: Path) -> None:
    world, file = made
    alone, other = tmp_path / "verify.py", tmp_path / "other.zip"
    assert verdict(tmp_path / "none.zip", alone).code == 2
    assert verdict(file, alone, "no key").code == 2
    files = files_of(file)
    files["manifest.json"] = canonical(json.loads(files["manifest.json"]) | {"version": 2})
    other.write_bytes(written(listed(files, world.site.key)))
    found = verdict(other, alone)
    assert (found.code, "version 2" in found.broken) == (2, True)


def test_without_a_key_from_elsewhere_it_says_so_and_with_another_one_it_fails(
    made: tuple[World, Path], tmp_path: Path
) -> None:
    world, file = made
    other = world.site.settings.origin + "+7dadffac+ASodGy3CVmvXLwm89pnjyxUmNyenk+X/4XQkySN6Yzal"
    assert verdict(file, tmp_path / "verify.py", other).code in (1, 2)
    assert verdict(file, tmp_path / "verify.py", world.site.settings.public_key).code == 0


def test_a_row_that_was_changed_behind_the_ledger_does_not_come_into_the_file(
    sqlite_world: World, tmp_path: Path
) -> None:
    """What is in the file is what the events say, not what the tables say."""
    story(sqlite_world)
    with sqlite_world.site.engine.begin() as connection:
        for trigger in ("copy_guard_u", "copy_guard_i", "copy_guard_d"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}")
        connection.execute(update(Copy).values(holder_name="他人"))
    files = files_of(taken(sqlite_world, Kind.COPY, tmp_path))
    assert "他人" not in files["index.html"].decode()


def test_the_verifier_is_plain_python_of_old() -> None:
    tree = ast.parse(verifier(), feature_version=(3, 9))
    taken_from = {
        n.module if isinstance(n, ast.ImportFrom) else n.names[0].name
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
    }
    assert taken_from <= {
        "__future__",
        "base64",
        "binascii",
        "hashlib",
        "html",
        "json",
        "os",
        "re",
        "sqlite3",
        "struct",
        "sys",
        "typing",
        "zlib",
    }


def test_everything_on_the_page_has_words_in_every_language(made: tuple[World, Path]) -> None:
    words = json.loads(files_of(made[1])["words.json"])
    columns = {(t, name) for _, t, of in SECTIONS for _, name in of}
    assert [name for t, name in columns if name not in words and f"{t}.{name}" not in words] == []
    assert [section for section, _, _ in SECTIONS if f"section.{section}" not in words] == []
    assert {frozenset(said) for said in words.values()} == {frozenset({"en", "zh"})}
    untold = [k for k, said in words.items() if not re.search("[一-鿿]", said["zh"])]
    assert untold == [], "words that nobody has put into Chinese"


def test_the_page_is_on_paper_too_the_same_each_time(sqlite_world: World, tmp_path: Path) -> None:
    story(sqlite_world)
    settings = sqlite_world.site.path / "docctl.toml"
    settings.write_text(settings.read_text().replace("pdf = false", "pdf = true"))
    sqlite_world.reopen()
    file = taken(sqlite_world, Kind.COPY, tmp_path)
    first = file.read_bytes()
    assert verdict(file, tmp_path / "verify.py").code == 0
    paper = pypdfium2.PdfDocument(files_of(file)["index.pdf"])
    assert {tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in paper} == {(297, 210)}
    said = "".join(page.get_textpage().get_text_bounded() for page in paper)
    assert COPY.partition("#")[0] in said.replace("\r\n", "")
    assert "证据文件" in said
    paper.close()
    assert taken(sqlite_world, Kind.COPY, tmp_path).read_bytes() == first


def test_a_document_that_is_handed_in_and_not_issued_brings_no_text(
    sqlite_world: World, tmp_path: Path
) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, procedure(extra="第二版。"), save=True)
    files = files_of(taken(sqlite_world, Kind.DOCUMENT, tmp_path))
    assert [name for name in files if name.startswith("documents/")] == [TEXT, TEXT.replace("A-0", "A-1")]
