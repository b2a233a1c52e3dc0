"""Filing a file in a record: where it goes, when that is possible, and what may be said of it afterwards.

Knows values only. Asked in the order: person (permissions), moment (WrongState), content (Invalid).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.records import life
from docctl.rules.records.attachments import AttachmentFacts, Kind, counting, holds_files
from docctl.rules.records.life import State
from docctl.rules.records.stepwise import StepFacts

USUAL_MOST: Final = 10
"""How many files a field or a step takes where its template does not say."""
MOST_IN_A_RECORD: Final = 200


@dataclass(frozen=True)
class Place:
    """Where a file goes: into a field, to a step of somebody outside, or to the whole record."""

    step: StepFacts | None = None
    field: str | None = None

    @property
    def is_from_outside(self) -> bool:
        """Whether it is what somebody outside handed over: the office may file it too, also late."""
        return self.step is not None and bool(self.step.by)


def place_of(steps: Sequence[StepFacts], fields: Mapping[str, Mapping[str, Any]], to: str) -> Place:
    """The place that is called `to`: a field that holds files, or a step of somebody outside. Raises Invalid.

    Nothing is the whole record.
    """
    if not to:
        return Place()
    holding = [name for step in steps for name in step.fields if holds_files(fields[name])]
    if to in holding:
        return Place(next(step for step in steps if to in step.fields), to)
    outside = [step for step in steps if step.by]
    for step in outside:
        if step.name == to:
            return Place(step)
    known = (*holding, *(step.name for step in outside))
    if known:
        said = Message("takes no file here: name one of {known}, or none for the whole record", known=known)
    else:
        said = Message("takes no file: leave it out, and the file belongs to the whole record")
    raise Invalid({"to": said})


def check_moment(number: str, state: State, steps: Sequence[StepFacts], place: Place, reason: str) -> None:
    """Raises WrongState where nothing is attached there now, Invalid where it comes late without a reason.

    What somebody outside signed may come back after the record was closed (PR-23): then it is filed late.
    """
    if state in life.GONE:
        raise WrongState(
            "{number} is {status}: nothing is attached to it any more.", number=number, status=state
        )
    if place.is_from_outside:
        if place.step is not None and not place.step.signed:
            life.check_fill(steps, place.step)
        return
    if state is State.CLOSED or (place.field is not None and state is not State.OPEN):
        raise WrongState(
            "{number} is {status}: only a paper that somebody outside signed can still be filed there.",
            number=number,
            status=state,
        )
    if place.step is None:
        return
    if not place.step.signed:
        life.check_fill(steps, place.step)
    elif not reason.strip():
        raise Invalid({"reason": Message("the step is signed already; say why the file comes late")})


def check_file(
    schema: Mapping[str, Any] | None, kind: Kind, sha256: str, there: Iterable[AttachmentFacts], place: Place
) -> None:
    """Raises Invalid for a file that does not go there, is there already, or is one too many."""
    accepted = [Kind(each) for each in (schema or {}).get("accept", Kind)]
    if kind not in accepted:
        raise Invalid({"file": Message("is a {kind}; here goes {accepted}", kind=kind, accepted=accepted)})
    live = counting(there)
    beside = [one for one in live if (one.step, one.field) == (place.step and place.step.name, place.field)]
    if any(one.sha256 == sha256 for one in beside):
        raise Invalid({"file": Message("is attached here already; choose another file")})
    most = int((schema or {}).get("at_most", USUAL_MOST if place.step else MOST_IN_A_RECORD))
    if len(beside) >= most or len(live) >= MOST_IN_A_RECORD:
        raise Invalid(
            {"file": Message("at most {most} files go here; strike one out that is wrong", most=most)}
        )


def check_days(place: Place, signed: date | None, returned: date | None, today: date) -> None:
    """Of a paper that somebody outside signed it is said when they did, and when it came back (DC-99).

    Raises Invalid.
    """
    if not place.is_from_outside:
        if signed or returned:
            why = Message("is asked only of a paper that somebody outside signed; leave it out")
            raise Invalid({name: why for name, day in (("signed", signed), ("returned", returned)) if day})
        return
    if signed is None or returned is None:
        why = Message("is required; give the day as it stands on the paper")
        given = {"signed": signed, "returned": returned}
        raise Invalid({name: why for name, day in given.items() if day is None})
    if not signed <= returned <= today:
        raise Invalid(
            {
                "returned": Message(
                    "The paper was signed on {signed} and today is {today}: give a day between.",
                    signed=signed,
                    today=today,
                )
            }
        )


def check_strike(
    number: str, state: State, closed_at: datetime | None, attachment: AttachmentFacts, reason: str
) -> None:
    """Raises WrongState where it stays as it is, Invalid without a reason.

    Of a closed record only what was filed after the closing is struck out: the rest is sealed.
    """
    _check_not_struck(number, attachment)
    is_late = closed_at is not None and attachment.at > closed_at
    if state in life.GONE or (state is State.CLOSED and not is_late):
        raise WrongState(
            "{number} is {status}: its attachments stay as they are.", number=number, status=state
        )
    if attachment.field is not None and state is not State.OPEN and not is_late:
        raise WrongState(
            "{number} is {status}: have it sent back, then strike the file of its step out.",
            number=number,
            status=state,
        )
    if not reason.strip():
        raise Invalid({"reason": Message("say why it is struck out; the reason stays beside the file")})


def check_vouch(number: str, state: State, attachment: AttachmentFacts) -> None:
    """Raises WrongState: of a void record, of what is struck out, or a second time."""
    _check_not_struck(number, attachment)
    if state in life.GONE:
        raise WrongState(
            "{number} is {status}: its attachments stay as they are.", number=number, status=state
        )
    if attachment.true_copy is not None:
        raise WrongState(
            "Attachment {running} of {number} was compared with its original already, by {who}.",
            running=attachment.running,
            number=number,
            who=attachment.true_copy.by_name,
        )


def _check_not_struck(number: str, attachment: AttachmentFacts) -> None:
    if attachment.struck is not None:
        raise WrongState(
            "Attachment {running} of {number} is struck out. Attach the right file instead.",
            running=attachment.running,
            number=number,
        )
