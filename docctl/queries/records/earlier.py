"""The earlier records that a form asks for, and those among which its opener may choose."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from docctl.door.context import Context
from docctl.models.documents import Document
from docctl.queries.records.forms_in_force import template_today
from docctl.queries.records.told_values import told_value
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import stepwise
from docctl.rules.records.conditions import in_words
from docctl.rules.records.previous import ONE, REACHED, Previous
from docctl.rules.roles import posts_held
from docctl.rules.words import Words
from docctl.standing.previous import fitting
from docctl.standing.record import Executed
from docctl.store.template import Template

MOST_OFFERED: Final = 100
MOST_VALUES: Final = 3


@dataclass(frozen=True)
class Option:
    """A record to choose. `says`: of what would be taken over from it, the first few values."""

    number: str
    opened: str
    says: Words


@dataclass(frozen=True)
class Asks:
    """What a form, `number` and `title`, asks for before it is opened, under `name`.

    `state` is a word of REACHED, or empty where `step` is to be signed; `needs` in words. `options` are the
    newest that would do.
    """

    number: str
    title: Words
    name: str
    template: str
    template_title: Words
    state: str
    step: Words
    needs: Words
    clause: str
    once: bool
    options: tuple[Option, ...]


def earlier_choices(ctx: Context, number: str) -> list[Asks]:
    """What the form in force of this number asks for; nothing for any other number.

    Raises Forbidden for who may not open records. Offered is what the reader may see; who fills a step of
    the form sees all that it may rest on, as they will see what is taken over (decision 61).
    """
    ctx.require(Action.RECORD_OPEN, Subject())
    found = template_today(ctx, number)
    if found is None or not found[1].previous:
        return []
    form, template = found
    return [_asks(ctx, form, template, wanted) for wanted in template.previous]


def _asks(ctx: Context, form: Document, template: Template, wanted: Previous) -> Asks:
    found = template_today(ctx, wanted.template)
    earlier = found[1] if found else None
    step = next((s for s in earlier.steps if s.name == wanted.state), None) if earlier else None
    seen = (one for one in fitting(ctx.site, ctx.session, wanted, form.id) if _may_see(ctx, template, one))
    return Asks(
        number=template.number,
        title=template.title,
        name=wanted.name,
        template=wanted.template,
        template_title=earlier.title if earlier else Words.key(wanted.template),
        state=wanted.state if wanted.state in REACHED else "",
        step=step.heading if step else Words.key(wanted.state),
        needs=_needs(earlier, wanted.needs),
        clause=wanted.clause,
        once=wanted.serves == ONE,
        options=tuple(_option(ctx, wanted, one) for one in islice(seen, MOST_OFFERED)),
    )


def _may_see(ctx: Context, template: Template, earlier: Executed) -> bool:
    steps = template.steps
    fills = frozenset[str]().union(*(stepwise.posts(steps, step) for step in steps))
    return not posts_held(ctx.actor).isdisjoint(fills) or ctx.may(Action.RECORD_READ, earlier.readers())


def _option(ctx: Context, wanted: Previous, earlier: Executed) -> Option:
    told = (
        told_value(earlier.fields[its], earlier.values.get(its), ctx.site.zone)
        for its in wanted.take.values()
        if its in earlier.fields
    )
    said = [each for each in told if isinstance(each, Words)]
    opened = earlier.record.opened_day.isoformat()
    return Option(earlier.record.number, opened, Words.listed(said[:MOST_VALUES]))


def _needs(earlier: Template | None, needs: str) -> Words:
    """The condition as it is read, with the fields of the earlier form by their titles."""
    fields = earlier.schema["properties"] if earlier else {}

    def told(language: str) -> str:
        def title(name: str) -> str:
            return Words(fields.get(name, {}).get("title")).told(language) or name

        def choice(name: str, value: str) -> str:
            return Words(fields.get(name, {}).get("labels", {}).get(value)).told(language) or value

        return in_words(needs, language, title, choice)

    return Words({language: told(language) for language in languages.ALL}) if needs else Words({})
