"""What git would serve or run without a word, docctl does not: forged objects, planted files, hostile settings."""

from __future__ import annotations

import os
import subprocess
import threading
import zlib
from pathlib import Path

import pytest

from docctl.errors import Busy, Diverged, DocctlError, Invalid, Tampered
from docctl.store import git
from docctl.store.inspection import Kind, Problem, planted
from docctl.store.library import Library, blob_id
from tests.support.library import MAIN, loose, plain_git, prepared, put

PATH = "procedures/LX-CX-001.md"
TEXT = "# 称量\n1. 去皮。\n".encode()


def forge(path: Path, kind: str, data: bytes) -> None:
    """Other content at an object's place, well formed."""
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(data), data)))


def test_reading_gives_the_bytes_and_checks_the_kind(library: Library) -> None:
    commit = put(library, {PATH: TEXT})
    assert library.read(blob_id(TEXT)) == TEXT
    assert library.read(commit, "commit").startswith(b"tree ")
    with pytest.raises(Tampered, match="is a commit, not a blob"):
        library.read(commit)


def test_a_commit_that_names_no_tree_is_not_followed(library: Library) -> None:
    arguments = ("hash-object", "-w", "-t", "commit", "--literally", "--stdin")
    oid = plain_git("-C", library.path, *arguments, stdin=b"parent x\n").strip()
    with pytest.raises(Tampered, match="names no tree"):
        library.tree(oid)


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_files_of_any_size_are_read_whole(library: Library, size: int) -> None:
    data = os.urandom(size)
    put(library, {PATH: data, "a": b""})
    assert library.read(blob_id(data)) == data
    assert library.read(blob_id(b"")) == b""


@pytest.mark.rule("SE-22", "CP-38")
def test_a_forged_object_is_found_when_it_is_read(library: Library) -> None:
    put(library, {PATH: TEXT})
    oid = blob_id(TEXT)
    assert library.read(oid) == TEXT
    forge(loose(library, oid), "blob", b"# forged\n")
    assert "forged" in plain_git("-C", library.path, "cat-file", "-p", oid), "git itself serves it"
    with pytest.raises(Tampered, match=oid):
        library.read(oid)
    assert any(oid in problem.where for problem in library.inspect(fsck=True))


@pytest.mark.parametrize("damage", [b"", b"x\x9cgarbage", None])
@pytest.mark.rule("CP-26", "CP-38")
def test_a_damaged_or_missing_object_is_named_and_the_next_read_works(
    library: Library, damage: bytes | None
) -> None:
    put(library, {PATH: TEXT, "other": b"other"})
    path = loose(library, blob_id(TEXT))
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(Tampered, match=f"{blob_id(TEXT)} of the library is missing"):
        library.read(blob_id(TEXT))
    assert library.read(blob_id(b"other")) == b"other"


@pytest.mark.parametrize("oid", ["HEAD", "main", "-x", "--all", "a" * 39, "A" * 40, "a" * 40 + "\n", ""])
@pytest.mark.rule("SE-21")
def test_only_an_id_is_ever_asked_for(library: Library, oid: str) -> None:
    with pytest.raises(Invalid, match="not a git object id"):
        library.read(oid)


def test_a_killed_reader_is_started_again(library: Library) -> None:
    put(library, {PATH: TEXT})
    library.read(blob_id(TEXT))
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    readers = [c for c in children if b"cat-file" in Path(f"/proc/{c}/cmdline").read_bytes()]
    assert readers, "the reading process is kept"
    for reader in readers:
        os.kill(int(reader), 9)
    assert library.read(blob_id(TEXT)) == TEXT


def test_threads_share_one_reader_without_mixing_answers(library: Library) -> None:
    texts = [f"text {number}".encode() * 200 for number in range(20)]
    put(library, {f"procedures/{number}.md": text for number, text in enumerate(texts)})
    wrong: list[bytes] = []

    def work() -> None:
        for text in texts * 3:
            if library.read(blob_id(text)) != text:
                wrong.append(text)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_forked_process_reads_through_its_own_reader(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, {PATH: TEXT})
    before = library._objects._open()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert library.read(blob_id(TEXT)) == TEXT
    assert library._objects._open() is not before


