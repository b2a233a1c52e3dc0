"""The approval chain of a document as it is typed, and the page that gives it another one."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.documents import Document
from docctl.queries.documents.chain import document_chain
from docctl.rules.actions import Action
from docctl.rules.roles import Role
from docctl.usecases.documents import chaining
from docctl.web.kit import act_pages, forms, here, words
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("chains", __name__)


def typed_chain() -> str | None:
    """The chain that somebody typed, with the keys of posts that are named in any language; None for none."""
    typed = forms.text(request.form, "chain")
    called = {**words.departments(), **{role.value: role.words for role in Role}}
    keys = {said.casefold(): key for key, title in called.items() for said in title.values()}
    pieces = re.split(r"([,，、:：+＋])", typed)
    return "".join(keys.get(piece.strip().casefold(), piece) for piece in pieces).replace("、", ",") or None


def _page(number: str) -> str:
    return render_template("documents/chain_change.html", seen=document_chain(here.reading(), number))


def _change(ctx: Context, number: str) -> Document:
    return chaining.change_chain(ctx, number, chain=typed_chain(), reason=forms.reason())


PAGES: Final = (
    ActPage(
        action=Action.CHAIN_CHANGE,
        form=_page,
        does=_change,
        said=lambda _: [gettext("The approval chain is changed; it counts from the next submission.")],
        then=lambda number: url_for("documents.show", number=number),
    ),
)
act_pages.add(bp, "/documents/<path:number>/chain", PAGES)
