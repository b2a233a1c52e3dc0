"""A trial issue: the page that lets it go on, and says what else can become of it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.documents import TrialExtension
from docctl.queries.documents.trying import trial_preview
from docctl.rules.actions import Action
from docctl.usecases.documents import trying
from docctl.web.documents import drafting
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("trials", __name__)


def _page(number: str) -> str:
    return render_template("documents/revision_prolong.html", seen=trial_preview(here.reading(), number))


def _prolong(ctx: Context, number: str) -> TrialExtension:
    until = forms.day(request.form, "until")
    return trying.prolong_revision(ctx, number, until=until, reason=forms.reason())


PAGES: Final = (
    ActPage(
        action=Action.REVISION_PROLONG,
        form=_page,
        does=_prolong,
        said=lambda extension: [gettext("It is tried until %(day)s.", day=extension.until)],
        then=drafting.after,
    ),
)
act_pages.add(bp, "/documents/<path:number>", PAGES)
