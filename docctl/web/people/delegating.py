"""Being away: one's own delegations, one of them, and the acts: name, confirm, refuse, end."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.models.delegations import Delegation
from docctl.queries.people.delegations import delegation_view, naming, own_delegations
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.delegating import State
from docctl.usecases.people import delegating
from docctl.web.kit import act_pages, acts, again, forms, here, language
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("delegations", __name__)


@bp.get("/delegations")
def index() -> ResponseReturnValue:
    """One's own: when one is away, and whose place one takes."""
    ctx = here.reading()
    reads_all = ctx.may(Action.DELEGATION_READ, Subject())
    return render_template("people/delegations.html", seen=own_delegations(ctx), reads_all=reads_all)


@bp.get("/delegations/add")
def add_form() -> ResponseReturnValue:
    """From when until when, why, and who signs meanwhile."""
    seen = naming(here.reading())
    roles = [(role.value, language.word(role)) for role in seen.own]
    return render_template("people/delegation_add.html", seen=seen, roles=roles)


@bp.post("/delegations/add")
@again.shown_again
def add() -> ResponseReturnValue:
    """Enter it."""
    first, last = forms.day(request.form, "first"), forms.day(request.form, "until")
    if first is None or last is None:
        missing = [name for name, day in (("first", first), ("until", last)) if day is None]
        raise Invalid(dict.fromkeys(missing, Message("write the day like 2026-03-12")))
    made = delegating.add_delegation(
        here.writing(Action.DELEGATION_ADD),
        forms.text(request.form, "delegate"),
        first=first,
        last=last,
        reason=forms.reason(),
        roles=request.form.getlist("roles"),
        absent=forms.text(request.form, "absent") or None,
    )
    flash(_said(made))
    return redirect(url_for("delegations.show", number=made.number))


@bp.get("/delegations/<number>")
def show(number: str) -> ResponseReturnValue:
    """One of them."""
    return render_template("people/delegation.html", seen=delegation_view(here.reading(), number))


def _said(made: Delegation) -> str:
    if made.state is State.WAITING:
        return str(gettext("It is entered. It counts once a second person confirms it."))
    return str(gettext("It is entered, and counts from its first day on."))


def _page(number: str, *, action: Action) -> str:
    seen = delegation_view(here.reading(), number, action)
    return render_template("people/delegation_act.html", seen=seen, action=action)


def _then(number: str) -> str:
    return url_for("delegations.show", number=number)


PAGES: Final = (
    ActPage(
        action=Action.DELEGATION_CONFIRM,
        form=partial(_page, action=Action.DELEGATION_CONFIRM),
        does=delegating.confirm_delegation,
        said=lambda _: [acts.act(Action.DELEGATION_CONFIRM.value)],
        then=_then,
    ),
    ActPage(
        action=Action.DELEGATION_REFUSE,
        form=partial(_page, action=Action.DELEGATION_REFUSE),
        does=lambda ctx, number: delegating.refuse_delegation(ctx, number, reason=forms.reason()),
        said=lambda _: [acts.act(Action.DELEGATION_REFUSE.value)],
        then=_then,
    ),
    ActPage(
        action=Action.DELEGATION_END,
        form=partial(_page, action=Action.DELEGATION_END),
        does=delegating.end_delegation,
        said=lambda _: [acts.act(Action.DELEGATION_END.value)],
        then=_then,
    ),
)
act_pages.add(bp, "/delegations/<number>", PAGES)
