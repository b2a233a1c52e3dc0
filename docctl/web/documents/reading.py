"""One document: its text as staff read it, and behind it revisions, redline, use and trail."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final
from urllib.parse import quote, unquote

from flask import make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docctl.queries.copies.printing import document_print
from docctl.queries.documents import history
from docctl.queries.documents.naming import named
from docctl.queries.documents.reading import Reading, reading
from docctl.queries.documents.redline import ON_A_PAGE, FigureAddress, revision_diff
from docctl.queries.ledger import trail
from docctl.queries.ledger.columns import TRAIL
from docctl.queries.records.duties import duties_of
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import Status as CopyStatus
from docctl.rules.documents.links import PINNED, SCHEME
from docctl.rules.records.life import State as RecordState
from docctl.web.documents.master_list import bp as bp
from docctl.web.kit import acts, export, forms, here, language, stored


@bp.context_processor
def _for_templates() -> dict[str, bool]:
    """Whoever traces documents sees all records; taking part in one is not enough."""
    return {"traces": here.may(Action.TRACE_READ, Subject(performers=frozenset()))}


@bp.app_template_filter("leading")
def leading(html: str) -> Markup:
    """A rendered text whose links to other documents lead to them."""
    there = url_for("documents.follow", name="-").removesuffix("-")
    led = _PINNED.sub(_to_revision, html).replace(f'href="{SCHEME}:', f'href="{there}')
    return Markup(led)  # noqa: S704 - cleaned when it was made


_PINNED: Final = re.compile(rf'href="{SCHEME}:([^"{PINNED}]+){PINNED}([^"{PINNED}]+)"')


def _to_revision(found: re.Match[str]) -> str:
    """The address of one revision: a label that is named leads to what had it (DC-79)."""
    return f'href="{url_for("documents.follow", name=unquote(found[1]), revision=unquote(found[2]))}"'


@bp.get("/documents/named/<path:name>")
def follow(name: str) -> ResponseReturnValue:
    """The document that a link names, as it is in force when somebody follows the link."""
    number, label = named(here.reading(), name), request.args.get("revision")
    if label:
        return redirect(url_for(".show_revision", number=number, label=label))
    return redirect(url_for(".show", number=number))


@bp.get("/documents/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """What governs today, or governed on the day `on`."""
    day = forms.day(request.args, "on")
    return _page(reading(here.reading(), number, figure_address, on=day))


@bp.get("/documents/<path:number>/revisions/<label:label>")
def show_revision(number: str, label: str) -> ResponseReturnValue:
    """One revision, whatever became of it; the page says so."""
    return _page(reading(here.reading(), number, figure_address, label=label), named=True)


@bp.get("/documents/<path:number>/revisions/<label:label>/print")
def print_revision(number: str, label: str) -> ResponseReturnValue:
    """Its PDF, stamped as an uncontrolled print, or as obsolete."""
    made = document_print(here.reading(), number, label)
    return send_file(
        BytesIO(made.data), mimetype="application/pdf", as_attachment=True, download_name=made.name
    )


@bp.get("/documents/<path:number>/revisions")
def revisions(number: str) -> ResponseReturnValue:
    """All revisions with their signatures, newest first."""
    return render_template(
        "documents/document_revisions.html", seen=history.revisions(here.reading(), number)
    )


@bp.get("/documents/<path:number>/redline")
def redline(number: str) -> ResponseReturnValue:
    """What changed between two revisions: `from` and `to`, else the last change of what is issued."""
    seen = history.revisions(here.reading(), number)
    newest = next((line for line in seen.lines if line.before), None)
    old = request.args.get("from") or (newest.before if newest else None)
    new = request.args.get("to") or (newest.label if newest else None)
    compared = None
    if old and new:
        address, first = figure_address(number), language.of_request()
        compared = revision_diff(here.reading(), number, old, new, address, first=first, place=ON_A_PAGE)
    labels = [(label, label) for label in seen.labels]
    return render_template(
        "documents/document_redline.html", seen=seen, labels=labels, old=old, new=new, compared=compared
    )


@bp.get("/documents/<path:number>/use")
def use(number: str) -> ResponseReturnValue:
    """Its copies and its records, as far as the reader may see them."""
    after = request.args.get("after") or None
    return render_template(
        "documents/document_use.html",
        seen=history.use(here.reading(), number, after),
        duties=duties_of(here.reading(), number),
        copy_states={status.value: status for status in CopyStatus},
        record_states={state.value: state for state in RecordState},
    )


@bp.get("/documents/<path:number>/trail")
def trail_of(number: str) -> ResponseReturnValue:
    """Everything that was ever done to it, newest first; `?after=` goes on, `?as=xlsx` is a workbook."""
    asked = request.args.get("after", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if export.is_wanted():
        whole = trail.trail(here.reading(), number, most=trail.IN_A_FILE)
        return export.export(TRAIL, whole.events)
    seen = trail.trail(here.reading(), number, before)
    return render_template("documents/document_trail.html", seen=seen, act=acts.act)


def figure_address(number: str) -> FigureAddress:
    """Where the text of this document fetches its figures; kept with the text, so it holds for all sites."""
    return lambda _path, blob: f"/documents/{quote(number)}/figures/{blob}"


def _page(seen: Reading, *, named: bool = False) -> ResponseReturnValue:
    def page() -> str:
        spoken = {text.language: text for text in seen.texts}
        asked = request.args.get("text", "")
        chosen = asked if asked in spoken else language.of_request()
        return render_template(
            "documents/document.html",
            seen=seen,
            named_one=named,
            text=spoken.get(chosen) or next(iter(spoken.values()), None),
            tongues=languages.LIST,
        )

    # A draft is for few eyes: no browser keeps it.
    return stored.kept(seen.version, page) if seen.is_issued else make_response(page())
