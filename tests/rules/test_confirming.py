"""What needs the password in the same request, cell by cell: signatures, and the ends of things."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.models.base import Controlled
from docctl.models.guards import controlled_tables
from docctl.rules import copies
from docctl.rules.confirming import ENDS, SIGNATURES, needs_password
from docctl.rules.documents import revisions
from docctl.rules.records import life


def image(table: str, row: dict[str, Any], was: dict[str, Any] | None = None) -> dict[str, Any]:
    made = {"t": table, "k": 1, "row": row}
    return made if was is None else made | {"prev": 1, "was": was}


@pytest.mark.parametrize("table", sorted(SIGNATURES))
def test_a_signature_that_is_given_or_becomes_void_needs_it(table: str) -> None:
    assert needs_password([image(table, {"voided_at": None})])
    assert needs_password([image(table, {"voided_at": "x"}, {"voided_at": None})])


STATES = [
    ("revision", revisions.State, {"issued", "cancelled"}),
    ("copy", copies.State, {"destroyed", "lost"}),
    ("record", life.State, {"closed", "void", "destroyed"}),
]


@pytest.mark.parametrize(("table", "state", "ends"), STATES)
def test_of_all_states_those_that_end_something_need_it(table: str, state: Any, ends: set[str]) -> None:
    before = next(iter(state)).value
    asked = {s.value for s in state if needs_password([image(table, {"state": s.value}, {"state": before})])}
    assert asked == ends


@pytest.mark.parametrize("table", sorted(ENDS))
def test_a_row_that_had_ended_before_and_is_changed_otherwise_needs_none(table: str) -> None:
    end = next(iter(ENDS[table])).value  # type: ignore[attr-defined]
    assert not needs_password([image(table, {"state": end, "note": "b"}, {"note": "a"})])


def test_a_withdrawal_needs_it_and_a_registration_does_not() -> None:
    assert needs_password([image("document", {"withdrawn_day": "2026-03-02"}, {"withdrawn_day": None})])
    assert not needs_password([image("document", {"withdrawn_day": None})])
    assert not needs_password([image("document", {"withdrawn_day": "2026-03-02"}, {"title": "a"})])


def test_another_chain_needs_it_since_it_says_who_signs() -> None:
    assert needs_password([image("document", {"withdrawn_day": None, "chain": []}, {"chain": None})])
    assert not needs_password([image("document", {"withdrawn_day": None, "chain": []}, {"title": "a"})])
    assert not needs_password([image("document", {"withdrawn_day": None, "chain": []})])
    assert needs_password([image("approval_chain", {"steps": []}, {"steps": [1]})])
    assert not needs_password([image("approval_chain", {"steps": []})])


def test_nothing_needs_none() -> None:
    assert not needs_password([])


def test_every_table_of_signatures_is_known() -> None:
    """One that holds a person's name with a time and the content they signed is one."""
    held = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Controlled.registry.mappers
        if {"person_name", "signed_at", "content"} <= {c.key for c in mapper.columns}
    }
    without_content = {"record_hold", "reroute", "shelf_check"}
    """They say who decided about something, under their password; what they decided about has no text."""
    assert held | without_content == SIGNATURES
    assert {t.name for t in controlled_tables()} >= SIGNATURES
