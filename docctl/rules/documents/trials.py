"""A trial issue (试行): good until a day, by which it is confirmed, prolonged or withdrawn (DC-35).

Its end stands in the head of the text, so that whoever signs it signs for a trial. Knows no table, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Typed
from docctl.rules.documents.head import Head
from docctl.rules.documents.labels import parse_label
from docctl.rules.words import Own, Words

TRIAL: Final = Own(zh="试行", en="trial issue")
_TITLED: Final = Own(zh="{title}（试行）", en="{title} (trial issue)")
_END: Final = Own(zh="试行至", en="Trial until")
_UNTIL: Final = Own(zh="试行至 {day}", en="trial until {day}")


@dataclass(frozen=True)
class Trial:
    """`until` is the last day; None where a label of before says 试行 and nothing says until when."""

    until: date | None

    @property
    def words(self) -> Words:
        """For a page and a print: that it is one, and until when."""
        return _UNTIL.filled(day=self.until.isoformat()) if self.until else TRIAL


def trial_of(label: str, head: Head, until: date | None) -> Trial | None:
    """Of a revision; `until`: its end as it was issued or prolonged. None: it is no trial."""
    said = next(iter(head.get("trial", ())), "")
    if until is None and said:
        until = _day(said)
    return Trial(until) if until is not None or parse_label(label).is_trial else None


def titled(title: Words, trial: Trial | None) -> Words:
    """The title of a trial says so, in each of its languages."""
    if trial is None:
        return title
    return Words({language: _TITLED[language].format(title=said) for language, said in title.items()})


def shown(trial: Trial | None) -> Iterator[tuple[Words, Words]]:
    """For a cover: what it is called, and what it says."""
    if trial is not None and trial.until is not None:
        yield _END, Words.key(trial.until.isoformat())


def problems(label: str, head: Head, today: date) -> dict[str, Message]:
    """What of a trial nobody could be reminded of, by its place in the head."""
    try:
        trial = trial_of(label, head, None)
    except Invalid as error:
        return dict(error.problems)
    if trial is None:
        return {}
    if trial.until is None:
        why = Message("{label} is a trial issue: say until when, as trial: 2027-06-30 (DC-35)", label=label)
        return {"trial": why}
    if trial.until <= today:
        return {"trial": Message("{day} is over; give a trial issue a later end", day=trial.until)}
    return {}


def check_issue(trial: Trial | None, effective: date) -> None:
    """A trial begins before it ends. Raises Invalid."""
    if trial is not None and trial.until is not None and trial.until <= effective:
        raise Invalid(
            {
                "effective": Message(
                    "it would take effect on {day} and is a trial until {until}; choose an earlier day, or "
                    "retract it and change the end of the trial",
                    day=effective,
                    until=trial.until,
                )
            }
        )


def check_prolong(trial: Trial | None, until: date, today: date, what: str) -> None:
    """Only a trial, and to a later day. Raises WrongState, Invalid."""
    if trial is None:
        raise WrongState("{what} is no trial issue; there is nothing to prolong", what=what)
    last = max(filter(None, (trial.until, today)))
    if until <= last:
        raise Invalid({"until": Message("choose a day after {day}", day=last)})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            {"trial": Message("{text} is no day; write it like 2027-06-30", text=Typed(text))}
        ) from None
