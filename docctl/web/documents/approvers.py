"""Who approves the documents of each level: the chains of the site, and the confirmation of a choice."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.documents.approvers import level_list
from docctl.rules.actions import Action
from docctl.usecases.site import confirming
from docctl.web.kit import act_pages, forms, here
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("approvers", __name__)


@bp.get("/approvers")
def index() -> ResponseReturnValue:
    """The chain of each level, and what of it is still to be confirmed."""
    return render_template("documents/approvers.html", levels=level_list(here.reading()), asked="")


def _page(level: str) -> str:
    of = [line for line in level_list(here.reading()) if line.level == level]
    return render_template("documents/approvers.html", levels=of, asked=level)


PAGES: Final = (
    ActPage(
        action=Action.SITE_CONFIRM,
        form=_page,
        does=lambda ctx, level: confirming.confirm_site(ctx, level, reason=forms.reason()),
        said=lambda _: [gettext("The approver is confirmed.")],
        then=lambda _: url_for("approvers.index"),
    ),
)
act_pages.add(bp, "/approvers/<level>", PAGES)
