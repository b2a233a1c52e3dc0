"""Change applications: the list, one of them, the form to apply, and what is done with one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.queries.documents import change_form, changes
from docctl.queries.documents.background import background
from docctl.queries.documents.changes import CHANGES
from docctl.rules.actions import Action
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.changes import Kind, State
from docctl.rules.roles import SIGNERS
from docctl.usecases.documents import changing
from docctl.web.documents.drafting import figure_address
from docctl.web.documents.readings import called_concerned
from docctl.web.kit import act_pages, acts, again, awaited, export, forms, here, telling, words
from docctl.web.kit.act_pages import ActPage

bp = Blueprint("changes", __name__)

LINES: Final = 50
_ROWS: Final = 3
"""Empty lines that a form has below what was typed; with more, it is sent once more."""


@bp.get("/changes")
def index() -> ResponseReturnValue:
    """The newest first; `?as=xlsx` is all of them as a workbook."""
    state, document = (forms.text(request.args, name) for name in ("state", "document"))
    if export.is_wanted():
        return export.export(CHANGES, changes.change_list(here.reading(), state=state, document=document))
    after = request.args.get("after", "")
    lines = changes.change_list(here.reading(), state=state, document=document, after=after, most=LINES + 1)
    return render_template(
        "documents/changes.html",
        listed=CHANGES,
        lines=lines[:LINES],
        following=lines[LINES - 1].number if len(lines) > LINES else None,
        change_states={state.value: state for state in State},
    )


@bp.get("/changes/<number>")
def show(number: str) -> ResponseReturnValue:
    """One application: what is wanted, what it touches, who decides, who was told."""
    return render_template("documents/change.html", seen=changes.change_view(here.reading(), number))


@bp.get("/documents/<path:number>/change/apply")
def apply_form(number: str) -> ResponseReturnValue:
    """Why, what at which clause, and who is to carry it out."""
    typed = [row for row in _typed() if any(row)]
    return render_template(
        "documents/change_apply.html",
        seen=change_form.change_form(here.reading(), number),
        kinds={kind.value: kind for kind in Kind},
        lines=[*typed, *[("", "", "")] * _ROWS],
    )


@bp.post("/documents/<path:number>/change/apply")
@again.shown_again
def apply(number: str) -> ResponseReturnValue:
    """It goes to who approved what is to be changed."""
    if "more" in request.form:
        return apply_form(number)
    made = changing.apply_change(
        here.writing(Action.CHANGE_APPLY),
        number,
        kind=request.form.get("kind", ""),
        reason=forms.reason(),
        rows=[Row(*row) for row in _typed() if any(row)],
        executor=request.form.get("executor", ""),
    )
    flash(gettext("Application %(number)s is with those who decide on it.", number=made.number))
    return redirect(url_for(".show", number=made.number))


def _typed() -> list[tuple[str, str, str]]:
    columns = [request.form.getlist(name) for name in ("clause", "from", "to")]
    lines = zip_longest(*columns, fillvalue="")
    return [tuple(cell.replace("\r\n", "\n").strip() for cell in line) for line in lines]  # type: ignore[misc]


def _page(number: str, *, action: Action) -> str:
    seen = changes.change_view(here.reading(), number, action)
    named = seen.line.document if action is Action.CHANGE_ASSIGN else None
    return render_template(
        "documents/change_act.html",
        seen=seen,
        action=action,
        executors=change_form.executors(here.reading(), named) if named else (),
        posts=[role.value for role in SIGNERS],
    )


def _study(number: str) -> str:
    seen = changes.change_view(here.reading(), number, Action.CHANGE_STUDY)
    told = background(here.reading(), seen.line.document, seen.line.label, figure_address(seen.line.document))
    return render_template("documents/change_study.html", seen=seen, told=told)


def _assign(ctx: Context, number: str) -> object:
    return changing.assign_change(
        ctx,
        number,
        reason=forms.reason(),
        approver=request.form.get("approver") or None,
        executor=request.form.get("executor") or None,
    )


def _act(action: Action, does: Any, form: Any = None) -> ActPage[object]:
    return ActPage(
        action=action,
        form=form or partial(_page, action=action),
        does=does,
        said=lambda _: [acts.act(action.value)],
        then=lambda number: url_for("changes.show", number=number),
    )


PAGES: Final = (
    _act(Action.CHANGE_STUDY, changing.study_change, _study),
    _act(
        Action.CHANGE_SIGN,
        lambda ctx, n: changing.sign_change(ctx, n, comment=forms.text(request.form, "comment") or None),
    ),
    _act(Action.CHANGE_REFUSE, lambda ctx, n: changing.refuse_change(ctx, n, reason=forms.reason())),
    _act(Action.CHANGE_ASSIGN, _assign),
    _act(Action.CHANGE_NOTE, changing.note_change),
    _act(Action.CHANGE_WITHDRAW, lambda ctx, n: changing.withdraw_change(ctx, n, reason=forms.reason())),
)
act_pages.add(bp, "/changes/<number>", PAGES)


@bp.app_template_filter("person_pair")
def person_pair(person: tuple[str, str]) -> tuple[str, str]:
    """A pair for a choice: login, and name with login."""
    login, name = person
    return login, f"{name} ({login})"


@bp.app_template_filter("post_pair")
def post_pair(post: str) -> tuple[str, str]:
    """A pair for a choice, of somebody who signs."""
    return post, words.signer(post)


@bp.app_template_global()
def concerned_list(concerned: Sequence[tuple[str, str]]) -> str:
    """Whom a call to read concerns."""
    return awaited.listed([called_concerned(key, name) for key, name in concerned])


@bp.app_template_filter("change_sentence")
def change_sentence(action: Action) -> str:
    """What an act on an application means, before it is done."""
    return telling.told(_MEANS[action])


_MEANS: Final = {
    Action.CHANGE_SIGN: Message(
        "With the last signature whoever is named may hand the revision in, and the departments concerned "
        "are told."
    ),
    Action.CHANGE_REFUSE: Message("There will be no such change. Whoever applied reads why."),
    Action.CHANGE_ASSIGN: Message(
        "Another department may approve in the place of who approved the original; its head opens the "
        "background first. Another person may carry it out. What is left empty stays as it is."
    ),
    Action.CHANGE_NOTE: Message("Your department knows of the change; it leaves the inbox of all of you."),
    Action.CHANGE_WITHDRAW: Message("The application ends; nothing is handed in under it."),
}
