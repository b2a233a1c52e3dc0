"""A record as it stands: the pinned template, the entries, and their values compared with their seals.

Reads rows and files, changes nothing. What it says is worked out by the rules; who may see it is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from docctl.errors import Tampered, see
from docctl.errors.message import Message, Named
from docctl.models.records import Record, RecordSignature
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import another, attachments, clocks, outsiders, stepwise
from docctl.rules.records import entries as forms
from docctl.rules.records.attachments import AttachmentFacts
from docctl.rules.records.calendars import Calendar
from docctl.rules.records.clocks import Moment, Reading
from docctl.rules.records.computed import Outcome, not_there
from docctl.rules.records.entries import EntryFacts
from docctl.rules.records.filing import Place
from docctl.rules.records.life import State
from docctl.rules.records.limits import Limit
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.words import Words
from docctl.standing import computed as standing
from docctl.standing import sealed, signed_content, wording
from docctl.store import values as store
from docctl.store.expressions import evaluate
from docctl.store.schema import check_values
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.site import Site


SIGNED = Action.RECORD_SIGN.verb
COMPLETED = Action.RECORD_COMPLETE.verb
SENT_BACK = Action.RECORD_SEND_BACK.verb
VOIDED = Action.RECORD_VOID.verb


@dataclass(frozen=True)
class Executed:
    """One record with all that belongs to it. `limits` are the pinned ones, by the names of the clocks.

    `stated` are those of the pinned procedure by their own names, where formulas of the template use any.
    """

    site: Site
    record: Record
    template: Template
    calendar: Calendar
    entries: tuple[EntryFacts, ...]
    signatures: tuple[RecordSignature, ...]
    limits: Mapping[str, Limit]
    attachments: tuple[AttachmentFacts, ...] = ()
    stated: Mapping[str, Limit] = field(default_factory=dict)

    @cached_property
    def steps(self) -> tuple[StepFacts, ...]:
        """The steps that this record has: those whose condition, if any, holds of what was entered."""
        known, gone = self.every_step, self.is_destroyed
        return tuple(s for s in known if gone or not s.when or self.evaluate(s.when, self._entered))

    @cached_property
    def every_step(self) -> tuple[StepFacts, ...]:
        """All steps of the pinned template, with those who have signed them here."""
        signed: dict[str | None, list[int]] = {}
        for row in self.signatures:
            if row.meaning == SIGNED and row.voided_at is None:
                signed.setdefault(row.step, []).append(row.person_id)
        return tuple(replace(s, signed=tuple(signed.get(s.name, ()))) for s in self.template.steps)

    @property
    def is_destroyed(self) -> bool:
        """Whether its values and files are gone (Q9-10), and only rows remain."""
        return self.record.state is State.DESTROYED

    @property
    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema of each field."""
        properties: Mapping[str, Mapping[str, Any]] = self.template.schema["properties"]
        return properties

    @cached_property
    def required(self) -> list[str]:
        """The fields that somebody has to fill; a signature comes with the signing of its step."""
        own = {field for step in self.every_step for field in self.signature_fields(step)}
        own |= {field for step in self.every_step if step not in self.steps for field in step.fields}
        own |= self.computed.keys()
        return [field for field in self.template.schema.get("required", ()) if field not in own]

    @property
    def file_fields(self) -> frozenset[str]:
        """The fields that hold files."""
        return frozenset(name for name, schema in self.fields.items() if attachments.holds_files(schema))

    def signature_fields(self, step: StepFacts) -> list[str]:
        """The fields that the signature of `step` fills. For somebody outside, we write the name instead."""
        if step.by:
            return []
        return [field for field in step.fields if self.fields[field].get("format") == "signature"]

    @cached_property
    def proved(self) -> Mapping[int, tuple[bytes, Any]]:
        """Salt and value of each entry, by its id. Raises Tampered if one is not what was sealed."""
        if self.is_destroyed:
            return {entry.id: (b"", None) for entry in self.entries}
        named = self.record.year, self.record.number
        kept = self._sealed() if self.record.state is State.CLOSED else self.site.values.read(*named)
        for entry in self.entries:
            salt, value = kept.get(entry.id, (b"", None))
            if store.seal(salt, value) != entry.seal:
                raise self._damaged(entry, missing=entry.id not in kept)
        return {entry.id: kept[entry.id] for entry in self.entries}

    def _damaged(self, entry: EntryFacts, *, missing: bool) -> Tampered:
        return Tampered(
            "{number}: the value of {field} (entry {id}) is {state}. Restore the folder records/ from a "
            "backup, then run: {check}",
            number=self.record.number,
            field=Named(entry.field, self.called(entry.field)),
            id=entry.id,
            state=Message("missing") if missing else Message("not what was entered"),
            check=see.CHECK,
        )

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values that count, by field: without what was blanked, and without signatures that are void."""
        void = {f for step in self.every_step if not step.signed for f in self.signature_fields(step)}
        return {
            field: value for field, value in self._entered.items() if value is not None and field not in void
        }

    @cached_property
    def _entered(self) -> Mapping[str, Any]:
        """The same with what is computed."""
        return {**self._typed, **{field: found.value for field, found in self.computed.items()}}

    @cached_property
    def _typed(self) -> Mapping[str, Any]:
        """The last value of each field, None where it was blanked; of one that holds files their names."""
        counting = forms.current(self.entries).items()
        entered = {field: self.proved[entry.id][1] for field, entry in counting}
        closed = self.record.closed_at
        filed = () if self.is_destroyed else self.attachments
        there = (one for one in filed if closed is None or one.at <= closed)
        return entered | attachments.names_by_field(there)

    @cached_property
    def computed(self) -> Mapping[str, Outcome]:
        """What the fields that nobody types come to, by name; in signed steps what was signed."""
        fixed = standing.fixed(self.every_step)
        return standing.outcomes(self.template, fixed, self._typed, self.stated, self.called)

    def recomputed(self, entered: Mapping[str, Any]) -> Mapping[str, Outcome]:
        """What they all come to with these values, whatever was signed."""
        return standing.outcomes(self.template, (), {**self._typed, **entered}, self.stated, self.called)

    @property
    def by_hand(self) -> tuple[EntryFacts, ...]:
        """The entries that somebody made: not those of computed fields."""
        return tuple(entry for entry in self.entries if entry.field not in self.computed)

    def shown(self, step: StepFacts) -> str:
        """What of a step stands before somebody's eyes: its content, and what is worked out in it."""
        live = {f: self.computed[f].value for f in step.fields if f in self.computed}
        return signed_content.with_live(self.content(step.fields), live)

    def faults(self, fields: Collection[str] | None = None) -> dict[str, Message]:
        """What the template's schema has against the values of `fields`, or of all."""
        found = check_values(self.template.schema, self.values, required=())
        asked = {field for step in self.steps for field in step.fields}
        found |= not_there(self.computed, asked.intersection(self.template.schema.get("required", ())))
        return found if fields is None else {f: why for f, why in found.items() if f in fields}

    def evaluate(self, condition: str, values: Mapping[str, Any]) -> bool:
        """Whether a condition of the template holds of `values`."""
        return evaluate(condition, values, forms.kinds(self.fields))

    def readings(self, now: datetime) -> list[Reading]:
        """What each clock shows. A sealed record is judged at its closing, a void one at its end (DC-107)."""
        if not self.template.clocks or self.is_destroyed:
            return []
        at, moments = self.record.closed_at or self._voided_at or now, self._moments()
        return clocks.read_all(self.template.clocks, self.limits, moments, self.calendar, at)

    @property
    def _voided_at(self) -> datetime | None:
        """When the record was taken out of use: nothing runs on in it since."""
        return next((s.signed_at for s in self.signatures if s.meaning == VOIDED), None)

    def called(self, name: str) -> Words:
        """What the template calls a step, a field, or a clock (that by what stops it)."""
        name = next((clock.stop for clock in self.template.clocks if clock.name == name), name)
        step = next((step for step in self.every_step if step.name == name), None)
        if step is not None:
            return step.heading
        return Words(self.fields.get(name, {}).get("title")) or Words({languages.PRIMARY: name})

    @property
    def performers(self) -> frozenset[int]:
        """Everybody who filled or signed a step or completed the record, also what was sent back since."""
        signed = {s.person_id for s in self.signatures if s.meaning in (SIGNED, COMPLETED)}
        attached = {one.by for one in self.attachments}
        return stepwise.performers(self.steps, self.entries) | signed | attached

    def subject(self, *steps: StepFacts) -> Subject:
        """What permissions may ask about these steps, or about the whole record."""
        posts = [stepwise.posts(self.steps, step) for step in steps or self.steps]
        return Subject(
            name=self.record.number, performers=self.performers, step_posts=frozenset().union(*posts)
        )

    def readers(self) -> Subject:
        """What the permission to read is asked of: who opened a record may see what becomes of it."""
        return replace(self.subject(), performers=self.performers | {self.record.opened_by_id})

    def content(self, fields: Iterable[str] | None = None, *, added: Iterable[EntryFacts] = ()) -> str:
        """What a signature names: the SHA-256 over field, entry and seal of what counts in `fields` (in all).

        And over its files (without `fields` all of the record). `added` are entries that the same act made.
        """
        counting = forms.current([*self.entries, *added])
        return signed_content.digest(counting, self.attachments, fields)

    def in_words(self, condition: str) -> Words:
        """A condition of the template as it is read, with fields by their titles."""
        return wording.condition(condition, self.fields, self.called)

    def formula(self, field: str) -> Words:
        """What a computed field is worked out from, in words and with the figures of its procedure."""
        return wording.formula(self.fields[field]["computed"], self.fields, self.called, self.stated)

    @property
    def lacks_evidence(self) -> tuple[str, ...]:
        """The signed steps of somebody outside whose evidence is not there, by name (PR-23, DC-99)."""
        return tuple(outsiders.missing_evidence(self.steps, self.attached))

    def check_another(self, step: StepFacts, person: int) -> None:
        """Raises Forbidden where they took part in a step from which this one is kept apart."""
        another.check_another(self.every_step, step, person, self._hands)

    @cached_property
    def _hands(self) -> another.Hands:
        return another.hands_of(self.every_step, self.by_hand, self.attachments)

    def check_place(self, place: Place, person: int) -> None:
        """The same of who attaches a file; what somebody outside handed over may be filed by anybody."""
        if place.step is not None and not place.is_from_outside:
            self.check_another(place.step, person)

    def check_hand(self, step: StepFacts, person: int) -> None:
        """Raises Forbidden where somebody else signs: for four eyes, or as they wrote down what was said."""
        self.check_another(step, person)
        outsiders.check_stands_in(step, person, self.by_hand, attached=self.attached)

    def waits_for_another(self, step: StepFacts, person: int) -> bool:
        """Whether somebody else does this step now: what they could do in it is done, or is not theirs."""
        if any(person in self._hands[other.name] for other in another.kept_apart(self.every_step, step)):
            return True
        if forms.missing(set(self.required).intersection(step.fields), self.values):
            return False
        return person in outsiders.writers(step, self.by_hand) and step.name not in self.attached

    @property
    def attached(self) -> list[str]:
        """The steps with a file, or with a value that says where the paper lies, by name."""
        filed = {one.step for one in attachments.counting(self.attachments)}
        told = {f for f in self.values if self.fields[f].get("format") == "file"}
        return [s.name for s in self.steps if s.name in filed or not told.isdisjoint(s.fields)]

    def about(self, place: Place, *, by: int | None = None) -> Subject:
        """What permissions may ask about a file there; `by`: who attached it."""
        subject = self.subject(*([place.step] if place.step else ()))
        return replace(subject, from_outside=place.is_from_outside, entered_by=by, attached_by=by)

    def _moments(self) -> dict[str, Any]:
        """The values, with the time of signing in place of a signature, and for the name of a step."""
        signing = [s for s in self.signatures if s.meaning == SIGNED and s.voided_at is None]
        steps = {str(s.step): s.signed_at for s in signing}
        counting = forms.current(self.entries)
        signed: dict[str, Moment] = {
            field: counting[field].at
            for field in self.values
            if self.fields[field].get("format") == "signature"
        }
        return {**steps, **self.values, **signed}

    def _sealed(self) -> Mapping[int, tuple[bytes, Any]]:
        mine = {"entries": {e.id for e in self.entries}, "files": {a.id for a in self.attachments}}
        return sealed.entries_of(self.site, self.record, **mine, signatures=len(self.signatures))
