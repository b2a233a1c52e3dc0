"""Controlled copies: the register, each copy, and whether all are accounted for."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.copies import register, view
from docctl.queries.copies.columns import COPIES
from docctl.queries.copies.history import Call
from docctl.queries.copies.register import Asked
from docctl.queries.people.departments import department_list
from docctl.queries.picking import picks
from docctl.render import qr
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import Status
from docctl.rules.distribution import Purpose
from docctl.rules.recalls import Cause
from docctl.web.kit import acts, export, forms, here
from docctl.web.kit.language import marked

bp = Blueprint("copies", __name__)

LINES: Final = 50
CAUSES: Final = {
    Cause.SUPERSEDED: marked("superseded by %(said)s"),
    Cause.WITHDRAWN: marked("withdrawn: %(said)s"),
    Cause.CANCELLED: marked("cancelled: %(said)s"),
}


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "purposes": {purpose.value: purpose for purpose in Purpose},
        "states": {status.value: status for status in Status},
        "act": acts.act,
        "called_back": _called_back,
        "copies_listed": COPIES,
        "sees_all": here.may(Action.COPY_READ, Subject()),
    }


@bp.get("/copies")
def index() -> ResponseReturnValue:
    """The register, by what was asked; `?as=xlsx` is all of it as a workbook."""
    asked = _asked()
    if export.is_wanted():
        return export.export(COPIES, register.copy_register(here.reading(), asked))
    after = request.args.get("after") or None
    lines = register.copy_register(here.reading(), asked, after=after, most=LINES + 1)
    following = lines[LINES - 1]["copy"] if len(lines) > LINES else None
    return render_template("copies/copies.html", lines=lines[:LINES], following=following)


@bp.get("/copies/reconcile")
def reconcile() -> ResponseReturnValue:
    """Every copy of a document accounted for, today or on a day."""
    number, day = request.args.get("document", "").strip(), forms.day(request.args, "on")
    balance = register.copy_reconcile(here.reading(), number, day) if number else None
    out = register.copy_list(here.reading(), number, True, day)["copies"] if number else []
    return render_template("copies/copies_reconcile.html", balance=balance, out=out)


@bp.get("/copies/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """Its holder, its history, whether it may be used, and what can be done with it next."""
    return render_template("copies/copy.html", seen=view.copy_view(here.reading(), number))


@bp.get("/copies/<path:number>/qr.svg")
def code(number: str) -> ResponseReturnValue:
    """The QR code on its paper."""
    seen = view.copy_view(here.reading(), number)
    return Response(qr.svg(seen.line["url"]), mimetype="image/svg+xml")


def _asked() -> Asked:
    """What the filter says. Names of departments are looked for in every language."""
    part = request.args.get("holder", "").strip().casefold()
    departments = department_list(here.reading()) if part else []
    keys = [d["key"] for d in departments if picks(part, (d["key"], *d["title"].values()))]
    return Asked(
        document=request.args.get("document", ""),
        holder=part,
        holder_keys=keys,
        status=request.args.get("status", ""),
        on=forms.day(request.args, "on"),
    )


def _called_back(call: Call) -> str:
    """Why the copy is asked back: by the program's word, or as somebody typed it."""
    if call.cause is Cause.BY_HAND:
        return call.reason
    return str(gettext(CAUSES[call.cause], said=call.successor or call.reason))
