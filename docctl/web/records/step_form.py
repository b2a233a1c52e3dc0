"""Between a record and its boxes: the form of a step, what was typed into it, where a problem stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from flask import Flask, request
from flask_babel import gettext

from docctl.errors import Invalid
from docctl.queries.records.shown import ClockView, FieldView, RecordView, StepView
from docctl.rules.records.clock_verdicts import Verdict, verdict
from docctl.rules.records.life import State
from docctl.web.kit import here, language
from docctl.web.records import entered, fields
from docctl.web.records.fields import Box, Maker


def install(app: Flask) -> None:
    """Give templates the boxes of a field as it is read, and clocks in words."""
    app.jinja_env.globals.update(box_of=box_of, shown_entry=shown_entry, clock_said=clock_said)
    app.jinja_env.globals["zone_name"] = str(here.site_of(app).zone)


def maker(*, typed: bool = False) -> Maker:
    """Makes boxes in the language of the request; with `typed`, of the form that comes back."""
    came_back = typed and request.method == "POST"
    return Maker(language.of_request(), here.site().zone, request.form if came_back else None)


def box_of(field: FieldView, *, typed: bool = False) -> Box:
    """The box of a field of a record, with its value."""
    return maker(typed=typed).box(
        field.name, field.schema, field.value, required=field.required, signs=field.signs
    )


def shown_entry(field: FieldView, entry: Mapping[str, Any]) -> Box:
    """An entry as it is read, a struck one too. A signature is the name that was entered by it."""
    return maker().box(field.name, field.schema, entry["value"])


def boxes(step: StepView) -> list[Box]:
    """The form of a step: what is stored, or what was typed if the form comes back.

    What was taken over from another record is not typed, but where that one has been corrected since; nor
    is what is worked out.
    """
    typed = (f for f in step.fields if not f.by_itself and (not f.taken_from or f.moved_on))
    return [box_of(field, typed=True) for field in typed]


def changed(step: StepView) -> dict[str, str]:
    """What the form changes in `step`. Fields of other steps, and whatever else was sent, are left aside."""
    found = {}
    for field in step.fields:
        text = typed_into(field)
        box = box_of(field, typed=True)
        if text is not None and text != entered.stored(box, field.schema, field.value, here.site().zone):
            found[field.name] = text
    return found


def typed_into(field: FieldView) -> str | None:
    """What was typed into the box of a field; None if the form does not have it."""
    return entered.entered(box_of(field, typed=True), field.schema, request.form)


@contextmanager
def beside_its_box(view: RecordView, names: Collection[str] | None = None) -> Iterator[None]:
    """What is Invalid about a field (one of `names`) is said at its box.

    Without the others: a field of a template may bear the name of an input of ours, such as `reason`.
    """
    known = {field.name for step in view.steps for field in step.fields} if names is None else set(names)
    try:
        yield
    except Invalid as error:
        raise Invalid(
            {fields.PREFIX + name if name in known else name: why for name, why in error.problems.items()}
        ) from error


def labels(view: RecordView) -> dict[str, str]:
    """What the boxes of a record are called, for the summary of problems."""
    return {
        fields.PREFIX + field.name: maker().said(field.schema.get("title"), field.name)
        for step in view.steps
        for field in step.fields
    } | {"reason": gettext("Reason"), "password": gettext("Password")}


def clock_said(clock: ClockView, state: State) -> tuple[str, str]:
    """What a clock shows, in words and as a colour."""
    found = verdict(
        state, met=clock.met, overdue=clock.overdue, excused=bool(clock.excuse), started=clock.due is not None
    )
    if found is Verdict.EXCUSED:
        return gettext("excused: %(reason)s", reason=clock.excuse), "grey"
    if clock.due is not None and found is Verdict.OVERDUE:
        return gettext("overdue by %(time)s", time=_span(here.now() - clock.due)), "red"
    if clock.due is not None and found is Verdict.RUNNING:
        return gettext("%(time)s left", time=_span(clock.due - here.now())), "amber"
    return found.words.told(language.of_request()), _COLOURS.get(found, "grey")


_COLOURS: Final = {Verdict.MET: "green", Verdict.NOT_MET: "red"}


def _span(of: timedelta) -> str:
    minutes = max(int(of.total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return str(gettext("%(days)s d %(hours)s h", days=days, hours=hours))
    return str(gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes % 60))
