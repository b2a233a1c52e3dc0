"""A record as its page shows it, as values: the record, its steps, their fields, clocks and shut gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.records.given import Given
from docctl.queries.records.hands import Lacking
from docctl.rules.actions import Action
from docctl.rules.records.life import State
from docctl.rules.words import Words
from docctl.standing.due import Due


@dataclass(frozen=True)
class FieldView:
    """A field of the record. `entries` are those of `record_show`, oldest first; the last one counts.

    `signs`: the signature of the step fills it. `correctable`: the reader may enter it anew, with a reason.
    `files` are attachments of `record_show`; `takes_files`: the reader can attach one here now. `taken_from`:
    the earlier record whose value this is; `moved_on`: that says something else by now. `formula`: what it
    is worked out from, where nobody types it; `waits`: why that has come to nothing yet.
    """

    name: str
    schema: Mapping[str, Any]
    value: Any
    entries: tuple[Mapping[str, Any], ...]
    required: bool
    signs: bool
    correctable: bool
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool
    taken_from: str = ""
    moved_on: bool = False
    formula: Words | None = None
    waits: Message | None = None

    @property
    def by_itself(self) -> bool:
        """Whether nobody types it: it is worked out."""
        return self.formula is not None


@dataclass(frozen=True)
class StepView:
    """A step. `content` is what a signature under it would name now. `files` are those without a field.

    `apart`: the steps that other people do.
    """

    name: str
    title: Words
    clause: str
    by: str
    posts: tuple[str, ...]
    evidence: str
    lacks_evidence: bool
    fields: tuple[FieldView, ...]
    signatures: tuple[Mapping[str, Any], ...]
    content: str
    is_current: bool
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool
    apart: tuple[Words, ...]

    @property
    def is_signed(self) -> bool:
        return any(not signature["void"] for signature in self.signatures)


@dataclass(frozen=True)
class ClockView:
    """A clock, called by what stops it; `clause` is its limit's. `met` is None until it is due or met."""

    name: str
    title: Words
    due: datetime | None
    met: bool | None
    overdue: bool
    excuse: str
    clause: str


@dataclass(frozen=True)
class GateView:
    """A gate that is shut: what it needs, with fields by their titles."""

    needs: Words
    clause: str


@dataclass(frozen=True)
class RecordView:
    """`told` is what `record_show` says. `acts` is what the reader may do with it as it stands now.

    `nobody_can`: what of it nobody could do as people and roles are now. `titles` are those of every step
    of the template; one that was signed may have gone. `files` are those of the whole record; `markable` is
    what the reader can say of each attachment. `fills`: the period for which it is made.
    """

    told: Mapping[str, Any]
    nobody_can: tuple[Lacking, ...]
    state: State
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    gates: tuple[GateView, ...]
    titles: Mapping[str, Words]
    acts: frozenset[Action]
    content: str
    given: tuple[Given, ...]
    files: tuple[Mapping[str, Any], ...]
    takes_files: bool
    markable: Mapping[int, frozenset[Action]]
    fills: Due | None

    @property
    def current(self) -> StepView | None:
        """The step whose turn it is."""
        return next((step for step in self.steps if step.is_current), None)

    def field(self, name: str) -> FieldView:
        """A field of one of its steps. Raises Invalid."""
        for step in self.steps:
            for field in step.fields:
                if field.name == name:
                    return field
        raise Invalid(
            "{number} has no field {name}; choose one on its page", number=self.told["number"], name=name
        )
