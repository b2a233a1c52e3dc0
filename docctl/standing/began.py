"""The day on which a site began: its first account got its roles then."""

from __future__ import annotations

from datetime import date, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.models.people import PersonRole


def first_day(session: Session, zone: tzinfo) -> date:
    """As a day of the site."""
    began = session.scalar(select(func.min(PersonRole.granted_at)))
    assert began is not None
    day: date = began.astimezone(zone).date()
    return day
