"""Controlled copies: the register, each copy, and what happens to it from hand-out to destruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.queries.copies import printing, register, view
from docctl.queries.copies.register import Asked, CopyLine
from docctl.queries.copies.view import PersonLine
from docctl.queries.people.departments import DepartmentLine, department_list
from docctl.render import qr
from docctl.rules.actions import Action
from docctl.rules.copies import Status
from docctl.rules.documents.revisions import Status as RevisionStatus
from docctl.rules.permissions import Subject
from docctl.usecases.copies import disposing, handing
from docctl.web.kit import act_pages, acts, again, export, forms, here, language, words
from docctl.web.kit.act_pages import ActPage
from docctl.web.kit.language import marked

bp = Blueprint("copies", __name__)

LINES: Final = 50


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "states": {status.value: status for status in Status},
        "words_of": FORMS,
        "act": acts.act,
        "sees_all": here.may(Action.COPY_READ, Subject()),
        "people_pairs": _people,
        "department_pairs": _departments,
        "revision_pairs": _revisions,
    }


@bp.get("/copies")
def index() -> ResponseReturnValue:
    """The register, by what was asked; `?as=xlsx` is all of it as a workbook."""
    asked = _asked()
    if request.args.get("as") == "xlsx":
        return _workbook(register.copy_register(here.reading(), asked))
    after = request.args.get("after") or None
    lines = register.copy_register(here.reading(), asked, after=after, most=LINES + 1)
    following = lines[LINES - 1]["copy"] if len(lines) > LINES else None
    return render_template("copies/copies.html", lines=lines[:LINES], following=following)


@bp.get("/copies/reconcile")
def reconcile() -> ResponseReturnValue:
    """Every copy of a document accounted for, today or on a day."""
    number, day = request.args.get("document", "").strip(), forms.day(request.args, "on")
    balance = register.copy_reconcile(here.reading(), number, day) if number else None
    out = register.copy_list(here.reading(), number, True, day)["copies"] if number else []
    return render_template("copies/copies_reconcile.html", balance=balance, out=out)


@bp.get("/copies/issue")
def issue_form() -> ResponseReturnValue:
    """Which document, then of which revision and to whom."""
    seen = view.hand_out(here.reading(), forms.typed("document").strip())
    return render_template("copies/copies_issue.html", seen=seen)


@bp.post("/copies/issue")
@again.shown_again
def issue() -> ResponseReturnValue:
    """One numbered copy to each holder, departments first."""
    made = handing.issue_copies(
        here.writing(Action.COPY_ISSUE),
        forms.text(request.form, "document"),
        holders=[*request.form.getlist("departments"), *request.form.getlist("people")],
        label=request.form.get("label") or None,
    )
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


@bp.get("/copies/<path:number>")
def show(number: str) -> ResponseReturnValue:
    """Its holder, its history, whether it may be used, and what can be done with it next."""
    return render_template("copies/copy.html", seen=view.copy_view(here.reading(), number))


@bp.get("/copies/<path:number>/print")
def print_copy(number: str) -> ResponseReturnValue:
    """Its print again, byte for byte."""
    return _pdf(printing.copy_print(here.reading(), number))


@bp.get("/copies/<path:number>/qr.svg")
def code(number: str) -> ResponseReturnValue:
    """The QR code on its paper."""
    seen = view.copy_view(here.reading(), number)
    return Response(qr.svg(seen.line["url"]), mimetype="image/svg+xml")


@dataclass(frozen=True)
class Form:
    """The words of an act: its button, what it means and, if it needs one, how the reason is asked for."""

    button: str
    meaning: str
    reason: str = ""
    grave: bool = False


FORMS: Final[Mapping[Action, Form]] = MappingProxyType(
    {
        Action.COPY_ACKNOWLEDGE: Form(
            marked("Acknowledge receipt"),
            marked("The holder has the paper in hand, has read the copy number on it, and answers for it."),
        ),
        Action.COPY_RECALL: Form(
            marked("Recall it"),
            marked("The copy must not be used from today on, and its holder is asked to hand it back."),
            marked("Why it is asked back"),
        ),
        Action.COPY_RETURN: Form(
            marked("Register the return"),
            marked("The paper is back at document control. It is kept for reference or destroyed next."),
        ),
        Action.COPY_KEEP: Form(
            marked("Keep it for reference"),
            marked("The obsolete paper stays, stamped as kept for reference, and governs no work."),
            marked("Why it is kept"),
        ),
        Action.COPY_DESTROY: Form(
            marked("Register the destruction"),
            marked("Somebody approved it, and two people saw it. Whoever registers it is neither."),
            grave=True,
        ),
        Action.COPY_REPLACE: Form(
            marked("Exchange a damaged copy"),
            marked("The old paper is taken back; a new print bears the same number, and its own code."),
            marked("What is damaged"),
        ),
        Action.COPY_LOSE: Form(
            marked("Report it lost"),
            marked(
                "Its number is void for ever. If it may still be handed out, its holder gets another one "
                "under a new number."
            ),
            marked("What happened"),
            grave=True,
        ),
    }
)


def _act_page(number: str, *, action: Action) -> str:
    """What the act means for this copy, and what it asks for."""
    seen = view.copy_for(here.reading(), number, action)
    people = view.people_to_name(here.reading()) if action is Action.COPY_DESTROY else []
    others = [person for person in people if person["login"] != here.actor().login]
    return render_template(
        "copies/copy_act.html",
        seen=seen,
        action=action,
        form=FORMS[action],
        people=others,
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
    witnesses = [request.form.get(name, "") for name in ("witness_1", "witness_2")]
    approver = request.form.get("approved_by") or None
    return disposing.destroy_copy(ctx, number, approved_by=approver, witnesses=[w for w in witnesses if w])


def _lose(ctx: Context, number: str) -> Copy:
    noticed = forms.day(request.form, "noticed")
    lost, replacement = disposing.lose_copy(ctx, number, reason=forms.reason(), noticed=noticed)
    if replacement is not None:
        flash(gettext("%(copy)s takes its place. Print it for the holder.", copy=replacement.number))
    return lost


_MOST: Final = 500
"""Copies in one print run."""

PAGES: Final = (
    _act(Action.COPY_ACKNOWLEDGE, handing.acknowledge_copy),
    _act(Action.COPY_RECALL, lambda ctx, number: handing.recall_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_RETURN, handing.return_copy),
    _act(Action.COPY_KEEP, lambda ctx, number: disposing.keep_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_DESTROY, _destroy),
    _act(Action.COPY_REPLACE, lambda ctx, number: disposing.replace_copy(ctx, number, reason=forms.reason())),
    _act(Action.COPY_LOSE, _lose),
)
act_pages.add(bp, "/copies/<path:number>", PAGES)


def _asked() -> Asked:
    """What the filter says. Names of departments are looked for in every language."""
    part = request.args.get("holder", "").strip().casefold()
    departments = department_list(here.reading()) if part else []
    keys = [
        d["key"] for d in departments if any(part in n.casefold() for n in (d["key"], *d["title"].values()))
    ]
    return Asked(
        document=request.args.get("document", ""),
        holder=part,
        holder_keys=keys,
        status=request.args.get("status", ""),
        on=forms.day(request.args, "on"),
    )


Held = Mapping[str, Sequence[str]]
"""By holder, the labels of the revisions of which they have a copy in use."""


def _people(people: Sequence[PersonLine], held: Held = MappingProxyType({})) -> list[tuple[str, str]]:
    return [
        (
            p["login"],
            _marked(f"{p['name']} ({p['login']}) · {words.department(p['department'])}", p["login"], held),
        )
        for p in people
    ]


def _departments(departments: Sequence[DepartmentLine], held: Held) -> list[tuple[str, str]]:
    return [(d["key"], _marked(language.title(d), d["key"], held)) for d in departments]


def _marked(name: str, key: str, held: Held) -> str:
    if key not in held:
        return name
    return str(gettext("%(holder)s: has %(labels)s", holder=name, labels="、".join(held[key])))


def _revisions(labels: Sequence[tuple[str, RevisionStatus]]) -> list[tuple[str, str]]:
    return [(label, f"{label} · {language.word(status)}") for label, status in labels]


def _pdf(made: printing.Print) -> Response:
    return send_file(
        BytesIO(made.data), mimetype="application/pdf", as_attachment=True, download_name=made.name
    )


def _workbook(lines: list[CopyLine]) -> ResponseReturnValue:
    columns: dict[str, Sequence[str | int | date | None]] = {
        gettext("Copy number"): [line["copy"] for line in lines],
        gettext("Document number"): [line["document"] for line in lines],
        gettext("Revision"): [line["revision"] for line in lines],
        gettext("Holder"): [line["holder_name"] for line in lines],
        gettext("State"): [language.word(Status(line["state"])) for line in lines],
        gettext("Handed out"): [line["issued"] for line in lines],
        gettext("Asked back from"): [line["recalled_from"] for line in lines],
        gettext("Due"): [line["due"] for line in lines],
        gettext("Overdue"): [gettext("yes") if line["overdue"] else "" for line in lines],
        gettext("Replaced by copy"): [line["replaced_by"] for line in lines],
    }
    return export.workbook(gettext("Copy register"), columns)
