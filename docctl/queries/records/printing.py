"""A record as a PDF, for who may read it: what was entered, corrected, attached and signed, as it stands now.

What is valid is the record in docctl, and the print says so; of a sealed one it bears the digest of the seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.queries.copies.printing import Print
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.reading import readable, told
from docctl.queries.records.told_values import told_value
from docctl.render import renderer
from docctl.render.figures import Asset
from docctl.render.pdf import Job
from docctl.render.record_sheet import (
    DoneStep,
    Entered,
    FiledLine,
    Past,
    RecordSheet,
    Signed,
    to_html,
)
from docctl.render.sheets import ASSET
from docctl.rules import names
from docctl.rules.languages import Language
from docctl.rules.records import stepwise
from docctl.rules.records.attachments import AttachmentFacts
from docctl.rules.records.clock_verdicts import verdict
from docctl.rules.records.life import MEANINGS, State
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.words import Own, Words
from docctl.standing import find
from docctl.standing.attachments import preview_of
from docctl.standing.form import titled
from docctl.standing.record import SIGNED, Executed
from docctl.store.names import plain_name, plain_title

_TEMPLATE = Own(zh="记录模板", en="Template")
_GOVERNED = Own(zh="执行依据", en="Governing procedure")
_OPENED = Own(zh="开立", en="Opened")
_STARTED = Own(zh="由此记录引出", en="Started by")
_FOLLOWED = Own(zh="后续记录", en="Followed by")
_CLOSED = Own(zh="封存", en="Closed")
_VOID = Own(zh="作废原因", en="Void because")
_KEEPER = Own(zh="保存部门", en="Keeper")
_KEPT = Own(zh="保存至", en="Kept until")
_SEAL = Own(zh="封存摘要", en="Seal")
_PRINTED = Own(
    zh="{by} 于 {at} 打印。以 docctl 中的记录为准。",
    en="Printed by {by} at {at}. What counts is the record in docctl.",
)


@as_recorded(About.RECORD)
def record_print(ctx: Context, number: str, languages: Sequence[Language]) -> Print:
    """The PDF, in each of these languages. Raises NotFound, Forbidden, Tampered, PrinterMissing.

    WrongState where the site makes no PDFs.
    """
    executed = readable(ctx, number)
    if executed.is_destroyed:
        raise WrongState("{number} was destroyed: there is nothing left to print.", number=number)
    if not ctx.site.settings.pdf:
        raise WrongState("this site makes no PDFs; set pdf = true in docctl.toml to print records")
    maker = _Maker(ctx, executed, told(ctx, executed))
    sheet, assets = maker.sheet(tuple(languages)), maker.assets
    made = renderer.render(Job(to_html(sheet), ctx.today(), assets))
    return Print(f"{plain_name(executed.record.number)}_{plain_title(sheet.title.primary)}.pdf", made)


class _Maker:
    """Turns one record into what is printed; `assets` are the pictures that it shows."""

    def __init__(self, ctx: Context, executed: Executed, data: Mapping[str, Any]) -> None:
        self.ctx, self.executed, self.data = ctx, executed, data
        self.assets: dict[str, Asset] = {}
        self.departments = find.names_of_departments(ctx.session)

    def sheet(self, languages: tuple[Language, ...]) -> RecordSheet:
        record, data = self.executed.record, self.data
        shown = self.ctx.now()
        return RecordSheet(
            languages=languages,
            organisation=find.organisation(self.ctx.session).name,
            number=record.number,
            title=Words.under("title", data),
            state=record.state.words,
            facts=tuple(self._facts()),
            steps=tuple(self._step(step) for step in self.executed.steps),
            signed=tuple(self._signed(s) for s in data["signatures"] if s["meaning"] != SIGNED),
            clocks=tuple(self._clocks()),
            files=tuple(self._files(lambda one: one["step"] is None and one["field"] is None)),
            printed=_PRINTED.filled(by=self.ctx.name, at=self._at(shown)),
            void=record.state is State.VOID,
        )

    def _facts(self) -> Iterator[tuple[Words, Words]]:
        data = self.data
        yield _TEMPLATE, Words.key(f"{data['template']} {data['template_revision']}")
        yield _GOVERNED, Words.key(f"{data['procedure']} {data['procedure_revision']}")
        yield _OPENED, Words.key(f"{data['opened_by_name']}　{self._instant(data['opened_at'])}")
        if data["started_by"]:
            yield _STARTED, Words.key(data["started_by"])
        for one in data["previous"]:
            governed = f"{one['procedure']} {one['procedure_revision']}"
            yield Words.under("title", one), Words.key(f"{one['record']}　{governed}")
        if data["followed_by"]:
            yield _FOLLOWED, Words.key("　".join(one["record"] for one in data["followed_by"]))
        yield _KEEPER, self.departments.get(data["keeper"], Words.key(data["keeper"]))
        if data["closed_at"]:
            yield _CLOSED, Words.key(self._instant(data["closed_at"]))
        if data["keep_until"]:
            yield _KEPT, Words.key(data["keep_until"])
        if data["void_reason"]:
            yield _VOID, Words.key(data["void_reason"])
        if data["sha256"]:
            yield _SEAL, Words.key(f"SHA-256 {data['sha256']}")

    def _step(self, step: StepFacts) -> DoneStep:
        posts = [step.by] if step.by else sorted(stepwise.posts(self.executed.steps, step))
        signing = [s for s in self.data["signatures"] if s["meaning"] == SIGNED and s["step"] == step.name]
        return DoneStep(
            title=step.heading,
            who=tuple(names.post(post, self.departments) for post in posts),
            clause=step.clause,
            fields=tuple(self._field(name) for name in step.fields),
            signed=tuple(self._signed(s) for s in signing),
            files=tuple(self._files(lambda one: (one["step"], one["field"]) == (step.name, None))),
        )

    def _field(self, name: str) -> Entered:
        schema = self.executed.fields[name]
        entries = [e for e in self.data["entries"] if e["field"] == name]
        return Entered(
            title=titled(name, schema),
            value=told_value(schema, self.executed.values.get(name), self.ctx.site.zone),
            unit=str(schema.get("unit", "%" if schema.get("format") == "percent" else "")),
            past=tuple(self._past(schema, old, new) for old, new in pairwise(entries)),
            files=tuple(self._files(lambda one: one["field"] == name)),
        )

    def _past(self, schema: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Past:
        """`new` took its place: when, by whom and why is said of that."""
        value = told_value(schema, old["value"], self.ctx.site.zone) or _NOTHING
        return Past(value, new["by_name"], self._instant(new["at"]), new["reason"] or "")

    def _signed(self, signature: Mapping[str, Any]) -> Signed:
        return Signed(
            meaning=MEANINGS.get(signature["meaning"], Words.key(signature["meaning"])),
            name=signature["name"],
            at=self._instant(signature["at"]),
            reason=signature["reason"] or "",
            void=signature["void"],
        )

    def _clocks(self) -> Iterator[tuple[Words, Words]]:
        """What each clock says, why it is excused, and when it was due."""
        for clock in self.data["clocks"]:
            found = verdict(
                self.executed.record.state,
                met=clock["met"],
                overdue=clock["overdue"],
                excused=bool(clock["excuse"]),
                started=clock["due"] is not None,
            )
            beside = [clock["excuse"], self._instant(clock["due"]) if clock["due"] else ""]
            said = {lang: "　".join(filter(None, [told, *beside])) for lang, told in found.words.items()}
            yield self.executed.called(clock["name"]), Words(said)

    def _files(self, belongs: Callable[[Mapping[str, Any]], bool]) -> Iterator[FiledLine]:
        by_running = {one.running: one for one in self.executed.attachments}
        for one in filter(belongs, self.data["attachments"]):
            struck = one["struck"]["reason"] if one["struck"] else ""
            yield FiledLine(
                name=one["name"],
                sha256=one["sha256"],
                by=one["by_name"],
                at=self._instant(one["at"]),
                asset="" if struck else self._picture(by_running[one["number"]]),
                struck=struck,
            )

    def _picture(self, attachment: AttachmentFacts) -> str:
        data = preview_of(self.ctx.site, self.executed.record.number, attachment)
        if data is None:
            return ""
        digest = hashlib.sha256(data).hexdigest()
        self.assets[digest] = Asset(attachment.name, "image/jpeg", data)
        return f"{ASSET}{digest}"

    def _instant(self, at: str) -> str:
        return self._at(datetime.fromisoformat(at))

    def _at(self, at: datetime) -> str:
        return f"{at.astimezone(self.ctx.site.zone):%Y-%m-%d %H:%M}"


_NOTHING: Final = Words.key("—")
