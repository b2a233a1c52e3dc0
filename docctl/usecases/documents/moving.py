"""A document goes to another department, which answers for it from now on (reorganisation, DC-04)."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.documents import Document
from docctl.rules import moving
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import issue
from docctl.rules.text import clean
from docctl.standing import facts, find


@retried(Action.DOCUMENT_MOVE)
def move_document(ctx: Context, number: str, *, department: str, reason: str) -> Document:
    """What was issued stays as it was signed; the head of its next revision names the new department.

    Raises WrongState while a revision of it is signed or waits for its issue.
    """
    with ctx.act(Action.DOCUMENT_MOVE) as act:
        document = find.document(act.session, number)
        act.require(Subject(name=document.number))
        issue.check_not_withdrawn(facts.document(document))
        newest = find.newest_revision(act.session, document)
        known = {d.key for d in find.departments(act.session)}
        before = document.department
        moving.check_document(document.number, newest.label, newest.state, before, department, known, reason)
        document.department = department
        act.record(document, reason=clean(reason), before=before, department=department)
        return document
