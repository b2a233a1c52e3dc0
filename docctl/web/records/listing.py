"""Records: the list, and opening one from a template in force. What happens to one is in executing.py."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.records import Record
from docctl.queries.picking import picks
from docctl.queries.records.asked import Asked
from docctl.queries.records.columns import RECORDS
from docctl.queries.records.duties import BACK, DutyLine, duty_list, filled_by
from docctl.queries.records.duties import Asked as Due
from docctl.queries.records.listing import newest_records, record_choices, record_count
from docctl.queries.records.offers import Offer, offers
from docctl.rules.actions import Action
from docctl.rules.records.life import State
from docctl.usecases.records import opening
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
    )


@bp.get("/records/open")
def open_form() -> ResponseReturnValue:
    """Templates in force to choose from: first those whose first step the reader fills."""
    known = offers(here.reading())
    chosen = [offer for offer in known if _is_asked(offer)]
    return render_template(
        "records/record_open.html",
        mine=[offer for offer in chosen if offer.mine],
        others=[offer for offer in chosen if not offer.mine],
        departments=sorted({offer.department for offer in known}),
        started_by=request.values.get("started_by", ""),
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


def _asked() -> Asked:
    return Asked(**{name: request.args.get(name, "") for name in ("q", "template", "state", "person", "due")})


def _is_asked(offer: Offer) -> bool:
    wanted = request.args.get("department")
    titles = (*offer.title.values(), *offer.procedure_title.values())
    told = (offer.number, offer.procedure, *titles)
    if request.args.get("template", offer.number) != offer.number:
        return False
    return (not wanted or offer.department == wanted) and picks(request.args.get("q", ""), told)
