"""Records: the list, and opening one from a template in force. What happens to one is in executing.py."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.records import Record
from docctl.queries.picking import picks
from docctl.queries.records.asked import ALL, Asked
from docctl.queries.records.columns import RECORDS
from docctl.queries.records.duties import BACK, DutyLine, duty_list, filled_by
from docctl.queries.records.duties import Asked as Due
from docctl.queries.records.earlier import earlier_choices
from docctl.queries.records.forms_in_force import template_today
from docctl.queries.records.listing import newest_records, record_choices, record_count
from docctl.queries.records.offers import Offer, offers
from docctl.rules.actions import Action
from docctl.rules.records.dossiers import Dossier
from docctl.rules.records.life import State
from docctl.rules.words import Words
from docctl.usecases.records import opening, resting
from docctl.usecases.records.filling import Asked as Period
from docctl.web.kit import again, export, forms, here, language

bp = Blueprint("records", __name__)

LINES: Final = 50


@bp.get("/records")
def index() -> ResponseReturnValue:
    """The records that the reader may see, the newest first; `?as=xlsx` is all of them as a workbook."""
    ctx, asked = here.reading(), _asked()
    if export.is_wanted():
        return export.export(RECORDS, newest_records(ctx, asked))
    lines = newest_records(ctx, asked, after=request.args.get("after", ""), most=LINES + 1)
    choices = record_choices(ctx)
    return render_template(
        "records/records.html",
        listed=RECORDS,
        lines=lines[:LINES],
        total=record_count(ctx, asked),
        following=lines[LINES - 1]["number"] if len(lines) > LINES else None,
        states={state.value: state for state in State},
        templates=sorted({(n, f"{n} {title.told(language.of_request())}") for n, title in choices.templates}),
        people=[*choices.people],
        dossiers={kind.value: kind for kind in Dossier},
        fields=_fields(request.args.get("template", "")),
    )


@bp.get("/records/open")
def open_form() -> ResponseReturnValue:
    """Templates in force to choose from: first those whose first step the reader fills.

    With `?template=` of one that asks for earlier records: those to choose from.
    """
    ctx, started_by = here.reading(), request.values.get("started_by", "")
    if asks := earlier_choices(ctx, request.values.get("template", "")):
        states = {state.value: state for state in State}
        return render_template("records/record_open_on.html", asks=asks, started_by=started_by, states=states)
    known = offers(ctx)
    chosen = [offer for offer in known if _is_asked(offer)]
    return render_template(
        "records/record_open.html",
        mine=[offer for offer in chosen if offer.mine],
        others=[offer for offer in chosen if not offer.mine],
        departments=sorted({offer.department for offer in known}),
        started_by=started_by,
        fills=_period_asked(),
    )


@bp.post("/records/open")
@again.shown_again
def open_record() -> ResponseReturnValue:
    """Open it: it keeps the template and the procedure in force for ever."""
    record = opening.open_record(
        here.writing(Action.RECORD_OPEN),
        forms.text(request.form, "template"),
        started_by=forms.text(request.form, "started_by") or None,
        due=Period(
            day=forms.day(request.form, "period"), subject=forms.text(request.form, "subject") or None
        ),
        earlier={
            name.removeprefix(resting.FIELD): forms.text(request.form, name)
            for name in request.form
            if name.startswith(resting.FIELD)
        },
    )
    here.read_afresh()
    flash(_opened(here.reading(), record))
    return redirect(url_for("records.show", number=record.number))


def _opened(ctx: Context, record: Record) -> str:
    """What is said then: with the period that it fills, if it does."""
    fills = filled_by(ctx, record)
    if fills is None:
        return str(gettext("%(number)s is opened.", number=record.number))
    slot = fills.slot
    told = {"number": record.number, "period": slot.words.told(language.of_request()), "due": slot.due}
    return str(gettext("%(number)s is opened for %(period)s, due %(due)s.", **told))


def _period_asked() -> DutyLine | None:
    """The line of what is due that the reader came from; None where they came from elsewhere."""
    form, day = request.values.get("template", ""), request.values.get("period", "")
    if not (form and day):
        return None
    subject = request.values.get("subject", "")
    lines = duty_list(here.reading(), Due(form=form, until=here.reading().today() + BACK))
    return next(
        (line for line in lines if (str(line.of.slot.span.last), line.subject) == (day, subject)), None
    )


def _fields(template: str) -> list[tuple[str, str]]:
    """The fields of the form in force of this number, as they are called."""
    found = template_today(here.reading(), template) if template else None
    fields = found[1].schema["properties"] if found else {}
    told = language.of_request()
    return [(name, Words(field.get("title")).told(told) or name) for name, field in fields.items()]


def _asked() -> Asked:
    return Asked(**{name: request.args.get(name, "") for name in vars(ALL) if name != "document"})


def _is_asked(offer: Offer) -> bool:
    wanted = request.args.get("department")
    titles = (*offer.title.values(), *offer.procedure_title.values())
    told = (offer.number, offer.procedure, *titles)
    if request.args.get("template", offer.number) != offer.number:
        return False
    return (not wanted or offer.department == wanted) and picks(request.args.get("q", ""), told)
