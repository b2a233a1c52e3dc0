"""Commits, tags and refs of the library: the same ids each time, one writer, nothing half done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.errors import Busy, Defect, Diverged, Invalid, NotFound, WrongState
from docctl.store.library import Author, Library, Prepared, RefMove, TagSpec, blob_id
from docctl.store.lock import WriterLock
from tests.support.library import AUTHOR, MAIN, WHEN, plain_git, prepared, put

PATH = "procedures/LX-CX-001.md"
TAG = "refs/tags/LX-CX-001/A-0"
FILES: dict[str, bytes | None] = {
    PATH: "# 称量\n".encode(),
    "procedures/LX-CX-001/figure one.png": b"\x89PNG\0",
    "procedures/LX-CX-001/称量图.png": b"",
    ".gitattributes": b"* -text\n",
}


def commit_text(library: Library, made: Prepared) -> str:
    return library.read(made.commit, "commit").decode()


def test_a_new_library_is_a_plain_bare_repository(library: Library) -> None:
    assert sorted(path.name for path in library.path.iterdir()) == ["HEAD", "config", "objects", "refs"]
    assert library.ref(MAIN) is None
    assert library.refs("refs/tags/") == {}
    assert library.inspect(fsck=True) == []


def test_a_library_is_not_made_over_another(library: Library) -> None:
    with pytest.raises(WrongState, match=r"library\.git is there already"):
        library.create()


def test_a_library_left_half_made_by_a_power_cut_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "site" / "library.git.new"
    (half / "hooks").mkdir(parents=True)
    (half / "hooks" / "update").touch()
    library = Library(tmp_path / "site" / "library.git", WriterLock(tmp_path / "writer.lock"))
    library.create()
    assert library.inspect(fsck=True) == []
    assert not half.exists()


def test_a_commit_holds_the_bytes_and_says_who_and_when(library: Library) -> None:
    made = prepared(library, FILES, tag="LX-CX-001/A-0")
    assert library.tree(made.commit) == {path: blob_id(data or b"") for path, data in FILES.items()}
    assert all(library.file(made.commit, path) == data for path, data in FILES.items())
    assert "author 李伟 <li.wei> 1773279000 +0800\ncommitter 李伟 <li.wei> 1773279000 +0800\n" in commit_text(
        library, made
    )
    assert made.tag_oid is not None
    assert b"tag LX-CX-001/A-0\ntagger" in library.read(made.tag_oid, "tag")
    trees = {library.read(oid, "tree") for oid in made.objects if oid not in named(made)}
    assert len(trees) == 3, "the trees on the way are among the objects"


def named(made: Prepared) -> set[str | None]:
    return {made.commit, made.tag_oid, *(blob_id(data or b"") for data in FILES.values())}


def test_preparing_moves_no_ref_and_leaves_none(library: Library) -> None:
    head = put(library, FILES)
    with library.lock:
        library.move([RefMove(TAG, None, head)])
    before = library.refs()
    prepared(library, {PATH: b"B"}, head, tag="LX-CX-001/A-0")
    assert library.refs() == before == {MAIN: head, TAG: head}


@pytest.mark.rule("CP-03")
def test_the_same_values_give_the_same_ids_in_any_library(library: Library, tmp_path: Path) -> None:
    one = prepared(library, FILES, tag="LX-CX-001/A-0")
    assert one == prepared(library, dict(reversed(FILES.items())), tag="LX-CX-001/A-0")
    other = Library(tmp_path / "other.git", WriterLock(tmp_path / "other.lock"))
    other.create()
    other.restore(one.stream, one.objects)
    assert one == prepared(other, FILES, tag="LX-CX-001/A-0")
    assert other.inspect(fsck=True) == []
    other.close()


def test_git_plumbing_gives_the_same_ids(library: Library) -> None:
    made = prepared(library, {"a/b.md": b"text\n"})
    blob = plain_git("-C", library.path, "hash-object", "--stdin", stdin=b"text\n").strip()
    inner = plain_git("-C", library.path, "mktree", stdin=f"100644 blob {blob}\tb.md\n".encode()).strip()
    root = plain_git("-C", library.path, "mktree", stdin=f"040000 tree {inner}\ta\n".encode()).strip()
    assert commit_text(library, made).startswith(f"tree {root}\nauthor ")
    assert set(made.objects) == {made.commit, root, inner, blob}


def test_files_are_replaced_added_and_taken_away_on_a_parent(library: Library) -> None:
    first = put(library, FILES)
    second = put(library, {PATH: b"B", "templates/LX-R-001.yaml": b"x", ".gitattributes": None}, first)
    third = put(library, dict.fromkeys(library.tree(second)), second)
    assert library.file(second, PATH) == b"B"
    assert set(library.tree(second)) == {*FILES, "templates/LX-R-001.yaml"} - {".gitattributes"}
    assert library.tree(third) == {}
    assert plain_git("-C", library.path, "rev-list", third).split() == [third, second, first]
    assert library.inspect(fsck=True) == []


def test_a_packed_ref_is_found_behind_the_empty_folder_that_a_killed_git_left(library: Library) -> None:
    head = put(library, FILES)
    with library.lock:
        library.move([RefMove(TAG, None, head)])
    plain_git("-C", library.path, "pack-refs", "--all")
    (library.path / TAG).mkdir(parents=True)
    assert library.ref(TAG) == head


@pytest.mark.parametrize("name", ["refs/tags/LX-CX-001", f"{TAG}/deeper", "refs/tags/none"])
def test_the_folder_of_a_ref_and_what_would_lie_below_one_are_no_refs(library: Library, name: str) -> None:
    head = put(library, FILES)
    with library.lock:
        library.move([RefMove(TAG, None, head)])
    assert library.ref(name) is None
    assert library.ref(TAG) == head


def test_the_history_of_a_commit_goes_back_to_the_first(library: Library) -> None:
    first = put(library, FILES)
    second = put(library, {PATH: b"B"}, first)
    third = put(library, {PATH: b"C"}, second)
    assert list(library.history(third)) == [third, second, first]
    assert list(library.history(first)) == [first]


@pytest.mark.parametrize("path", ["procedures/none.md", "none/none.md", "procedures/LX-CX-001"])
def test_a_file_that_a_commit_does_not_hold_is_not_found(library: Library, path: str) -> None:
    commit = put(library, FILES)
    with pytest.raises(NotFound, match=f"{path} is not in the library"):
        library.file(commit, path)


def test_one_path_cannot_be_the_folder_of_another(library: Library) -> None:
    with pytest.raises(Defect, match="does not hold a as it was given"):
        prepared(library, {"a": b"file", "a/b": b"file"})


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "a//b", "../a", "a/../b", "a/.", ".git/config", ".GIT/config", "a/.gitmodules",
        "git~1", "a.", "a ", " a", "-a", "a\nb", "a\0b", "a\\b", 'a"b', "a:b", "a\u202eb", ".g\u200cit", "x" * 256,
        "\ud800",
    ],
)  # fmt: skip
@pytest.mark.rule("SE-20", "SE-21")
def test_a_path_that_some_client_would_misread_is_refused(library: Library, path: str) -> None:
    with pytest.raises(Invalid, match="cannot be the path"):
        prepared(library, {path: b"x"})


@pytest.mark.parametrize(
    "name",
    ["--output=x", "-x", "A/-x", "A..B", "A/@{0}", "A.lock", "A/B.LOCK", "A.", "A//B", "A B", "A\nB", "A*", "", "x" * 600],
)  # fmt: skip
@pytest.mark.rule("SE-20", "SE-21")
def test_a_ref_that_git_could_misread_is_refused(library: Library, name: str) -> None:
    commit = put(library, FILES)
    refusing: list[Callable[[], object]] = [
        lambda: prepared(library, FILES, tag=name),
        lambda: library.ref(f"refs/heads/{name}"),
        lambda: library.move([RefMove(f"refs/heads/{name}", None, commit)]),
    ]
    for refuse in refusing[not name :]:  # a commit without a tag is no fault
        with library.lock, pytest.raises(Invalid, match="not a ref"):
            refuse()


@pytest.mark.parametrize("name", ["HEAD", "main", "refs/replace/" + "a" * 40, "refs/replace"])
@pytest.mark.rule("SE-21")
def test_only_refs_of_the_library_are_moved(library: Library, name: str) -> None:
    with library.lock, pytest.raises(Invalid):
        library.move([RefMove(name, None, "a" * 40)])


@given(st.text(), st.text(), st.text())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("SE-21")
def test_no_name_or_message_can_forge_a_commit(library: Library, name: str, login: str, message: str) -> None:
    made = library.prepare(
        FILES,
        parent=None,
        author=Author(name, login),
        when=WHEN,
        message=message,
        tag=TagSpec("T/A-0", message),
    )
    header, _, _ = commit_text(library, made).partition("\n\n")
    assert [line.split(" ")[0] for line in header.split("\n")] == ["tree", "author", "committer"]


@pytest.mark.parametrize(
    ("name", "login", "shown"),
    [
        ("A <b>\nparent x\0", "a> 0\nx", "A b parent x <a0x>"),
        ("", "", "unknown <unknown>"),
        ("\ud800<>", " ", "unknown <unknown>"),
        ("  李   伟\u202e ", "li wei", "李 伟 <liwei>"),
    ],
)
@pytest.mark.rule("SE-21")
def test_hostile_names_are_cleaned(library: Library, name: str, login: str, shown: str) -> None:
    author = Author(name, login)
    made = library.prepare({"a": b"x"}, parent=None, author=author, when=WHEN, message="data 3\nx\0\r\ny\n\n")
    assert f"author {shown} 1773279000 +0800\n" in commit_text(library, made)
    assert commit_text(library, made).endswith("\n\ndata 3\nx \ny\n")
    assert library.inspect(fsck=True) == []


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "1767225600 +0000"),
        (datetime(2026, 1, 1, microsecond=999_999, tzinfo=UTC), "1767225600 +0000"),
        (datetime(2026, 1, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))), "1767238200 -0330"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))), "1767204900 +0545"),
    ],
)
def test_the_time_of_a_commit_is_given_to_the_second(library: Library, when: datetime, written: str) -> None:
    made = library.prepare({"a": b"x"}, parent=None, author=AUTHOR, when=when, message="m")
    assert f"author 李伟 <li.wei> {written}\n" in commit_text(library, made)


@pytest.mark.parametrize("when", [WHEN.replace(tzinfo=None), WHEN.replace(year=1969)])
def test_a_time_without_a_zone_or_before_git_is_refused(library: Library, when: datetime) -> None:
    with pytest.raises(Invalid, match="needs a zone"):
        library.prepare({"a": b"x"}, parent=None, author=AUTHOR, when=when, message="m")


@pytest.mark.parametrize("count", [1, 150])
def test_many_files_in_one_folder_are_prepared_at_once(
    library: Library, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """150 objects stay in a pack, one commit's few are loose; both are read back."""
    files: Mapping[str, bytes | None] = {f"procedures/N-{n:05}.md": f"# {n}\n".encode() for n in range(count)}
    started: list[list[str]] = []
    real = subprocess.run

    def counted(*args: list[str], **kwargs: object) -> object:
        started.append(args[0])
        return real(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", counted)
    made = prepared(library, files)
    with library.lock:
        library.move([RefMove(MAIN, None, made.commit)])
    assert len(library.tree(made.commit)) == count
    assert [
        next(part for part in command if part in ("fast-import", "update-ref")) for command in started
    ] == [
        "fast-import",
        "update-ref",
    ]


def test_a_mirror_holds_everything_and_a_clone_shows_the_issued_library(
    library: Library, tmp_path: Path
) -> None:
    issued = prepared(library, FILES, tag="LX-CX-001/A-0")
    draft = prepared(library, {PATH: b"draft"}, issued.commit)
    with library.lock:
        library.move(
            [
                RefMove(MAIN, None, issued.commit),
                RefMove(TAG, None, str(issued.tag_oid)),
                RefMove("refs/drafts/LX-CX-001", None, draft.commit),
                RefMove("refs/submitted/LX-CX-001/A-1/1", None, draft.commit),
            ]
        )
    plain_git("clone", "--quiet", "--mirror", library.path, tmp_path / "mirror.git")
    refs = plain_git("-C", tmp_path / "mirror.git", "for-each-ref", "--format=%(refname) %(objectname)")
    assert dict(line.split() for line in refs.splitlines()) == library.refs()
    assert len(library.refs()) == 4
    plain_git("-C", tmp_path / "mirror.git", "fsck", "--full", "--strict")
    plain_git("clone", "--quiet", library.path, tmp_path / "clone")
    assert (tmp_path / "clone" / PATH).read_bytes() == FILES[PATH]
    log = plain_git("-C", tmp_path / "clone", "log", "--format=%an %s", TAG.removeprefix("refs/tags/"))
    assert log == "李伟 Issue LX-CX-001 A/0\n"


@pytest.mark.regulation("Q9-09", "MD-10")
def test_a_remote_cannot_rewrite_or_delete(library: Library, tmp_path: Path) -> None:
    commit = put(library, FILES)
    clone = tmp_path / "clone"
    plain_git("clone", "--quiet", library.path, clone)
    plain_git("-C", clone, "commit", "--quiet", "--amend", "--message=other")
    assert "denying non-fast-forward" in plain_git(
        "-C", clone, "push", "--force", "origin", "main", check=False
    )
    assert "denying ref deletion" in plain_git("-C", clone, "push", "origin", ":main", check=False)
    assert library.ref(MAIN) == commit


def test_refs_move_under_the_lock_only(library: Library) -> None:
    made = prepared(library, FILES)
    for refused in (lambda: library.move([RefMove(MAIN, None, made.commit)]), library.remove_stale_locks):
        with pytest.raises(Defect, match="under the writer's lock"):
            refused()
    assert library.ref(MAIN) is None


@pytest.mark.rule("CP-27")
def test_a_ref_that_somebody_moved_stops_the_move_and_is_named(library: Library) -> None:
    first = put(library, FILES)
    sibling = prepared(library, {PATH: b"sibling"}).commit
    ours = prepared(library, {PATH: b"ours"}, first).commit
    plain_git("-C", library.path, "update-ref", MAIN, sibling)
    with library.lock, pytest.raises(Diverged, match=f"{MAIN} should be at {first} and is at {sibling}"):
        library.move([RefMove(TAG, None, ours), RefMove(MAIN, first, ours)])
    assert library.refs() == {MAIN: sibling}, "all or none"
    with library.lock, pytest.raises(Diverged, match=f"{MAIN} should be at nothing and is at {sibling}"):
        library.move([RefMove(MAIN, None, ours)])
    with library.lock, pytest.raises(Diverged, match=f"{TAG} should be at {first} and is at nothing"):
        library.move([RefMove(TAG, first, ours)])


def test_a_ref_never_names_an_object_that_is_not_there(library: Library) -> None:
    with library.lock, pytest.raises(Busy, match="nonexistent object"):
        library.move([RefMove(MAIN, None, "a" * 40)])
    assert library.ref(MAIN) is None
