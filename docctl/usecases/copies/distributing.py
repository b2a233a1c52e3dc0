"""The distribution list of a document: who is to have a copy of whatever is in force (DC-52, DC-28)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.copies import Listed
from docctl.models.documents import Document
from docctl.rules import distribution
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.distribution import Purpose
from docctl.rules.documents import issue
from docctl.standing import facts, find
from docctl.usecases.copies import register


@retried(Action.DISTRIBUTION_CHANGE)
def change_distribution(
    ctx: Context,
    number: str,
    *,
    add: Sequence[str] = (),
    file: Sequence[str] = (),
    strike: Sequence[str] = (),
) -> Document:
    """Put holders on the list, and strike others off; who was on it once stays readable.

    `file` are put on it too: their copy is filed there and not worked by (DC-61).
    `strike` takes the keys and names of the list too: a department may have retired since.
    """
    with ctx.act(Action.DISTRIBUTION_CHANGE) as act:
        document = find.document(act.session, number)
        act.require(Subject(name=document.number, department=document.department))
        issue.check_not_withdrawn(facts.document(document))
        there = {row.holder: row for row in _listed(act, document)}
        new = {
            holder: purpose
            for names, purpose in ((add, Purpose.USE), (file, Purpose.FILING))
            for holder in (register.holders(act.session, names, field="add") if names else ())
        }
        found = {name: _meant(act, name, there.values()) for name in strike}
        gone = list({row.id: row for row in found.values() if row is not None}.values())
        strangers = [name for name, row in found.items() if row is None]
        names = {key: row.holder_name for key, row in there.items()}
        distribution.check_change(names, [h.key for h in new], [row.holder for row in gone], strangers)
        for row in gone:
            row.struck_at, row.struck_by_id = act.at, act.actor.person_id
        rows = {h.key: _row(act, document, h, purpose) for h, purpose in new.items()}
        act.add(*rows.values())
        told = {key: row.purpose.value for key, row in rows.items()}
        act.record(document, added=told, struck=[row.holder for row in gone])
        return document


def _listed(act: Act, document: Document) -> Sequence[Listed]:
    wanted = select(Listed).where(Listed.document_id == document.id, Listed.struck_at.is_(None))
    return act.session.scalars(wanted.order_by(Listed.id)).all()


def _meant(act: Act, name: str, rows: Collection[Listed]) -> Listed | None:
    """By a key or a name of the list; or by a name that somebody on it has today."""
    folded, known = register.folded(name), register.key_named(act.session, name)
    by_list = (r for r in rows if folded in map(register.folded, (r.holder, r.holder_name)))
    return next(by_list, next((r for r in rows if r.holder == known), None))


def _row(act: Act, document: Document, holder: register.Holder, purpose: Purpose) -> Listed:
    return Listed(
        document_id=document.id,
        holder=holder.key,
        holder_name=holder.name,
        purpose=purpose,
        listed_at=act.at,
        listed_by_id=act.actor.person_id,
    )
