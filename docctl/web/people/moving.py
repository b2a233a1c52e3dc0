"""The name and the department of an account, changed by an admin who answers for it."""

from __future__ import annotations

from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.people import Person
from docctl.queries.people.accounts import person_view
from docctl.queries.people.leaving import left_without
from docctl.rules.actions import Action
from docctl.usecases.people import moving
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage
from docctl.web.people.accounts import bp as bp


def _page(login: str) -> str:
    ctx = here.reading()
    seen = person_view(ctx, login, Action.USER_CHANGE)
    return render_template("people/person_change.html", seen=seen, left=left_without(ctx, login))


def _change(ctx: Context, login: str) -> Person:
    name, department = forms.text(request.form, "name"), forms.text(request.form, "department")
    return moving.change_user(ctx, login, name=name, department=department, reason=forms.reason())


CHANGE: Final = ActPage(
    action=Action.USER_CHANGE,
    form=_page,
    does=_change,
    said=lambda person: [
        gettext("%(login)s is called %(name)s from now on.", login=person.login, name=person.name)
    ],
    then=lambda login: url_for("people.show", login=login),
)
act_pages.add(bp, "/people/<login>", [CHANGE])
