"""Copies on their way to their holders: handed out, and printed for one walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Final

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from docctl.errors import Invalid, NotFound, WrongState
from docctl.queries.copies import printing, view
from docctl.queries.copies.hand_out import Together, hand_out
from docctl.queries.copies.naming import PersonLine
from docctl.queries.people.departments import DepartmentLine
from docctl.rules.actions import Action
from docctl.rules.documents.revisions import Status as RevisionStatus
from docctl.usecases.copies import handing, several
from docctl.web.copies.register import bp as bp
from docctl.web.kit import again, awaited, forms, here, language, telling, words

_MOST: Final = 500
"""Copies in one print run."""

Held = Mapping[str, Sequence[str]]
"""By holder, the labels of the revisions of which they have a copy in use."""


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "people_pairs": _people,
        "department_pairs": _departments,
        "revision_pairs": _revisions,
        "together_pairs": _together,
        "outsider_pairs": _outsiders,
    }


@bp.get("/copies/issue")
def issue_form() -> ResponseReturnValue:
    """Which document, then of which revision and to whom."""
    seen = hand_out(here.reading(), forms.typed("document").strip())
    return render_template("copies/copies_issue.html", seen=seen)


@bp.post("/copies/issue")
@again.shown_again
def issue() -> ResponseReturnValue:
    """One numbered copy to each holder, departments first; then of what is used together with it (DC-59)."""
    ctx, number = here.writing(Action.COPY_ISSUE), forms.text(request.form, "document")
    holders = [each for of in ("departments", "people", "outsiders") for each in request.form.getlist(of)]
    made = handing.issue_copies(ctx, number, holders=holders, label=request.form.get("label") or None)
    for other in dict.fromkeys(request.form.getlist("with")):
        try:
            made += handing.issue_copies(several.part_of(ctx, other), other, holders=holders)
        except (Invalid, NotFound, WrongState) as error:
            flash(telling.told(error))
    numbers = [copy.number for copy in made]
    flash(ngettext("%(num)d copy is handed out.", "%(num)d copies are handed out.", len(numbers)))
    return redirect(url_for("copies.issued", copy=numbers))


@bp.get("/copies/issued")
def issued() -> ResponseReturnValue:
    """Copies that were handed out together: to be printed, and given to their holders."""
    seen = view.handed_out(here.reading(), request.args.getlist("copy")[:_MOST])
    return render_template("copies/copies_issued.html", seen=seen)


@bp.get("/copies/print")
def print_run() -> ResponseReturnValue:
    """These copies in one file, for one walk to the printer."""
    return _pdf(printing.print_run(here.reading(), request.args.getlist("copy")[:_MOST]))


@bp.get("/copies/<path:number>/print")
def print_copy(number: str) -> ResponseReturnValue:
    """Its print again, byte for byte."""
    return _pdf(printing.copy_print(here.reading(), number))


def _people(people: Sequence[PersonLine], held: Held = MappingProxyType({})) -> list[tuple[str, str]]:
    return [
        (
            p["login"],
            _marked(f"{p['name']} ({p['login']}) · {words.department(p['department'])}", p["login"], held),
        )
        for p in people
    ]


def _outsiders(of: Sequence[tuple[str, str]], held: Held = MappingProxyType({})) -> list[tuple[str, str]]:
    return [(key, _marked(f"{company} ({key})", key, held)) for key, company in of]


def _together(of: Sequence[Together]) -> list[tuple[str, str]]:
    return [(t.number, f"{t.number} {t.label} {t.title.told(language.of_request())}") for t in of]


def _departments(
    departments: Sequence[DepartmentLine], held: Held = MappingProxyType({})
) -> list[tuple[str, str]]:
    return [(d["key"], _marked(language.title(d), d["key"], held)) for d in departments]


def _marked(name: str, key: str, held: Held) -> str:
    if key not in held:
        return name
    return str(gettext("%(holder)s: has %(labels)s", holder=name, labels=awaited.listed(held[key])))


def _revisions(labels: Sequence[tuple[str, RevisionStatus]]) -> list[tuple[str, str]]:
    return [(label, f"{label} · {language.word(status)}") for label, status in labels]


def _pdf(made: printing.Print) -> Response:
    return send_file(
        BytesIO(made.data), mimetype="application/pdf", as_attachment=True, download_name=made.name
    )
