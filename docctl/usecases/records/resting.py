"""The earlier records on which a new one rests: each is there, far enough, and lends its values.

What is taken over is an entry like any other, sealed in the new record; the link says from which entry of
the earlier one it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docctl.door.context import Context
from docctl.door.transaction import Act
from docctl.errors import Forbidden, Invalid, WrongState
from docctl.errors.message import Joined, Message, Named
from docctl.models.records import Record, RecordEntry, RecordPrevious
from docctl.rules.actions import Action
from docctl.rules.records import entries, previous, stepwise
from docctl.rules.records.previous import Previous
from docctl.rules.roles import posts_held
from docctl.standing import find
from docctl.standing import previous as standing
from docctl.standing.loading import load
from docctl.standing.record import Executed
from docctl.store.schema import check_values
from docctl.store.template import Template
from docctl.store.values import new_salt

Chosen = Mapping[str, str]
"""The number of the earlier record, by the name under which the template asks for it."""

FIELD = "previous."
"""Before that name, in what a refusal is about."""


def earlier_records(
    ctx: Context, act: Act, template: Template, form: int, chosen: Chosen
) -> dict[str, Executed]:
    """The earlier records by name, each of them as the template asks for it (PR-36).

    Raises Invalid with all that is missing, NotFound for a number that is none, Forbidden for a record that
    is none of the actor's business: neither theirs to read, nor asked for by a form that they fill.
    """
    problems: dict[str, Message] = {
        f"{FIELD}{name}": Message("{form} asks for no earlier record of this name", form=template.number)
        for name in chosen.keys() - {wanted.name for wanted in template.previous}
    }
    found: dict[str, Executed] = {}
    for wanted in template.previous:
        if not chosen.get(wanted.name, "").strip():
            problems[f"{FIELD}{wanted.name}"] = _lacking(wanted)
            continue
        earlier = load(act.turn.site, act.session, find.record(act.session, chosen[wanted.name]))
        _check_reader(ctx, act, template, earlier)
        for _, why in standing.judged(act.session, wanted, form, [earlier]):
            if why is not None:
                problems[f"{FIELD}{wanted.name}"] = why
        found[wanted.name] = earlier
    if problems:
        raise Invalid(problems)
    return found


def rest(act: Act, record: Record, template: Template, earlier: Mapping[str, Executed]) -> None:
    """Link the record with those on which it rests, and take their values over. Raises Invalid."""
    taken = _values(template, earlier)
    wrong = check_values(template.schema, {f: value for f, (_, value, _) in taken.items()}, required=())
    if wrong:
        raise Invalid({f"{FIELD}{taken[field][0]}": why for field, why in wrong.items() if field in taken})
    entered: dict[str, dict[str, int]] = {name: {} for name in earlier}
    for field, (name, value, source) in taken.items():
        row = RecordEntry(record_id=record.id, field=field, by_id=act.actor.person_id, at=act.at)
        act.add(row)
        row.seal = act.turn.site.values.add(record.year, record.number, row.id, new_salt(), value)
        entered[name][str(row.id)] = source
    for name, one in earlier.items():
        act.add(
            RecordPrevious(
                record_id=record.id,
                name=name,
                previous_id=one.record.id,
                content=one.content(),
                taken=entered[name],
                at=act.at,
                by_id=act.actor.person_id,
            )
        )


def check_still(act: Act, executed: Executed) -> None:
    """What a record was opened on still stands when it is declared complete. Raises WrongState."""
    if not executed.template.previous:
        return
    fallen = standing.no_more(act.turn.site, act.session, executed)
    if fallen:
        raise WrongState(
            "{number} rests on what does not stand any more: {why}. Set the earlier record right first, or "
            "void this one.",
            number=executed.record.number,
            why=Joined(tuple(fallen.values()), "{first}; {then}"),
        )


def check_taken(act: Act, executed: Executed, field: str, value: Any) -> None:
    """What was taken over is not typed: it becomes only what the earlier record says now. Raises Invalid."""
    if field not in previous.taken(executed.template.previous):
        return
    source = standing.sources(act.turn.site, act.session, executed).get(field)
    if source is not None and source.value != value:
        raise Invalid(
            "is taken over from {field} of {number}; correct it there, then take it over here",
            field=source.field,
            number=source.number,
        )


def _lacking(wanted: Previous) -> Message:
    said = Message(
        "a record of {template} must be there first; choose it, or open one", template=wanted.template
    )
    if not wanted.clause:
        return said
    return Message("{why} (clause {clause})", why=said, clause=wanted.clause)


def _check_reader(ctx: Context, act: Act, template: Template, earlier: Executed) -> None:
    steps = template.steps
    fills = frozenset[str]().union(*(stepwise.posts(steps, step) for step in steps))
    if posts_held(act.actor).isdisjoint(fills) and not ctx.may(Action.RECORD_READ, earlier.readers()):
        raise Forbidden(
            "{number} is for those who take part in it, and for those who fill {template}.",
            number=earlier.record.number,
            template=template.number,
        )


def _values(template: Template, earlier: Mapping[str, Executed]) -> dict[str, tuple[str, Any, int]]:
    """By own field: under which name it is taken over, its value, and the entry there that says it."""
    found: dict[str, tuple[str, Any, int]] = {}
    lacking: dict[str, Message] = {}
    for own, (wanted, its) in previous.taken(template.previous).items():
        one = earlier[wanted.name]
        if its in one.values and its in (counting := entries.current(one.entries)):
            found[own] = wanted.name, one.values[its], counting[its].id
        elif own in template.schema.get("required", ()):
            lacking[f"{FIELD}{wanted.name}"] = Message(
                "{number} says nothing under {field}, which is to be taken over",
                number=one.record.number,
                field=Named(its, one.called(its)),
            )
    if lacking:
        raise Invalid(lacking)
    return found
