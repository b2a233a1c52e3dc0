"""Gates of a record, and the records it starts. Knows which conditions apply, not how they are worked out.

`evaluate` answers whether a condition holds of the values. It is passed in, so that no library of
expressions is a rule. It must be False, not an error, where a value is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Joined, Message, Named
from docctl.rules.actions import Action
from docctl.rules.documents.numbering import canonical

Evaluate = Callable[[str, Mapping[str, Any]], bool]
Words = Callable[[str], Mapping[str, str]]
"""A condition as it is read, by language."""

_ITSELF: Final = Message("This record")
_BEFORE: Final[Mapping[Action, Message]] = MappingProxyType(
    {
        Action.RECORD_COMPLETE: Message("complete"),
        Action.RECORD_VERIFY: Message("verify"),
        Action.RECORD_CLOSE: Message("close"),
    }
)


def _as_written(_: str) -> Mapping[str, str]:
    return {}


# A gate may also stand before the signing of a step, and then names the step.
GATED: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "complete": Action.RECORD_COMPLETE,
        "verify": Action.RECORD_VERIFY,
        "close": Action.RECORD_CLOSE,
    }
)


@dataclass(frozen=True)
class Gate:
    """`needs` must hold before `action` is done to the record; for a signature, before that of `step`."""

    action: Action
    needs: str
    clause: str = ""
    step: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, str], steps: Collection[str] = ()) -> Gate:
        """From a template's `{before, needs, clause}`; `steps` are the names of its steps. Raises Invalid."""
        before = source.get("before", "")
        action = GATED.get(before)
        if action is None and before not in steps:
            raise Invalid({"before": Message("must be one of {choices}", choices=(*GATED, *steps))})
        step = "" if action else before
        return cls(action or Action.RECORD_SIGN, source["needs"], source.get("clause", ""), step)

    def called(self, in_words: Words = _as_written) -> Message | Named:
        """What it needs, in a sentence: as it is written, and on a page in words."""
        needs = Named(self.needs, in_words(self.needs))
        return Message("{needs} (clause {clause})", needs=needs, clause=self.clause) if self.clause else needs


@dataclass(frozen=True)
class Start:
    """Another record, of `template`, that is opened and linked by the word `link` when `when` holds."""

    when: str
    template: str
    link: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, str]) -> Start:
        """From a template's `{when, template, link}`. Raises Invalid for what is no number."""
        return cls(source["when"], canonical(source["template"]), source.get("link", ""))


def shut(
    gates: Iterable[Gate], action: Action, values: Mapping[str, Any], evaluate: Evaluate, *, step: str = ""
) -> list[Gate]:
    """The gates before `action` (before the signature of `step`) that are not met."""
    asked = [gate for gate in gates if (gate.action, gate.step) == (action, step)]
    return [gate for gate in asked if not evaluate(gate.needs, values)]


def before_what(action: Action, step: Named | None) -> Message:
    """What a gate stands before, in a sentence."""
    if step is not None:
        return Message("the signature of step {step}", step=step)
    return _BEFORE[action]


def check_gates(
    gates: Iterable[Gate],
    action: Action,
    values: Mapping[str, Any],
    evaluate: Evaluate,
    what: str | Message = _ITSELF,
    *,
    step: Named | None = None,
    in_words: Words = _as_written,
) -> None:
    """Raises WrongState that names every gate which is shut: no entry is wrong, its time has not come."""
    unmet = shut(gates, action, values, evaluate, step=step.name if step else "")
    if unmet:
        raise WrongState(
            "{what} does not pass its gate before {before}. Needed is {needed}. Do what is missing "
            "and enter it, or correct the entry with a reason.",
            what=what,
            before=before_what(action, step),
            needed=Joined(tuple(gate.called(in_words) for gate in unmet), "{first}; {then}"),
        )


def started(starts: Iterable[Start], values: Mapping[str, Any], evaluate: Evaluate) -> list[Start]:
    """What this record starts. Asked at its completion, for a gate may keep it from closing (PR-35)."""
    return [start for start in starts if evaluate(start.when, values)]
