"""Who reminded those who are asked to sign. Asks nobody's permission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.delegations import Urging


def of_step(session: Session, submission_id: int, step: int, day: date) -> Urging | None:
    """The reminder of a step on a day, if there was one."""
    return session.scalar(
        select(Urging).where(Urging.submission_id == submission_id, Urging.step == step, Urging.day == day)
    )


def newest(session: Session, submissions: Iterable[int]) -> dict[tuple[int, int], Urging]:
    """The last reminder of each step of these submissions."""
    wanted = select(Urging).where(Urging.submission_id.in_(submissions)).order_by(Urging.id)
    return {(one.submission_id, one.step): one for one in session.scalars(wanted)}
