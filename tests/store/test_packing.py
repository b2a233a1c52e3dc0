"""The library packed: smaller, with every object that was there, and nobody is held up."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from docctl.door import upkeep
from docctl.errors import Busy
from docctl.store import packing
from docctl.store.library import Library
from docctl.store.lock import WriterLock
from docctl.usecases.documents import drafting
from tests.support.crash import assert_whole
from tests.support.library import plain_git, prepared, put
from tests.support.sites import World, procedure


def lived(library: Library, commits: int = 12) -> list[str]:
    """The commits on main of a library in which one text was changed again and again."""
    made: list[str] = []
    for n in range(commits):
        text = f"# Text\n{n}\n".encode() + b"The same words in every commit.\n" * 50
        made.append(put(library, {"procedures/a.md": text}, made[-1] if made else None))
    return made


def registered(world: World) -> None:
    """An act that is done here: what `issue` did before for another test is copied, and nothing is packed after it."""
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-177"))


def objects(library: Library) -> set[str]:
    """Every object in the store, whether or not a reference leads to it."""
    listed = plain_git("-C", library.path, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return set(listed.split())


def test_packing_keeps_every_object_also_those_that_no_reference_has_yet(library: Library) -> None:
    main = lived(library)[-1]
    waiting = prepared(library, {"procedures/b.md": b"# Not issued yet\n"}, main)
    before, there = packing.size(library.path), objects(library)
    packing.pack(library.path)
    after = packing.size(library.path)
    assert objects(library) == there
    assert (after.loose, after.packs) == (0, 1)
    assert after.bytes < before.bytes / 3
    assert all(library.read(oid, "commit") for oid in (main, waiting.commit))
    assert library.inspect(fsck=True) == []


def test_a_library_is_read_and_written_while_it_is_packed(library: Library) -> None:
    made, wrong = lived(library), list[BaseException]()

    def pack() -> None:
        try:
            for _ in range(4):
                packing.pack(library.path, patience=10)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding
            wrong.append(error)

    thread = threading.Thread(target=pack)
    thread.start()
    while thread.is_alive():
        made.append(put(library, {"procedures/a.md": f"# {len(made)}\n".encode()}, made[-1]))
        assert library.file(made[0], "procedures/a.md").startswith(b"# Text\n0\n")
    assert wrong == []
    assert list(library.history(made[-1])) == made[::-1]
    assert library.inspect(fsck=True) == []


def test_packs_grow_by_doubling_and_stay_few(library: Library) -> None:
    made = lived(library, 1)
    for n in range(6):
        made.append(put(library, {"procedures/a.md": f"# {n}\n".encode()}, made[-1]))
        packing.pack(library.path)
    assert packing.size(library.path).packs <= 3
    assert library.inspect(fsck=True) == []


def test_an_estimate_says_when_it_is_time(tmp_path: Path) -> None:
    assert not packing.is_bulky(tmp_path)
    sample = tmp_path / "objects" / "17"
    sample.mkdir(parents=True)
    for n in range(packing.MANY // 256 + 1):
        assert not packing.is_bulky(tmp_path)
        (sample / str(n)).touch()
    assert packing.is_bulky(tmp_path)


def test_only_one_process_packs_and_a_damaged_object_stops_it(library: Library) -> None:
    main = lived(library)[-1]
    there = objects(library)
    with WriterLock(library.path.with_name("packing.lock")), pytest.raises(Busy):
        packing.pack(library.path)
    file = library.path / "objects" / main[:2] / main[2:]
    file.chmod(0o640)
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(Busy, match="git could not"):
        packing.pack(library.path)
    assert packing.size(library.path).loose == len(there)


def test_what_a_killed_packing_left_goes_after_a_day(library: Library) -> None:
    lived(library, 2)
    folder = library.path / "objects" / "pack"
    old, young = folder / "tmp_pack_old", folder / ".tmp-1-pack-young.pack"
    for file in (old, young):
        file.write_bytes(b"x")
    at = folder.stat().st_mtime
    os.utime(old, (at - 90_000, at - 90_000))
    packing.pack(library.path)
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_packing_killed_at_any_moment_loses_nothing(library: Library) -> None:
    lived(library)
    there = objects(library)
    for n in range(8):
        pid = os.fork()
        if not pid:
            os.setsid()
            packing.pack(library.path, patience=10)
            os._exit(0)
        threading.Event().wait(n / 200)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert objects(library) == there
    packing.pack(library.path, patience=10)
    assert library.inspect(fsck=True) == []


def test_a_site_packs_its_library_by_itself(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    library = sqlite_world.site.library
    monkeypatch.setattr(packing, "is_bulky", lambda _: True)
    begun: list[threading.Thread | None] = []
    real = upkeep.begin_if_due
    monkeypatch.setattr(upkeep, "begin_if_due", lambda site: begun.append(real(site)))
    before = packing.size(library.path)
    registered(sqlite_world)
    threads = [thread for thread in begun if thread is not None]
    for thread in threads:
        thread.join()
    assert threads
    assert packing.size(library.path).loose < before.loose
    assert_whole(sqlite_world)


def test_of_a_library_one_thread_is_at_it_and_another_site_does_not_wait_for_it(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, packed = threading.Event(), list[Path]()
    other = replace(sqlite_world.site, path=tmp_path / "other")

    def slowly(repository: Path) -> None:
        may_end.wait(60)
        packed.append(repository)

    monkeypatch.setattr(packing, "is_bulky", lambda _: True)
    monkeypatch.setattr(packing, "pack", slowly)
    first = upkeep.begin_if_due(sqlite_world.site)
    assert first is not None
    assert upkeep.begin_if_due(sqlite_world.site) is None
    second = upkeep.begin_if_due(other)
    assert second is not None
    may_end.set()
    first.join()
    second.join()
    assert sorted(packed) == sorted([sqlite_world.site.library.path, other.library.path])
    again = upkeep.begin_if_due(sqlite_world.site)
    assert again is not None, "the next act may begin anew"
    again.join()


def test_that_packing_fails_harms_no_act(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(packing, "is_bulky", lambda _: True)
    monkeypatch.setattr(packing, "pack", fails)
    registered(sqlite_world)
    for thread in threading.enumerate():
        if thread.name == "packing":
            thread.join()
    assert "the library was not packed" in caplog.text
