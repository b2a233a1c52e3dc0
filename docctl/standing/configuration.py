"""What a site has decided about itself, as a site.yaml says it: configuring, the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.configuration import (
    AccountRules,
    ApprovalChain,
    Department,
    DocumentRules,
    NumberScheme,
    WorkCalendar,
)
from docctl.rules.words import Words
from docctl.standing import find


def configuration(session: Session) -> dict[str, Any]:
    """All parts as they stand now; read back by `site.configure`, they change nothing."""
    organisation = find.organisation(session)
    said: dict[str, Any] = {"organisation": organisation.name, "time_zone": organisation.time_zone}
    if number := find.governing(session):
        said["document_control"] = number
    if key := find.administration(session):
        said["administration"] = key
    if address := find.public_address(session):
        said["public_address"] = address
    rules = session.scalar(select(DocumentRules.content).order_by(DocumentRules.id.desc()).limit(1))
    accounts = session.scalar(select(AccountRules.content).order_by(AccountRules.id.desc()).limit(1))
    calendars = session.scalars(select(WorkCalendar).order_by(WorkCalendar.version))
    return said | {
        "departments": [_department(row) for row in _standing(session, Department)],
        "schemes": [_scheme(row) for row in _standing(session, NumberScheme)],
        "documents": plain(rules or {}),
        "accounts": plain(accounts or {}),
        "chains": {row.level: plain(row.steps) for row in _by_age(session, ApprovalChain)},
        "calendars": {row.name: plain(row.content) for row in calendars},  # the newest version comes last
    }


def plain(value: Any) -> Any:
    """Lists and dicts for what the columns give as tuples and read-only mappings."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def _by_age(session: Session, kind: Any) -> Iterable[Any]:
    return session.scalars(select(kind).order_by(kind.id))


def _standing(session: Session, kind: Any) -> Iterable[Any]:
    return session.scalars(select(kind).where(kind.retired_at.is_(None)).order_by(kind.id))


def _department(row: Department) -> dict[str, Any]:
    titles: Words = row.title
    said = {"key": row.key, "title": {language: told for language, told in titles.items() if told}}
    return {**said, "aliases": list(row.aliases)} if row.aliases else said


def _scheme(row: NumberScheme) -> dict[str, Any]:
    said = {"key": row.key, "level": row.level, "pattern": row.pattern, "example": row.example}
    return {**said, "revision": row.revision} if row.revision else said
