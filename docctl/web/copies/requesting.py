"""Asking for a copy, and the decision of the head of the owner department: the list, a page, its acts."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.errors.message import Message
from docctl.queries.copies import requests
from docctl.queries.copies.requests import REQUESTS
from docctl.queries.documents.master_list import standing
from docctl.rules.actions import Action
from docctl.rules.asking import State
from docctl.rules.conditions import Subject
from docctl.usecases.copies import requesting
from docctl.web.copies.register import bp as bp
from docctl.web.kit import act_pages, acts, again, export, forms, here
from docctl.web.kit.act_pages import ActPage

LINES: Final = 50


@bp.get("/copies/requests")
def requests_list() -> ResponseReturnValue:
    """What was asked for, as far as the reader may see it; `?as=xlsx` is all of it as a workbook."""
    state, after = request.args.get("state", ""), request.args.get("after", "")
    if export.is_wanted():
        return export.export(REQUESTS, requests.request_list(here.reading(), state=state))
    lines = requests.request_list(here.reading(), state=state, after=after, most=LINES + 1)
    return render_template(
        "copies/requests.html",
        listed=REQUESTS,
        lines=lines[:LINES],
        following=lines[LINES - 1].number if len(lines) > LINES else None,
        request_states={state.value: state for state in State},
    )


@bp.get("/copies/requests/<number>")
def request_show(number: str) -> ResponseReturnValue:
    """One request."""
    return _page(number)


@bp.get("/documents/<path:number>/request/add")
def add_request_form(number: str) -> ResponseReturnValue:
    """For whom, and what for."""
    ctx = here.reading()
    stand, shown, _ = standing(ctx, number)
    ctx.require(Action.REQUEST_ADD, Subject(name=stand.document.number, holder=ctx.actor.login))
    return render_template("copies/request_add.html", number=stand.document.number, title=shown.title)


@bp.post("/documents/<path:number>/request/add")
@again.shown_again
def add_request(number: str) -> ResponseReturnValue:
    """The request goes to the head of the owner department."""
    made = requesting.add_request(
        here.writing(Action.REQUEST_ADD),
        number,
        reason=forms.reason(),
        holder=forms.text(request.form, "holder") or None,
    )
    flash(gettext("Request %(number)s is with the head of the owner department.", number=made.number))
    return redirect(url_for("copies.request_show", number=made.number))


def _page(number: str, *, action: Action | None = None) -> str:
    seen = requests.request_view(here.reading(), number, action)
    return render_template("copies/request.html", seen=seen, action=action)


def _act(action: Action) -> ActPage[Message | object]:
    return ActPage(
        action=action,
        form=partial(_page, action=action),
        does=requesting.approve_request
        if action is Action.REQUEST_APPROVE
        else lambda ctx, number: requesting.refuse_request(ctx, number, reason=forms.reason()),
        said=lambda _: [f"{acts.act(action.value)}"],
        then=lambda number: url_for("copies.request_show", number=number),
    )


act_pages.add(bp, "/copies/requests/<number>", (_act(Action.REQUEST_APPROVE), _act(Action.REQUEST_REFUSE)))
