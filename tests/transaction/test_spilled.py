"""A state on disk answers as one in memory does."""

from __future__ import annotations

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from docctl.door import spilled
from docctl.door.spilled import SpilledState
from docctl.ledger.state import State

KEYS = st.integers(1, 12)
ACTS = st.lists(st.tuples(st.sampled_from("ab"), KEYS, st.binary(max_size=3), st.booleans()), max_size=40)


@given(ACTS, st.integers(1, 5))
def test_a_state_on_disk_answers_as_one_in_memory(
    acts: list[tuple[str, int, bytes, bool]], once: int
) -> None:
    plain, found = State(), SpilledState()
    with mock.patch.object(spilled, "AT_ONCE", once):
        for number, (table, key, image, goes) in enumerate(acts):
            assert found.get(table, {}).get(key) == plain.get(table, {}).get(key)
            for state in (plain, found):
                state[table][key] = number, image
                if goes:
                    del state[table][key]
        for table, rows in plain.items():
            assert list(found[table]) == sorted(rows)
            assert dict(found[table].items()) == rows
            assert len(found[table]) == len(rows)
            assert all(found[table].get(key) == rows.get(key) for key in range(14))
    assert found.keys() == plain.keys()


def test_a_key_that_is_no_number_is_none_of_those_that_are() -> None:
    rows = SpilledState()["a"]
    rows[1] = 1, b"x"
    assert list(rows) == [1]
    for odd in ("1", b"1", None):
        assert rows.get(odd) is None  # type: ignore[call-overload]
