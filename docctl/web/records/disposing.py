"""The end of records: what is under way, a proposal, one with its list, and the acts that bring it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.queries.records.disposing import disposal_view, keepers, offered, under_way
from docctl.rules.actions import Action
from docctl.rules.records.disposal import MEANINGS
from docctl.usecases.records import destroying, disposing
from docctl.web.kit import act_pages, acts, again, forms, here, navigation
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("disposals", __name__)


@bp.before_request
def _place() -> None:
    g.place = navigation.place("records")


@bp.get("/disposals")
def index() -> ResponseReturnValue:
    """Those of which something is still to be done; the registers lie beside it."""
    ctx = here.reading()
    return render_template("records/disposals.html", seen=under_way(ctx), proposes=keepers(ctx))


@bp.get("/disposals/propose")
def propose_form() -> ResponseReturnValue:
    """Records past their retention of one keeper, to be ticked; others can be typed."""
    ctx = here.reading()
    known, named = keepers(ctx), request.args.getlist("record")
    keeper = request.values.get("keeper") or next(iter(known), "")
    return render_template(
        "records/disposal_propose.html",
        keepers=known,
        keeper=keeper,
        seen=offered(ctx, keeper) if keeper and not named else [],
        named=" ".join(named),
    )


@bp.post("/disposals/propose")
@again.shown_again
def propose() -> ResponseReturnValue:
    """Propose what was ticked and typed."""
    numbers = request.form.getlist("records") + forms.text(request.form, "more").split()
    made = disposing.propose_disposal(
        here.writing(Action.DISPOSAL_PROPOSE), list(dict.fromkeys(numbers)), reason=forms.reason()
    )
    flash(gettext("Proposed. Nothing is destroyed before somebody else approves it."))
    return redirect(_then(made.number))


@bp.get("/disposals/<number>")
def show(number: str) -> ResponseReturnValue:
    """One of them: its list, who signed it, what can be done."""
    seen = disposal_view(here.reading(), number)
    return render_template("records/disposal.html", seen=seen, meanings=MEANINGS)


def _page(number: str, *, action: Action) -> str:
    seen = disposal_view(here.reading(), number, action)
    return render_template("records/disposal_act.html", seen=seen, action=action, meanings=MEANINGS)


def _then(number: str) -> str:
    return url_for("disposals.show", number=number)


def _act(action: Action, does: Callable[[Context, str], Any]) -> ActPage[Any]:
    return ActPage(
        action=action,
        form=partial(_page, action=action),
        does=does,
        said=lambda _: [acts.act(action.value)],
        then=_then,
    )


def _refuse(ctx: Context, number: str) -> object:
    return disposing.refuse_disposal(ctx, number, reason=forms.reason())


PAGES: Final = (
    _act(Action.DISPOSAL_APPROVE, disposing.approve_disposal),
    _act(Action.DISPOSAL_REFUSE, _refuse),
    _act(Action.DISPOSAL_DESTROY, destroying.destroy_disposal),
    _act(Action.DISPOSAL_WITNESS, destroying.witness_disposal),
)
act_pages.add(bp, "/disposals/<number>", PAGES)