@pytest.mark.rule("SE-22")
def test_planted_hooks_do_not_run_and_are_reported(library: Library, tmp_path: Path) -> None:
    ran, first = tmp_path / "ran", put(library, {PATH: b"A"})
    for folder in (library.path / "hooks", tmp_path / "elsewhere"):
        folder.mkdir()
        for hook in ("reference-transaction", "update", "post-update"):
            (folder / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
            (folder / hook).chmod(0o755)
    with (library.path / "config").open("a") as config:
        config.write(f"[core]\n\thooksPath = {tmp_path / 'elsewhere'}\n\tfsmonitor = touch {ran}\n")
    with pytest.raises(Tampered, match="is not as docctl wrote it"):
        put(library, {PATH: TEXT}, first)
    assert not ran.exists()
    problems = library.inspect()
    assert Problem(Kind.PLANTED, "library.git/hooks/update") in problems
    assert Problem(Kind.CHANGED, "library.git/config") in problems
    plain_git("-C", library.path, "update-ref", "refs/heads/x", first)
    assert ran.exists(), "the hook was a working one"


@pytest.mark.rule("SE-22")
def test_a_missing_object_is_not_fetched_by_a_planted_command(library: Library, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    with (library.path / "config").open("a") as config:
        config.write(
            '[extensions]\n\tpartialClone = evil\n[remote "evil"]\n\tpromisor = true\n'
            f"\turl = {tmp_path}\n\tuploadpack = touch {ran};\n"
        )
    with pytest.raises(Tampered):
        library.read("a" * 40)
    assert not ran.exists()


@pytest.mark.rule("SE-22")
def test_replaced_content_is_not_served_and_is_reported(library: Library) -> None:
    put(library, {PATH: TEXT})
    forged = plain_git("-C", library.path, "hash-object", "-w", "--stdin", stdin=b"forged").strip()
    plain_git("-C", library.path, "replace", blob_id(TEXT), forged)
    assert plain_git("-C", library.path, "cat-file", "-p", blob_id(TEXT)) == "forged"
    library.close()
    assert library.read(blob_id(TEXT)) == TEXT
    assert library.inspect() == [Problem(Kind.MASKING, f"refs/replace/{blob_id(TEXT)}")]


def test_a_planted_graft_does_not_hide_history_and_is_reported(library: Library) -> None:
    first = put(library, {PATH: TEXT})
    second = put(library, {PATH: b"B"}, first)
    (library.path / "info").mkdir()
    (library.path / "info" / "grafts").write_text(f"{second}\n")
    assert library.tree(first) != library.tree(second)
    assert library.inspect() == [Problem(Kind.PLANTED, "library.git/info/grafts")]


def test_a_foreign_object_store_stops_writing_and_is_reported(library: Library, tmp_path: Path) -> None:
    made = prepared(library, {PATH: TEXT})
    (library.path / "objects" / "info").mkdir(exist_ok=True)
    (library.path / "objects" / "info" / "alternates").write_text(str(tmp_path))
    with pytest.raises(Tampered, match="objects/info/alternates is not as docctl wrote it"):
        prepared(library, {PATH: b"B"})
    with pytest.raises(Tampered, match="objects/info/alternates is not as docctl wrote it"):
        library.restore(made.stream, made.objects)
    assert Problem(Kind.PLANTED, "library.git/objects/info/alternates") in library.inspect()


@pytest.mark.parametrize("name", ["shallow", "commondir", "worktrees", "config.worktree"])
def test_what_could_lead_git_elsewhere_is_reported(library: Library, name: str) -> None:
    (library.path / name).touch()
    assert Problem(Kind.PLANTED, f"library.git/{name}") in list(planted(library.path))


def test_a_head_or_config_that_is_gone_or_changed_is_reported(library: Library) -> None:
    assert library.inspect(fsck=True) == []
    (library.path / "HEAD").write_text("ref: refs/heads/other\n")
    assert library.inspect() == [Problem(Kind.CHANGED, "library.git/HEAD")]
    (library.path / "config").unlink()
    assert Problem(Kind.CHANGED, "library.git/config") in list(planted(library.path))


@pytest.mark.rule("CP-30")
def test_a_ref_emptied_by_a_power_cut_is_reported_and_stops_its_readers(library: Library) -> None:
    put(library, {PATH: TEXT})
    (library.path / MAIN).write_bytes(b"")
    with pytest.raises(Diverged, match="ignoring broken ref refs/heads/main"):
        library.ref(MAIN)
    assert library.inspect() == [Problem(Kind.GIT, "warning: ignoring broken ref refs/heads/main")]


def test_a_symbolic_ref_is_reported(library: Library) -> None:
    put(library, {PATH: TEXT})
    plain_git("-C", library.path, "symbolic-ref", "refs/tags/x", MAIN)
    assert library.inspect() == [Problem(Kind.MASKING, "refs/tags/x")]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GIT_DIR", "/nonexistent"),
        ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
        ("GIT_CONFIG_PARAMETERS", "'core.bare'='nonsense'"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_DEFAULT_HASH", "sha256"),
        ("GIT_AUTHOR_DATE", "1 +0000"),
        ("GIT_TRACE", "2"),
    ],
)
@pytest.mark.rule("SE-22")
def test_the_environment_of_the_machine_changes_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    expected = prepared(library, {PATH: TEXT}).commit
    other = Library(library.path.with_name("other.git"), library.lock)
    monkeypatch.setenv(variable, value)
    other.create()
    assert put(other, {PATH: TEXT}) == expected
    assert other.file(expected, PATH) == TEXT
    assert other.refs("refs/heads") == {MAIN: expected}
    assert other.inspect(fsck=True) == []
    other.close()


def test_a_git_that_hangs_is_given_up(library: Library) -> None:
    pipe = loose(library, "a" * 40)
    pipe.parent.mkdir()
    os.mkfifo(pipe)  # nobody ever writes to it
    with pytest.raises(Busy, match=r"git cat-file took longer than 0\.2 s"):
        git.run(library.path, "cat-file", "-p", "a" * 40, lock=library.lock, timeout=0.2)


def test_a_machine_without_git_is_told_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(DocctlError, match="Install git"):
        library.refs()


def test_a_failing_git_without_words_names_its_exit() -> None:
    with pytest.raises(Busy, match="exit 9"):
        git.must(subprocess.CompletedProcess([], 9, b"", b""))
