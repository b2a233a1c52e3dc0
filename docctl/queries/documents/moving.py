"""A document before it goes to another department: where it belongs, and where it could."""

from __future__ import annotations

from dataclasses import dataclass

from docctl.door.context import Context
from docctl.rules import moving
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import issue
from docctl.rules.words import Words
from docctl.standing import facts, find


@dataclass(frozen=True, kw_only=True)
class Moving:
    """`others`: the keys of the departments to which it could go."""

    number: str
    title: Words
    department: str
    others: tuple[str, ...]


def move_preview(ctx: Context, number: str) -> Moving:
    """Raises NotFound, Forbidden, and WrongState for what the act itself would refuse now."""
    ctx.require(Action.DOCUMENT_MOVE, Subject(name=number))
    document = find.document(ctx.session, number)
    issue.check_not_withdrawn(facts.document(document))
    newest = find.newest_revision(ctx.session, document)
    moving.check_not_signed(document.number, newest.label, newest.state, document.department)
    known = [d.key for d in find.departments(ctx.session)]
    return Moving(
        number=document.number,
        title=newest.title,
        department=document.department,
        others=tuple(key for key in known if key != document.department),
    )
