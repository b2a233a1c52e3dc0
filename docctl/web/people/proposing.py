"""Roles that sign: a second person confirms what somebody proposed, or refuses it."""

from __future__ import annotations

from typing import Final

from flask import render_template, url_for
from flask_babel import gettext

from docctl.queries.people.proposals import proposal_view
from docctl.rules.actions import Action
from docctl.usecases.people import granting
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage
from docctl.web.people.accounts import bp as bp


def _page(login: str, action: Action) -> str:
    seen = proposal_view(here.reading(), login, action)
    return render_template(
        "people/person_decide.html", seen=seen, confirms=action is Action.USER_CONFIRM_ROLES
    )


CONFIRM: Final = ActPage(
    action=Action.USER_CONFIRM_ROLES,
    form=lambda login: _page(login, Action.USER_CONFIRM_ROLES),
    does=granting.confirm_user_roles,
    said=lambda person: [
        gettext("The roles of %(login)s are confirmed. They hold from the next act on.", login=person.login)
    ],
    then=lambda _login: url_for("inbox.show"),
)
REFUSE: Final = ActPage(
    action=Action.USER_REFUSE_ROLES,
    form=lambda login: _page(login, Action.USER_REFUSE_ROLES),
    does=lambda ctx, login: granting.refuse_user_roles(ctx, login, reason=forms.reason()),
    said=lambda person: [gettext("The roles proposed for %(login)s are refused.", login=person.login)],
    then=lambda _login: url_for("inbox.show"),
)
act_pages.add(bp, "/people/<login>", [CONFIRM, REFUSE])
