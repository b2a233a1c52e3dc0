"""What happens to a controlled copy, from its receipt to its destruction: one page and one act each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.queries.copies import view
from docctl.queries.copies.naming import people_to_name
from docctl.queries.copies.outsiders import outsiders_to_name
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing, handing, lending
from docctl.web.copies.register import bp as bp
from docctl.web.copies.words import FORMS
from docctl.web.kit import act_pages, acts, forms, here
from docctl.web.kit.act_pages import ActPage


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {"words_of": FORMS}


def _act_page(number: str, *, action: Action) -> str:
    """What the act means for this copy, and what it asks for."""
    seen = view.copy_for(here.reading(), number, action)
    people = people_to_name(here.reading()) if action in _NAMING else []
    others = [person for person in people if person["login"] != here.actor().login]
    return render_template(
        "copies/copy_act.html",
        seen=seen,
        action=action,
        form=FORMS[action],
        people=others if action is Action.COPY_DESTROY else people,
        outsiders=outsiders_to_name(here.reading()) if action in _NAMING - {Action.COPY_DESTROY} else [],
        today=here.reading().today(),
    )


def _act(action: Action, does: Callable[[Context, str], Copy]) -> ActPage[Copy]:
    return ActPage(
        action=action,
        form=partial(_act_page, action=action),
        does=does,
        said=lambda copy: [gettext("%(copy)s: %(act)s.", copy=copy.number, act=acts.act(action.value))],
        then=lambda number: url_for("copies.show", number=number),
    )


def _destroy(ctx: Context, number: str) -> Copy:
    approver = here.vouched("approved_by")
    witnesses = [here.vouched(name) for name in ("witness_1", "witness_2")]
    return disposing.destroy_copy(ctx, number, approved_by=approver, witnesses=[w for w in witnesses if w])


def _lose(ctx: Context, number: str) -> Copy:
    noticed = forms.day(request.form, "noticed")
    lost, replacement = disposing.lose_copy(
        ctx,
        number,
        reason=forms.reason(),
        responsible=forms.text(request.form, "responsible"),
        consequence=forms.text(request.form, "consequence"),
        noticed=noticed,
    )
    if replacement is not None:
        flash(gettext("%(copy)s takes its place. Print it for the holder.", copy=replacement.number))
    return lost


def _lend(ctx: Context, number: str) -> Copy:
    return lending.lend_copy(
        ctx,
        number,
        borrower=forms.text(request.form, "borrower"),
        due=forms.day(request.form, "due"),
        reason=forms.reason(),
        approved_by=here.vouched("approved_by"),
    )


def _place(ctx: Context, number: str) -> Copy:
    return lending.place_copy(ctx, number, place=forms.text(request.form, "place"))


_NAMING: Final = frozenset({Action.COPY_DESTROY, Action.COPY_LOSE, Action.COPY_LEND})
"""The acts in which people are named."""

PAGES: Final = (
    _act(Action.COPY_ACKNOWLEDGE, handing.acknowledge_copy),
    _act(Action.COPY_RECALL, lambda ctx, number: handing.recall_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_RETURN, handing.return_copy),
    _act(Action.COPY_KEEP, lambda ctx, number: disposing.keep_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_DESTROY, _destroy),
    _act(Action.COPY_REPLACE, lambda ctx, number: disposing.replace_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_LOSE, _lose),
    _act(Action.COPY_PLACE, _place),
    _act(Action.COPY_LEND, _lend),
    _act(Action.COPY_TAKE_BACK, lending.take_back_copy),
)
act_pages.add(bp, "/copies/<path:number>", PAGES)
