"""Whose password somebody else had set shortly before they signed: it stands beside the signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.documents import Signature
from docctl.models.people import PersonNotice
from docctl.rules.notices import SHOWN_FOR, About
from docctl.rules.text import instant


def before(session: Session, signatures: Sequence[Signature]) -> dict[int, PersonNotice]:
    """The last time within thirty days before each signature, by its key; most have none."""
    people = {signature.person_id for signature in signatures}
    set_by_others = (
        select(PersonNotice)
        .where(PersonNotice.about.in_([About.PASSWORD]), PersonNotice.person_id.in_(people))
        .order_by(PersonNotice.id)
    )
    found: dict[int, PersonNotice] = {}
    for notice in session.scalars(set_by_others):
        for signature in signatures:
            mine = signature.person_id == notice.person_id
            if mine and notice.told_at < signature.signed_at <= notice.told_at + SHOWN_FOR:
                found[signature.id] = notice
    return found


def told(notice: PersonNotice | None) -> dict[str, Any] | None:
    """When, and by whom; None for none."""
    return None if notice is None else {"at": instant(notice.told_at), "by": notice.by_name}
