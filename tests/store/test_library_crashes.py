"""The library and the power cut: stop between any two steps, look, try again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from docctl.errors import Busy, Diverged, Tampered
from docctl.store.library import Library, Prepared, RefMove, blob_id
from docctl.store.lock import WriterLock
from tests.support.library import MAIN, loose, plain_git, prepared, put

PATH = "procedures/LX-CX-001.md"
TAG = "refs/tags/LX-CX-001/A-1"
TEXT = b"# A/1\n"


class PowerCut(BaseException):
    """Nothing may catch it on its way out."""


def next_revision(library: Library, head: str) -> Prepared:
    return prepared(library, {PATH: TEXT}, head, tag="LX-CX-001/A-1")


def moves(head: str, made: Prepared) -> list[RefMove]:
    return [RefMove(TAG, None, str(made.tag_oid)), RefMove(MAIN, head, made.commit)]


def recover(library: Library, head: str, made: Prepared) -> None:
    """What recovery does with the refs of one pending row."""
    with library.lock:
        library.remove_stale_locks()
        library.restore(made.stream, made.objects)
        library.move([move for move in moves(head, made) if library.ref(move.ref) != move.new])


def assert_issued(library: Library, made: Prepared) -> None:
    assert library.ref(MAIN) == made.commit
    assert library.ref(TAG) == made.tag_oid
    assert library.file(made.commit, PATH) == TEXT
    assert library.inspect(fsck=True) == []


@pytest.fixture
def head(library: Library) -> str:
    return put(library, {PATH: b"# A/0\n", "procedures/LX-CX-002.md": b"# other\n"})


@pytest.mark.parametrize("written", range(6))
@pytest.mark.rule("CP-03", "CP-04", "CP-05", "CP-06", "CP-07")
def test_objects_of_a_cut_attempt_are_harmless_and_the_retry_gives_the_same(
    library: Library, head: str, written: int
) -> None:
    """Cut after none, blob, inner tree, root tree, commit, tag."""
    made = next_revision(library, head)
    commit, tag, blob, root, inner = made.objects
    for oid in [blob, inner, root, commit, tag][written:]:
        loose(library, oid).unlink()
    assert library.refs() == {MAIN: head}
    assert library.inspect(fsck=True) == []
    assert next_revision(library, head) == made
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.rule("CP-03", "CP-04", "CP-05", "CP-06", "CP-07")
def test_a_writer_killed_inside_fast_import_leaves_the_refs_alone(
    library: Library, head: str, share: float, tmp_path: Path
) -> None:
    stream = next_revision(Library(library.path, library.lock), head).stream
    for path in (library.path / "objects").glob("??/*"):
        if path.parent.name + path.name not in plain_git("-C", library.path, "rev-list", "--objects", MAIN):
            path.unlink()
    program = f"""
import os, signal, subprocess
from pathlib import Path
from docctl.store.library import Library
from docctl.store.lock import WriterLock
def cut(command, input, env, pass_fds, **_):
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env=env, pass_fds=pass_fds)
    child.stdin.write(input[: int(len(input) * {share})])
    child.stdin.flush()
    os.killpg(0, signal.SIGKILL)
subprocess.run = cut
library = Library(Path({str(library.path)!r}), WriterLock(Path({str(library.lock.path)!r})))
with library.lock:
    library._import({stream!r})
