"""The tree of a flat folder: one name is found in it without taking ten thousand entries apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.store import objects
from docctl.store.objects import FILE_MODE, FOLDER_MODE, Tree

NAMES = st.text("ab 016.*[", min_size=1, max_size=6)
IDS = st.binary(min_size=20, max_size=20) | st.text("01a 6b\0", min_size=20, max_size=20).map(str.encode)


@pytest.fixture(autouse=True)
def every_tree_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_LARGE_TREE", 0)


@given(st.dictionaries(NAMES, st.tuples(st.sampled_from([FILE_MODE, FOLDER_MODE]), IDS)), NAMES)
def test_one_name_is_found_as_if_all_were_looked_at(
    entries: dict[str, tuple[bytes, bytes]], other: str
) -> None:
    data = b"".join(mode + b" " + n.encode() + b"\0" + oid for n, (mode, oid) in sorted(entries.items()))
    for name in [*entries, other]:
        assert Tree(data).entry(name) == entries.get(name) == Tree(data).entries.get(name.encode())


def test_a_name_inside_an_id_is_not_an_entry() -> None:
    oid = b"100644 evil.md\0".ljust(20, b"x")
    tree = Tree(b"100644 a.md\0" + oid + b"100644 b.md\0" + bytes(20))
    assert tree.entry("evil.md") is None
    assert tree.entry("b.md") == (FILE_MODE, bytes(20))


def test_a_tree_that_is_asked_often_is_taken_apart() -> None:
    tree = Tree(b"".join(b"100644 %d\0" % n + bytes(20) for n in range(9)))
    assert [tree.find(str(n), folder=False) for n in range(9)] == ["00" * 20] * 9
    assert "entries" in vars(tree)
    assert tree.find("9", folder=False) is tree.find("8", folder=True) is None
