"""Tells a month in the life of the demonstration company: who does what on which day, read from a file.

Each step is an ordinary use case in the name of the person who would do it, at the hour of the story: so what
a demonstration shows could have come about in no other way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from docctl.door import accounts
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import DocctlError, Invalid
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.documents.change_rows import Row
from docctl.standing import find
from docctl.standing.loading import load
from docctl.store.material import Material, gather, of_procedure, of_template
from docctl.store.sniffing import Upload
from docctl.store.source import read_procedure
from docctl.store.template import Template, read_template
from docctl.usecases.copies import disposing, distributing, handing, lending, requesting
from docctl.usecases.demonstration.starter import CHANNEL, Progress
from docctl.usecases.demonstration.written import FILE, Story
from docctl.usecases.documents import approving, changing, drafting, issuing
from docctl.usecases.readings import reading
from docctl.usecases.records import attaching, opening, recording, sealing


@dataclass
class Clock:
    """The clock of a story: it stands at `now`, a millisecond on at each look, and goes where it is sent."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def go_to(self, moment: datetime) -> None:
        """Raises Invalid when the story goes back in time."""
        if moment < self.now:
            raise Invalid("{moment} is told after {now}; put it in order", moment=moment, now=self.now)
        self.now = moment


@dataclass
class Telling:
    """One telling: the day it leads up to, and the records by the names that the story gives them."""

    site: Site
    clock: Clock
    story: Story
    today: datetime
    records: dict[str, str] = field(default_factory=dict)

    def moment(self, on: str, at: str) -> datetime:
        """That hour of the day so many days from today, in the zone of the site."""
        local = self.today.astimezone(self.site.zone)
        day = local.date() + timedelta(days=int(on))
        return datetime.combine(day, time.fromisoformat(at), self.site.zone)

    def value(self, told: Any) -> str:
        """A value as somebody would type it: `{moment: [-3, "09:10"]}`, `{day: -3}`, or the text itself."""
        if isinstance(told, Mapping) and "moment" in told:
            return self.moment(*told["moment"]).isoformat()
        if isinstance(told, Mapping):
            return self.moment(told["day"], "12:00").date().isoformat()
        return str(told)

    def record(self, step: Mapping[str, Any]) -> str:
        """The number of the record that the story calls so."""
        return self.records[step["record"]]


def tell(telling: Telling, *, system_user: str, progress: Progress) -> None:
    """Do all of it. Raises Invalid naming the step that cannot be done, with the reason."""
    steps = telling.story.steps
    for done, step in enumerate(steps):
        progress(done, len(steps), f"{step['do']} {step['by']}")
        try:
            telling.clock.go_to(telling.moment(step["on"], step["at"]))
            ctx = accounts.reader(
                telling.site, step["by"], channel=CHANNEL, system_user=system_user, proved=True
            )
            with closing(ctx):
                _DOES[Action(step["do"])](ctx, telling, step)
        except (DocctlError, KeyError, ValueError) as error:
            place = f"{FILE}: on {step.get('on')} at {step.get('at')}, {step.get('do')}"
            raise Invalid(
                "{place}: {name} {why}", place=place, name=type(error).__name__, why=str(error)
            ) from error
    progress(len(steps), len(steps), "done")


Does = Callable[[Context, Telling, Mapping[str, Any]], object]