"""
    root = Path(__file__).parents[2]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    killed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, start_new_session=True, env=environment
    )
    assert killed.returncode == -signal.SIGKILL
    assert library.refs() == {MAIN: head}
    assert library.inspect(fsck=True) == []
    made = next_revision(library, head)
    assert made.stream == stream
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.rule("CP-13", "CP-14", "CP-15")
def test_a_cut_on_either_side_of_the_move_is_finished_by_recovery(
    library: Library, head: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = next_revision(library, head)
    real = subprocess.run

    def cut(*args: object, **kwargs: object) -> object:
        if moment == "after":
            real(*args, **kwargs)  # type: ignore[call-overload]
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", cut)
        with library.lock, pytest.raises(PowerCut):
            library.move(moves(head, made))
    assert library.ref(MAIN) == (made.commit if moment == "after" else head)
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.rule("CP-14", "CP-15")
def test_a_cut_between_two_refs_is_finished_by_recovery(library: Library, head: str) -> None:
    made = next_revision(library, head)
    with library.lock:
        library.move(moves(head, made)[:1])
    (library.path / f"{MAIN}.lock").touch()
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.parametrize("name", ["HEAD.lock", "packed-refs.lock", f"{MAIN}.lock", f"{TAG}.lock"])
@pytest.mark.rule("CP-01", "CP-25", "CP-32")
def test_the_lock_of_a_killed_git_blocks_until_recovery_removes_it(
    library: Library, head: str, name: str
) -> None:
    made = next_revision(library, head)
    plain_git("-C", library.path, "pack-refs", "--all")
    lock = library.path / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    with library.lock:
        if name != "packed-refs.lock":
            with pytest.raises(Busy, match="Unable to create"):
                library.move(moves(head, made))
            assert library.refs() == {MAIN: head}
        assert library.remove_stale_locks([MAIN, TAG]) == [name]
        assert library.remove_stale_locks() == []
        library.move(moves(head, made))
    assert_issued(library, made)


def test_only_the_locks_in_the_way_are_removed_before_a_move(library: Library, head: str) -> None:
    other = library.path / "refs" / "heads" / "other.lock"
    other.touch()
    with library.lock:
        assert library.remove_stale_locks([MAIN, TAG]) == []
        assert library.remove_stale_locks() == ["refs/heads/other.lock"]


@pytest.mark.parametrize("damage", ["missing", "empty", "forged", "garbage"])
@pytest.mark.parametrize("which", range(5))
@pytest.mark.rule("CP-26")
def test_lost_objects_come_back_with_the_same_ids(
    library: Library, head: str, which: int, damage: str
) -> None:
    made = next_revision(library, head)
    spoil(loose(library, made.objects[which]), damage)
    library.restore(made.stream, made.objects)
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.parametrize("damage", ["empty", "forged", "garbage"])
@pytest.mark.rule("CP-26")
def test_preparing_again_mends_what_a_power_cut_emptied(library: Library, head: str, damage: str) -> None:
    made = next_revision(library, head)
    for oid in made.objects:
        spoil(loose(library, oid), damage)
    assert plain_git("-C", library.path, "hash-object", "-w", "--stdin", stdin=TEXT).strip() == blob_id(TEXT)
    if damage == "empty":
        assert loose(library, blob_id(TEXT)).stat().st_size == 0, "git itself never mends it"
    assert next_revision(library, head) == made
    recover(library, head, made)
    assert_issued(library, made)


@pytest.mark.rule("CP-26", "CP-38")
def test_a_commit_is_not_built_on_forged_trees(library: Library, head: str) -> None:
    tree = library.read(head, "commit")[5:45].decode()
    spoil(loose(library, tree), "forged")
    with pytest.raises(Tampered, match=tree):
        next_revision(library, head)


@pytest.mark.rule("CP-38")
def test_what_cannot_be_mended_is_said_after_one_try(library: Library, head: str) -> None:
    made = next_revision(library, head)
    with pytest.raises(Tampered, match="cannot be written again"):
        library.restore(made.stream, [*made.objects, "a" * 40])


@pytest.mark.rule("CP-25")
def test_a_library_that_cannot_be_written_refuses_before_anything_changes(
    library: Library, head: str
) -> None:
    pack = library.path / "objects" / "pack"
    pack.rename(pack.with_name("away"))
    pack.touch()  # so that no object can be written, even by root
    with pytest.raises(Busy, match="check free space and permissions"):
        next_revision(library, head)
    assert library.refs() == {MAIN: head}
    pack.unlink()
    pack.with_name("away").rename(pack)
    recover(library, head, next_revision(library, head))
    assert_issued(library, next_revision(library, head))


@pytest.mark.rule("CP-22", "CP-25")
def test_a_full_temporary_folder_is_a_refusal_too(
    library: Library, head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(Busy, match="No space left on device"):
        next_revision(library, head)


@pytest.mark.rule("CP-21")
def test_of_two_writers_that_pass_the_lock_exactly_one_wins(
    library: Library, head: str, tmp_path: Path
) -> None:
    """The lock normally excludes this; compare-and-swap must hold without it. Sixty races."""
    writers = [Library(library.path, WriterLock(tmp_path / f"{name}.lock")) for name in "ab"]
    commits = {
        writer: prepared(library, {PATH: name}, head).commit
        for writer, name in zip(writers, (b"a", b"b"), strict=True)
    }

    def race(ref: str) -> list[str]:
        start, won = threading.Barrier(2), []

        def work(writer: Library) -> None:
            start.wait()
            try:
                with writer.lock:
                    writer.move([RefMove(ref, None, commits[writer])])
                won.append(commits[writer])
            except (Diverged, Busy):
                pass

        threads = [threading.Thread(target=work, args=(writer,)) for writer in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return won

    for number in range(60):
        ref = f"refs/drafts/R{number}"
        assert race(ref) == [library.ref(ref)]


@pytest.mark.rule("CP-01")
def test_every_git_child_holds_the_writers_lock(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[tuple[int, ...]] = []
    real = subprocess.run

    def watched(*args: object, pass_fds: tuple[int, ...], **kwargs: object) -> object:
        passed.append(pass_fds)
        return real(*args, pass_fds=pass_fds, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    library.refs()
    assert passed == [()], "a reader holds nothing"
    with library.lock:
        put(library, {PATH: b"x"})
        assert passed[1:] == [(library.lock.fd,)] * 2


def spoil(path: Path, damage: str) -> None:
    damages: dict[str, Callable[[], object]] = {
        "missing": lambda: None,
        "empty": path.touch,
        "garbage": lambda: path.write_bytes(b"x\x9cgarbage"),
        "forged": lambda: path.write_bytes(zlib.compress(b"blob 6\0forged")),
    }
    path.unlink()
    damages[damage]()
