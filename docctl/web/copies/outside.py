"""Holders outside the organisation: registered, shown with what they hold, changed, their contact erased."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.models.outsiders import Outsider
from docctl.queries.copies.outsiders import outsider_view
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.usecases.copies import outside
from docctl.web.copies.register import bp as bp
from docctl.web.kit import act_pages, acts, again, forms, here
from docctl.web.kit.act_pages import ActPage

FIELDS: Final = ("company", "name", "contact")


@bp.get("/copies/outsiders/add")
def add_outsider_form() -> ResponseReturnValue:
    """Which company, and who is talked to there."""
    here.reading().require(Action.OUTSIDER_ADD, Subject())
    return render_template("copies/outsider_act.html", seen=None, action=Action.OUTSIDER_ADD)


@bp.post("/copies/outsiders/add")
@again.shown_again
def add_outsider() -> ResponseReturnValue:
    """From now on it can hold copies."""
    said = {name: forms.text(request.form, name) for name in FIELDS}
    made = outside.add_outsider(here.writing(Action.OUTSIDER_ADD), **said)
    flash(gettext("%(company)s is registered and can hold copies.", company=made.company))
    return redirect(url_for("copies.outsider_show", key=made.key))


@bp.get("/copies/outsiders/<key>")
def outsider_show(key: str) -> ResponseReturnValue:
    """One of them, and its copies."""
    return render_template("copies/outsider.html", seen=outsider_view(here.reading(), key))


def _page(key: str, *, action: Action) -> str:
    seen = outsider_view(here.reading(), key, action)
    return render_template("copies/outsider_act.html", seen=seen, action=action)


_change: Final[ActPage[Outsider]] = ActPage(
    action=Action.OUTSIDER_CHANGE,
    form=partial(_page, action=Action.OUTSIDER_CHANGE),
    does=lambda ctx, key: outside.change_outsider(
        ctx, key, **{name: forms.text(request.form, name) for name in FIELDS}
    ),
    said=lambda _: [acts.act(Action.OUTSIDER_CHANGE.value)],
    then=lambda key: url_for("copies.outsider_show", key=key),
)
_erase: Final[ActPage[Outsider]] = ActPage(
    action=Action.OUTSIDER_ERASE,
    form=partial(_page, action=Action.OUTSIDER_ERASE),
    does=lambda ctx, key: outside.erase_outsider(ctx, key, reason=forms.reason()),
    said=lambda _: [acts.act(Action.OUTSIDER_ERASE.value)],
    then=lambda key: url_for("copies.outsider_show", key=key),
)
act_pages.add(bp, "/copies/outsiders/<key>", (_change, _erase))
