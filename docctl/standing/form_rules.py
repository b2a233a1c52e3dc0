"""Keeps what issued forms say of time and figures, so that no list has to read all of their contents.

Written with the event by which a revision is issued, compared by a check.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from docctl.door.derived import Changed, keeps
from docctl.door.site import Site
from docctl.errors import Tampered
from docctl.models.documents import Document, Revision
from docctl.models.recurring import FORM_RULE
from docctl.rules.documents.revisions import State
from docctl.rules.records import stepwise
from docctl.rules.text import plain
from docctl.standing import pinned
from docctl.store.template import Template

_FORM = "form"
_AT_ONCE = 200


@keeps
def keep(site: Site, session: Session, changed: Changed) -> None:
    """What these revisions say."""
    if ids := set(changed.get(Revision.__tablename__, ())):
        _put(site, session, ids)


def keep_all(site: Site, session: Session) -> None:
    """Make all of it anew."""
    session.execute(delete(FORM_RULE))
    ids = [*session.scalars(_FORMS)]
    for n in range(0, len(ids), _AT_ONCE):
        _put(site, session, set(ids[n : n + _AT_ONCE]))


def differing(site: Site, session: Session) -> set[int]:
    """The revisions of which something else is kept than they say; of damaged ones nobody can tell."""
    kept = {row["revision_id"]: plain(dict(row)) for row in session.execute(select(FORM_RULE)).mappings()}
    ids = {*session.scalars(_FORMS)}
    said, whole = _of(site, session, ids)
    told = {row["revision_id"]: plain(row) for row in said}
    return {key for key in whole if kept.get(key) != told.get(key)} | kept.keys() - ids


_FORMS = (
    select(Revision.id)
    .join(Document, Document.id == Revision.document_id)
    .where(Document.level == _FORM, Revision.state.in_([State.ISSUED]))
    .order_by(Revision.id)
)


def _put(site: Site, session: Session, ids: Collection[int]) -> None:
    session.execute(delete(FORM_RULE).where(FORM_RULE.c.revision_id.in_(ids)))
    if rows := _of(site, session, ids)[0]:
        session.execute(insert(FORM_RULE), rows)


def _of(site: Site, session: Session, ids: Collection[int]) -> tuple[list[dict[str, Any]], set[int]]:
    """What follows from those among these that are issued forms, and which of them could be read."""
    found, whole = [], set()
    for row in session.scalars(select(Revision).where(Revision.id.in_(_FORMS), Revision.id.in_(ids))):
        try:
            template = pinned.template_of(site, row, row.blob)
        except Tampered:
            continue  # its own page says so
        whole.add(row.id)
        if template.recurs or template.stands_for or template.indicators:
            found.append({"revision_id": row.id, "document_id": row.document_id} | _said(template))
    return found, whole


def _said(template: Template) -> dict[str, Any]:
    return {
        "governed_by": template.governed_by,
        "posts": tuple(sorted(stepwise.posts(template.steps, template.steps[0]))),
        "recurs": template.recurs,
        "stands_for": template.stands_for,
        "indicators": template.indicators,
    }
