"""The audit trail of the site: what was done, by whom, and whether anything was altered since."""

from __future__ import annotations

import base64
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries import integrity
from docctl.queries.ledger.columns import TRAIL
from docctl.queries.ledger.events import (
    LOOKED_AT,
    Wanted,
    checkpoint_list,
    ledger_event,
    ledger_trail,
)
from docctl.queries.ledger.receipts import receipt_of
from docctl.queries.ledger.words import DONE
from docctl.rules.actions import Action
from docctl.rules.upkeep import Job
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.usecases.site.remembering import place_of, remembered
from docctl.web.kit import acts, export, here
from docctl.web.ledger import told

bp = Blueprint("ledger", __name__)


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "cell_said": told.cell_said,
        "said": lambda event: acts.act(event.act),
        "channel": told.channel,
        "detail_pairs": told.details,
        "page_of": told.page_of,
    }


@bp.get("/ledger")
def index() -> ResponseReturnValue:
    """Events newest first, by what was asked; `?after=` goes on behind one, `?as=xlsx` is a workbook."""
    wanted = Wanted(*(request.args.get(name, "").strip()[:200] for name in ("login", "act", "key")))
    before = _number(request.args.get("before", ""))
    if export.is_wanted():
        found = ledger_trail(here.reading(), wanted, before, most=LOOKED_AT)
        return export.export(TRAIL, found.events, found.left_out)
    trail = ledger_trail(here.reading(), wanted, _number(request.args.get("after", "")) or before)
    actions = [(action.value, acts.act(action.value)) for action in DONE]
    checkpoints = checkpoint_list(here.reading(), 3)
    return render_template(
        "ledger/ledger.html", listed=TRAIL, trail=trail, actions=actions, checkpoints=checkpoints
    )


@bp.get("/ledger/<int:seq>")
def show(seq: int) -> ResponseReturnValue:
    """One event with the rows that it changed."""
    return render_template("ledger/ledger_event.html", seen=ledger_event(here.reading(), seq))


@bp.get("/ledger/<int:seq>/receipt")
def receipt(seq: int) -> ResponseReturnValue:
    """What whoever did it takes home of an event."""
    text, name = BytesIO(receipt_of(here.reading(), seq)), f"receipt-{seq}.txt"
    return send_file(text, "text/plain; charset=utf-8", as_attachment=True, download_name=name)


@bp.get("/ledger/checkpoint")
def checkpoints() -> ResponseReturnValue:
    """The signed checkpoints, and how to have another one."""
    return render_template("ledger/ledger_checkpoints.html", lines=checkpoint_list(here.reading(), 100))


@bp.post("/ledger/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Sign all events so far, and put them into the library."""
    signed = checkpoint_ledger(here.writing(Action.LEDGER_CHECKPOINT))
    root = base64.b64encode(signed.root).decode("ascii")
    flash(gettext("%(num)s events are signed, with the root %(root)s.", num=signed.size, root=root))
    return redirect(url_for("ledger.checkpoints"))


@bp.get("/ledger/check")
def check_form() -> ResponseReturnValue:
    """What a check compares, before one is begun."""
    integrity.ask(here.reading())
    return render_template("ledger/ledger_check.html", done=None)


@bp.post("/ledger/check")
def check() -> ResponseReturnValue:
    """Compare tables, files and library with the ledger. Not by GET: it keeps writers waiting for a while."""
    site = here.site()
    integrity.ask(here.reading())
    with remembered(place_of(site), Job.CHECK, site.clock) as outcome:
        done = integrity.check(here.reading())
        outcome.ok, outcome.events = done.ok, done.events
    return render_template("ledger/ledger_check.html", done=done)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
