"""Records that can be destroyed at once, as no period is stated: for tests of every table or every request."""

from __future__ import annotations

from docctl.store.material import of_template
from docctl.store.template import read_template
from docctl.usecases.records import destroying, disposing, holding, opening, sealing
from tests.support.sites import World, issue, template
from tests.support.written_records import fill, sign

UNDATED = "LX-R-103"
WHY = "满足处置条件"


def undated_form(world: World) -> str:
    """A form that says nothing of how long its records are kept, in force; its number."""
    raw = template(UNDATED).files[f"templates/{UNDATED}.yaml"]
    return issue(world, of_template(read_template(raw.replace(b"years: 3", b"years: null"))))


def void_record(world: World) -> str:
    """A record of it that was taken out of use; its number."""
    record = opening.open_record(world.as_("staff"), UNDATED).number
    sealing.void_record(world.as_("controller"), record, reason="重复")
    return record


def with_destroyed_records(world: World) -> None:
    """One destroyed and witnessed, which had been on hold; another one is on hold."""
    undated_form(world)
    record, other = void_record(world), void_record(world)
    later = opening.open_record(world.as_("staff"), UNDATED).number
    fill(world, "staff", later, reported_at="2026-03-02 09:00", customer="某厂")
    sign(world, "staff", later)
    again = opening.open_record(world.as_("staff"), UNDATED).number
    sealing.void_record(world.as_("controller"), again, reason="重填", by=later)
    holding.hold_record(world.as_("rep"), record, reason="顾客索赔")
    holding.release_record(world.as_("controller"), record, reason="结案")
    holding.hold_record(world.as_("rep"), other, reason="顾客索赔")
    number = disposing.propose_disposal(world.as_("controller"), [record], reason=WHY).number
    disposing.approve_disposal(world.as_("rep"), number)
    destroying.destroy_disposal(world.as_("controller"), number)
    destroying.witness_disposal(world.as_("staff2"), number)
