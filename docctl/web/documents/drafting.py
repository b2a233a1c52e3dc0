"""Drafts: register a document, write its text, look at it, give it up, hand it in."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from docctl.door.context import Context
from docctl.models.documents import Revision
from docctl.queries.documents import editing
from docctl.queries.documents.master_list import revision_outcome
from docctl.queries.documents.signing import submitting
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.usecases.documents import drafting
from docctl.web.documents import writing
from docctl.web.documents.chain import typed_chain
from docctl.web.kit import act_pages, errors, forms, here, words
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("drafts", __name__)

bp.app_template_filter("text_field")(writing.of_place)


@bp.errorhandler(403)
def _out_of_date(error: HTTPException) -> ResponseReturnValue:
    """A text whose page was opened before its writer signed in again is not lost with that page's token."""
    if g.get("stale_form") and request.endpoint in ("drafts.save", "drafts.register"):
        return writing.kept(gettext(errors.STALE_FORM), 403)
    return errors.refused(error)


@bp.get("/documents/register")
def register_form() -> ResponseReturnValue:
    """Choose a scheme, or bring files. `?scheme=`: a text to begin with, under the next free number."""
    offers = {offer.scheme: offer for offer in editing.offers(here.reading())}
    chosen = offers.get(request.values.get("scheme", ""))
    begun = editing.skeleton(chosen, here.actor().department) if chosen else ""
    return render_template(
        "documents/draft_register.html",
        offers=offers,
        chosen=chosen,
        texts=writing.fields({languages.PRIMARY: begun}),
    )


@bp.post("/documents/register")
@writing.keeps_text
def register() -> ResponseReturnValue:
    """Give the document its number, with what was written or uploaded as its first draft."""
    draft = drafting.register_document(
        here.writing(Action.DOCUMENT_REGISTER),
        lambda: writing.material({}),
        label=forms.text(request.form, "revision") or None,
        chain=typed_chain(),
    )
    here.read_afresh()
    number = revision_outcome(here.reading(), draft.id)["number"]
    flash(gettext("%(number)s is registered.", number=number))
    writing.tell_taken_out()
    return redirect(url_for("drafts.edit", number=number))


@bp.get("/documents/<path:number>/draft/save")
def edit(number: str) -> ResponseReturnValue:
    """The text as it is stored, to be changed."""
    return _editor(editing.editing(here.reading(), number), None)


@bp.post("/documents/<path:number>/draft/save")
@writing.keeps_text
def save(number: str) -> ResponseReturnValue:
    """Keep it, if what the writer began from is still the newest."""
    kept = editing.editing(here.reading(), number).figures
    saved = drafting.save_draft(
        here.writing(Action.DRAFT_SAVE),
        number,
        lambda: writing.material(kept),
        label=forms.text(request.form, "revision") or None,
        shown=request.form.get("shown", ""),
    )
    flash(gettext("Saved as draft %(label)s.", label=saved.label))
    writing.tell_taken_out()
    return redirect(url_for("drafts.edit", number=number))


@bp.post("/documents/<path:number>/draft/preview")
def preview(number: str) -> ResponseReturnValue:
    """What is written as it will look: a part of the page for a script, the whole page without one."""
    seen = editing.preview(here.reading(), number, *writing.texts(), figure_address(number))
    if "HX-Request" in request.headers:
        return render_template("documents/draft_preview.html", seen=seen)
    return _editor(editing.editing(here.reading(), number), seen)


@bp.get("/documents/<path:number>/figures/<blob>")
def figure(number: str, blob: str) -> ResponseReturnValue:
    """A figure of a text that the reader may read."""
    name, data = editing.figure(here.reading(), number, blob)
    # What is enclosed is opened by the program that its reader has for it, never within a page of this site.
    return send_file(BytesIO(data), download_name=name, as_attachment=name.lower().endswith(".pdf"))


def _submitting(number: str, *, template: str) -> str:
    """What is given up or handed in, and who is asked."""
    return render_template(template, draft=submitting(here.reading(), number))


def figure_address(number: str) -> Any:
    """For redlines and texts: where a page fetches a figure."""
    return lambda _path, blob: url_for("drafts.figure", number=number, blob=blob)


def after(number: str) -> str:
    """Where one goes after an act: to the document."""
    return words.way("documents.show", number=number) or url_for("documents.index")


def _editor(draft: editing.Editing, seen: editing.Preview | None) -> str:
    return render_template(
        "documents/draft_edit.html",
        draft=draft,
        texts=writing.fields(draft.texts),
        seen=seen,
        overtaken=request.method == "POST" and request.form.get("shown", "") != draft.content,
    )


def _submit(ctx: Context, number: str) -> Revision:
    """Hand the draft in, with the author's signature."""
    shown = request.form.get("shown", "")
    change = request.form.get("change") or None
    return drafting.submit_revision(ctx, number, reason=forms.reason(), change=change, shown=shown)


DISCARD: Final = ActPage(
    action=Action.DRAFT_DISCARD,
    form=partial(_submitting, template="documents/draft_discard.html"),
    does=drafting.discard_draft,
    said=lambda _: [gettext("The draft is discarded. Saving it again takes it up.")],
    then=after,
)
SUBMIT: Final = ActPage(
    action=Action.REVISION_SUBMIT,
    form=partial(_submitting, template="documents/draft_submit.html"),
    does=_submit,
    said=lambda _: [gettext("Submitted. Whoever signs next finds it in their inbox.")],
    then=after,
)
act_pages.add(bp, "/documents/<path:number>/draft", [DISCARD])
act_pages.add(bp, "/documents/<path:number>", [SUBMIT])