def _open(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    earlier = {name: telling.records[called] for name, called in step.get("previous", {}).items()}
    telling.records[step["name"]] = opening.open_record(ctx, step["template"], earlier=earlier).number


def _fill(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    number = telling.record(step)
    values = {name: telling.value(told).replace("$number", number) for name, told in step["values"].items()}
    recording.fill_record(ctx, number, values)


def _sign(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    """A step of an example that has a condition is passed over where that does not hold."""
    record = find.record(ctx.session, telling.record(step))
    if step.get("step") in {None, *(s.name for s in load(ctx.site, ctx.session, record).steps)}:
        recording.sign_record(ctx, record.number)


def _attach(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    """A file of records/, under the name that it has in the story."""
    days: dict[str, Any] = {
        n: date.fromisoformat(telling.value(step[n])) for n in ("signed", "returned") if n in step
    }
    upload = Upload(step["name"], (telling.story.folder / "records" / step["file"]).read_bytes())
    attaching.attach_record(ctx, telling.record(step), lambda: upload, to=step.get("to", ""), **days)


def _correct(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    value = telling.value(step["value"])
    recording.correct_record(ctx, telling.record(step), step["field"], value, reason=step["reason"])


def _register(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    drafting.register_document(ctx, lambda: _changed(telling, step), label=step.get("label"))


def _save(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    drafting.save_draft(ctx, step["document"], lambda: _changed(telling, step), label=step.get("label"))


def _issue(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    day = telling.moment(step.get("effective", step["on"]), "12:00").date()
    issuing.issue_revision(ctx, step["document"], effective=day)


def _destroy(ctx: Context, _: Telling, step: Mapping[str, Any]) -> None:
    present = [accounts.taken_at_their_word(ctx.site, login) for login in step["witnesses"]]
    approver = accounts.taken_at_their_word(ctx.site, step["approved_by"])
    disposing.destroy_copy(ctx, step["copy"], approved_by=approver, witnesses=present)


def _lose(ctx: Context, _: Telling, step: Mapping[str, Any]) -> None:
    said = {name: step[name] for name in ("reason", "responsible", "consequence")}
    disposing.lose_copy(ctx, step["copy"], **said)


def _lend(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    lending.lend_copy(
        ctx,
        step["copy"],
        borrower=step["borrower"],
        due=telling.moment(step["due"], "12:00").date(),
        reason=step["reason"],
        approved_by=accounts.taken_at_their_word(ctx.site, step["approved_by"]),
    )


def _call(ctx: Context, telling: Telling, step: Mapping[str, Any]) -> None:
    day = telling.moment(step["due"], "12:00").date()
    reading.call_reading(ctx, step["document"], concerned=step["concerned"], due=day)


def _changed(telling: Telling, step: Mapping[str, Any]) -> Material:
    """The document in `file`, with each pair of `replace` put in place of the other, in all languages."""
    found = gather(telling.story.folder / step["file"])
    content, pairs = found.content, step.get("replace", ())
    for old, _ in pairs:
        if old.encode() not in b"".join(found.files.values()):
            raise Invalid("{file} does not hold “{old}”", file=step["file"], old=old)
    if isinstance(content, Template):
        return of_template(read_template(_replaced(content.raw, pairs)))
    texts = {language: _replaced(text.raw, pairs) for language, text in content.texts.items()}
    main = texts.pop(languages.PRIMARY)
    return of_procedure(read_procedure(main, texts, content.figures))


def _apply(ctx: Context, _: Telling, step: Mapping[str, Any]) -> object:
    named = {name: step[name] for name in ("kind", "reason", "executor")}
    return changing.apply_change(ctx, step["document"], rows=[Row(*row) for row in step["what"]], **named)


def _replaced(data: bytes, pairs: Any) -> bytes:
    for old, new in pairs:
        data = data.replace(old.encode(), new.encode())
    return data


_DOES: Final[Mapping[Action, Does]] = MappingProxyType(
    {
        Action.DOCUMENT_REGISTER: _register,
        Action.DOCUMENT_WITHDRAW: lambda ctx, _, s: issuing.withdraw_document(
            ctx, s["document"], reason=s["reason"]
        ),
        Action.DRAFT_SAVE: _save,
        Action.REVISION_SUBMIT: lambda ctx, _, s: drafting.submit_revision(
            ctx, s["document"], reason=s["reason"], change=s.get("change")
        ),
        Action.CHANGE_APPLY: _apply,
        Action.CHANGE_SIGN: lambda ctx, _, s: changing.sign_change(
            ctx, s["change"], comment=s.get("comment")
        ),
        Action.CHANGE_NOTE: lambda ctx, _, s: changing.note_change(ctx, s["change"]),
        Action.REVISION_SIGN: lambda ctx, _, s: approving.sign_revision(
            ctx, s["document"], comment=s.get("comment")
        ),
        Action.REVISION_REJECT: lambda ctx, _, s: approving.reject_revision(
            ctx, s["document"], reason=s["reason"]
        ),
        Action.REVISION_ISSUE: _issue,
        Action.COPY_ISSUE: lambda ctx, _, s: handing.issue_copies(
            ctx, s["document"], holders=s["holders"], label=s.get("label")
        ),
        Action.COPY_ACKNOWLEDGE: lambda ctx, _, s: handing.acknowledge_copy(ctx, s["copy"]),
        Action.COPY_RECALL: lambda ctx, _, s: handing.recall_copy(ctx, s["copy"], reason=s["reason"]),
        Action.COPY_RETURN: lambda ctx, _, s: handing.return_copy(ctx, s["copy"]),
        Action.COPY_KEEP: lambda ctx, _, s: disposing.keep_copy(ctx, s["copy"], reason=s["reason"]),
        Action.COPY_DESTROY: _destroy,
        Action.COPY_LOSE: _lose,
        Action.COPY_PLACE: lambda ctx, _, s: lending.place_copy(ctx, s["copy"], place=s["place"]),
        Action.COPY_LEND: _lend,
        Action.DISTRIBUTION_CHANGE: lambda ctx, _, s: distributing.change_distribution(
            ctx, s["document"], add=s["add"]
        ),
        Action.REQUEST_ADD: lambda ctx, _, s: requesting.add_request(
            ctx, s["document"], reason=s["reason"], holder=s["holder"]
        ),
        Action.REQUEST_APPROVE: lambda ctx, _, s: requesting.approve_request(ctx, s["request"]),
        Action.READING_CALL: _call,
        Action.READING_CONFIRM: lambda ctx, _, s: reading.confirm_reading(ctx, s["document"]),
        Action.RECORD_OPEN: _open,
        Action.RECORD_FILL: _fill,
        Action.RECORD_ATTACH: _attach,
        Action.RECORD_CORRECT: _correct,
        Action.RECORD_SIGN: _sign,
        Action.RECORD_COMPLETE: lambda ctx, t, s: sealing.complete_record(ctx, t.record(s)),
        Action.RECORD_VERIFY: lambda ctx, t, s: sealing.verify_record(ctx, t.record(s)),
        Action.RECORD_CLOSE: lambda ctx, t, s: sealing.close_record(ctx, t.record(s)),
        Action.RECORD_VOID: lambda ctx, t, s: sealing.void_record(ctx, t.record(s), reason=s["reason"]),
    }
)
