"""What happens to a controlled copy, from its receipt to its destruction: one page and one act each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.queries.copies import view
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing, handing
from docctl.web.copies.handing import bp as bp
from docctl.web.kit import act_pages, acts, forms, here
from docctl.web.kit.act_pages import ActPage
from docctl.web.kit.language import marked


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
            marked(
                "Somebody approved it, and two people saw it: each says so with their password. "
                "Whoever registers it is none of them."
            ),
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


@bp.context_processor
def _for_templates() -> dict[str, object]:
    return {"words_of": FORMS}


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
    approver = here.vouched("approved_by")
    witnesses = [here.vouched(name) for name in ("witness_1", "witness_2")]
    return disposing.destroy_copy(ctx, number, approved_by=approver, witnesses=[w for w in witnesses if w])


def _lose(ctx: Context, number: str) -> Copy:
    noticed = forms.day(request.form, "noticed")
    lost, replacement = disposing.lose_copy(ctx, number, reason=forms.reason(), noticed=noticed)
    if replacement is not None:
        flash(gettext("%(copy)s takes its place. Print it for the holder.", copy=replacement.number))
    return lost


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
