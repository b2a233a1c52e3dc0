"""Records: the list, and opening one from a template in force. What happens to one is in executing.py."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.records.columns import RECORDS
from docctl.queries.records.listing import record_list
from docctl.queries.records.offers import Offer, offers
from docctl.rules.actions import Action
from docctl.rules.records.life import State
from docctl.rules.words import NOTHING
from docctl.usecases.records import opening
from docctl.web.kit import again, export, forms, here, language

bp = Blueprint("records", __name__)

LINES: Final = 50
UNFINISHED: Final = frozenset({State.OPEN, State.COMPLETED, State.VERIFIED})


@bp.get("/records")
def index() -> ResponseReturnValue:
    """The records that the reader may see, the newest first; `?as=xlsx` is all of them as a workbook."""
    known = sorted(record_list(here.reading()), key=lambda r: (r["opened_at"], r["number"]), reverse=True)
    lines = _asked(known)
    if export.is_wanted():
        return export.export(RECORDS, lines)
    rest = _behind(lines, request.args.get("after", ""))
    return render_template(
        "records/records.html",
        listed=RECORDS,
        lines=rest[:LINES],
        total=len(lines),
        following=rest[LINES - 1]["number"] if len(rest) > LINES else None,
        states={state.value: state for state in State},
        templates=sorted({(r["template"], f"{r['template']} {language.title(r)}") for r in known}),
        people=sorted({person for r in known for person in r["people"].items()}, key=lambda p: p[1]),
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
    )


@bp.post("/records/open")
@again.shown_again
def open_record() -> ResponseReturnValue:
    """Open it: it keeps the template and the procedure in force for ever."""
    record = opening.open_record(
        here.writing(Action.RECORD_OPEN),
        forms.text(request.form, "template"),
        started_by=forms.text(request.form, "started_by") or None,
    )
    flash(gettext("%(number)s is opened.", number=record.number))
    return redirect(url_for("records.show", number=record.number))


def _asked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that agree with the filter: an exact word for each choice, any part of number or title."""
    asked = request.args
    for name in ("state", "template"):
        if wanted := asked.get(name):
            lines = [line for line in lines if line[name] == wanted]
    if person := asked.get("person"):
        lines = [line for line in lines if person in line["people"]]
    if asked.get("due") == "overdue":
        lines = [line for line in lines if line["overdue"]]
    elif asked.get("due") == "unfinished":
        lines = [line for line in lines if line["state"] in UNFINISHED]
    if part := asked.get("q", "").strip().casefold():
        told = ("number", *NOTHING.keys_of("title"))
        lines = [line for line in lines if any(part in (line[n] or "").casefold() for n in told)]
    return lines


def _behind(lines: list[dict[str, Any]], number: str) -> list[dict[str, Any]]:
    """The lines after that of `number`; all of them where it is not there."""
    place = next((n for n, line in enumerate(lines, 1) if line["number"] == number), 0)
    return lines[place:]


def _is_asked(offer: Offer) -> bool:
    part, wanted = request.args.get("q", "").strip().casefold(), request.args.get("department")
    titles = (*offer.title.values(), *offer.procedure_title.values())
    told = (offer.number, offer.procedure, *titles)
    return (not wanted or offer.department == wanted) and any(part in said.casefold() for said in told)
