"""Records of the starter library, made after their examples in records/ by the people that these name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docctl.door.context import Context
from docctl.errors import Invalid, WrongState
from docctl.queries.records.reading import record_show
from docctl.rules.records import stepwise
from docctl.rules.records.attachments import holds_files
from docctl.rules.roles import posts_held
from docctl.standing import facts, find
from docctl.standing.loading import load
from docctl.store.sniffing import Upload
from docctl.store.tree import load_yaml
from docctl.usecases.records import attaching, opening, recording, sealing
from tests.support.sites import World
from tests.support.starter import FORMS, ROOT, Form

SCAN = "files/CASC-R-017-reply.png"
ENDS = ("complete", "verify", "close")


def example(form: Form) -> dict[str, Any]:
    """The example of a form, every value as it was typed."""
    found: dict[str, Any] = load_yaml((ROOT / "records" / Path(form.path).name).read_bytes())
    return found


MADE: dict[Path, dict[str, str]] = {}
"""By the folder of a company: of each form the record on which others rest, where it serves many."""


def _made(world: World, number: str, *, serves_many: bool) -> str:
    """The number of such a record, made after its example."""
    known = MADE.setdefault(world.site.path, {})
    if number in known and serves_many:
        return known[number]
    made = Execution(world, _of(number), {}).run().number
    return known.setdefault(number, made) if serves_many else made


class Execution:
    """One record made after an example, with some values changed; `refused_at` is where that was refused.

    `earlier`: the numbers of records on which it rests, where those of the example will not do.
    """

    def __init__(
        self,
        world: World,
        form: Form,
        changes: Mapping[str, Any],
        earlier: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.world, self.example, self.changes = world, example(form), changes
        self.steps = {step["name"]: step["fields"] for step in form.source["steps"]}
        self.holding = {name for name, schema in form.fields.items() if holds_files(schema)}
        self.outside = {step["name"] for step in form.source["steps"] if "by" in step}
        self.conditional = {step["name"] for step in form.source["steps"] if "when" in step}
        self.performer = self.example["opened_by"]
        self.refused_at = self.why = ""
        opener = world.as_(self.example["opened_by"])
        many = {one["name"] for one in form.source.get("previous", ()) if one.get("serves") == "many"}
        self.earlier = {
            name: earlier.get(name) or _made(world, number, serves_many=name in many)
            for name, number in self.example.get("previous", {}).items()
        }
        self.number: str = opening.open_record(opener, form.number, earlier=self.earlier).number

    def run(self) -> Execution:
        """Go through all steps and ends, up to the first refusal."""
        for step in self.example["steps"]:
            if step["step"] in self.conditional - self.has():
                continue
            if not self._tried(step["step"], lambda step=step: self._step(step)):
                return self
        performer = self.world.as_(self.performer)
        verifier = self.world.as_(self.example["verified_by"])
        closer = self.world.as_(self.example["closed_by"])
        ends = (
            lambda: sealing.complete_record(performer, self.number),
            lambda: sealing.verify_record(verifier, self.number),
            lambda: sealing.close_record(closer, self.number),
        )
        for name, end in zip(ENDS, ends, strict=True):
            if not self._tried(name, end):
                break
        return self

    def shown(self) -> dict[str, Any]:
        return record_show(self.afresh("zhouwenjing"), self.number)

    def afresh(self, login: str) -> Context:
        """A reader who sees what was done since they last looked."""
        ctx = self.world.as_(login)
        ctx.session.rollback()
        ctx.session.expunge_all()
        return ctx

    def has(self) -> set[str]:
        """The names of the steps that this record has; those with a condition depend on its values."""
        return {step["name"] for step in self.shown()["steps"]}

    def _step(self, step: Mapping[str, Any]) -> None:
        if moment := self.changes.get(f"@{step['step']}"):
            wanted = datetime.fromisoformat(moment).replace(tzinfo=self.world.site.zone)
            # Many records at one moment: the clock has gone on by some seconds, and never goes back by itself.
            if not timedelta(0) < self.world.clock.now - wanted < timedelta(minutes=1):
                self.world.clock.now = wanted
        person = self.world.as_(step["by"])
        values = {**step.get("values", {}), **self._changed(step["step"])}
        typed = {name: self._typed(value) for name, value in values.items() if value is not None}
        if typed:
            recording.fill_record(person, self.number, typed)
        for given in self._files(step):
            if self.changes.get(given["to"]) != "null":
                self._attach(person, given)
        if typed and step["step"] in self.outside:
            # What somebody outside said is signed by another than who wrote it down.
            recording.sign_record(self.world.as_(self._another(step["by"])), self.number)
        else:
            recording.sign_record(person, self.number)
        self.performer = step["by"]

    def _another(self, login: str) -> str:
        """Somebody else who fills the step whose turn it is."""
        session = self.afresh("zhouwenjing").session
        executed = load(self.world.site, session, find.record(session, self.number))
        step = stepwise.current_step(executed.steps)
        posts = stepwise.posts(executed.steps, step) if step is not None else frozenset[str]()
        held = ((p.login, posts_held(facts.actor(p, roles))) for p, roles in find.people(session))
        return next(other for other, theirs in held if other != login and theirs & posts)

    def _changed(self, step: str) -> dict[str, Any]:
        return {
            name: None if value == "null" else value
            for name, value in self.changes.items()
            if name in self.steps[step] and name not in self.holding
        }

    def _files(self, step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Those of the example, and one for each field that holds files and is changed to hold another."""
        given = list(step.get("files", ()))
        known = {one["to"] for one in given}
        more = [
            name for name in self.steps[step["step"]] if name in self.holding & self.changes.keys() - known
        ]
        return given + [{"to": name, "name": str(self.changes[name]), "file": SCAN} for name in more]

    def _attach(self, person: Context, given: Mapping[str, Any]) -> None:
        days: dict[str, Any] = {
            name: date.fromisoformat(given[name]) for name in ("signed", "returned") if name in given
        }
        data = (ROOT / "records" / given["file"]).read_bytes()
        attaching.attach_record(
            person, self.number, lambda: Upload(given["name"], data), to=given["to"], **days
        )

    def _typed(self, value: Any) -> str:
        if isinstance(value, str):
            return value.replace("$number", self.number)
        # Rows: every scalar of an example is text, and in JSON a yes is no text.
        rows = json.dumps(value, ensure_ascii=False)
        return rows.replace('"true"', "true").replace('"false"', "false")

    def _tried(self, what: str, act: Any) -> bool:
        try:
            act()
        except (Invalid, WrongState) as error:
            self.refused_at, self.why = what, str(error)
            return False
        return True


def _of(number: str) -> Form:
    return next(each for each in FORMS if each.number == number)
