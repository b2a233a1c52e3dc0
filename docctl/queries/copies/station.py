"""The pile of scanned copies on the table: what each would be registered as; the answer to the last scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docctl.door.context import Context
from docctl.queries.copies.register import Asked, CopyLine, copies_named, copy_register
from docctl.queries.copies.scanned import on_loan, scanned
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import Status
from docctl.rules.station import ACTS, MOST, Heard, Mode, heard


@dataclass(frozen=True)
class Planned:
    """A copy of the pile, and what is to be registered of it."""

    line: CopyLine
    action: Action


@dataclass(frozen=True)
class Answer:
    """The answer to one scan. `borrower`: who has it on loan, where that is why."""

    typed: str
    heard: Heard
    line: CopyLine | None
    action: Action | None
    borrower: str = ""

    @property
    def is_good(self) -> bool:
        return self.heard is Heard.TAKEN


@dataclass(frozen=True, kw_only=True)
class Station:
    """The pile, oldest scan first. `still_out`: of the document of the last scan, copies that were asked back
    and are in nobody's pile yet; None where that was not of a recall.
    """

    pile: tuple[Planned, ...]
    answer: Answer | None
    still_out: int | None

    def of(self, action: Action) -> list[str]:
        """The numbers of the copies with which this is to be done."""
        return [one.line["copy"] for one in self.pile if one.action is action]


def station(ctx: Context, mode: Mode, chosen: Sequence[str], typed: str) -> Station:
    """What lies on the table after one more scan. What cannot be done any more has left the pile."""
    lines = copies_named(ctx, [*dict.fromkeys(chosen)][:MOST])["copies"]
    lent = on_loan(ctx, [line["copy"] for line in lines])
    pile = [
        Planned(line, action)
        for line in lines
        if (action := ACTS[mode].get(Status(line["state"]))) is not None
        and _may(ctx, action, line)
        and not (action is Action.COPY_RETURN and line["copy"] in lent)
    ]
    answer = _answer(ctx, mode, pile, typed) if typed else None
    if answer is not None and answer.is_good and answer.line is not None and answer.action is not None:
        pile.append(Planned(answer.line, answer.action))
    return Station(pile=tuple(pile), answer=answer, still_out=_still_out(ctx, pile))


def _answer(ctx: Context, mode: Mode, pile: Sequence[Planned], typed: str) -> Answer:
    found = scanned(ctx, typed)
    if found.line is None:
        return Answer(found.typed, Heard.UNKNOWN, None, None)
    line = found.line
    action = ACTS[mode].get(Status(line["state"]))
    borrower = on_loan(ctx, [line["copy"]]).get(line["copy"], "")
    said = heard(
        action,
        is_old_print=found.is_old_print,
        on_loan=bool(borrower),
        may=action is not None and _may(ctx, action, line),
        pile=len(pile),
        is_in_it=any(one.line["copy"] == line["copy"] for one in pile),
    )
    return Answer(found.typed, said, line, action, borrower if said is Heard.ON_LOAN else "")


def _may(ctx: Context, action: Action, line: CopyLine) -> bool:
    return ctx.may(action, Subject(name=line["copy"], holder=line["holder"]))


def _still_out(ctx: Context, pile: Sequence[Planned]) -> int | None:
    """The countdown of a recall, for who sees all copies."""
    last = next((one.line for one in reversed(pile) if one.line["state"] == Status.RECALLED.value), None)
    if last is None or not ctx.may(Action.COPY_READ, Subject()):
        return None
    there = {one.line["copy"] for one in pile}
    asked = copy_register(ctx, Asked(document=last["document"], status=Status.RECALLED.value))
    same = [line for line in asked if line["document"] == last["document"]]
    return sum(line["copy"] not in there for line in same)
