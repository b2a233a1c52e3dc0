"""Who approves the documents of each level, and what of that is still to be confirmed (DC-23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.configuration import ApprovalChain, ApproverChoice
from docctl.rules.documents import approval
from docctl.rules.documents.approval import Step
from docctl.rules.documents.conflicts import RULE, Open
from docctl.standing.approvers import open_conflicts


@dataclass(frozen=True, kw_only=True)
class LevelLine:
    """The chain of a level; who confirmed its approver, when and why, where somebody had to."""

    level: str
    steps: tuple[Step, ...]
    open: Open | None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    reason: str = ""


def level_list(ctx: Context) -> Sequence[LevelLine]:
    """All levels. Needs no right: who signs stands on every document."""
    chains = ctx.session.execute(
        select(ApprovalChain.level, ApprovalChain.steps).order_by(ApprovalChain.level)
    )
    found = {one.level: one for one in open_conflicts(ctx.session)}
    chosen = {c.level: c for c in ctx.session.scalars(select(ApproverChoice).order_by(ApproverChoice.id))}
    return [_line(row, found.get(row.level), chosen.get(row.level)) for row in chains]


def _line(row: Any, found: Open | None, choice: ApproverChoice | None) -> LevelLine:
    steps = approval.chain_from_data(row.steps)
    if found is not None or choice is None:
        return LevelLine(level=row.level, steps=steps, open=found)
    return LevelLine(
        level=row.level,
        steps=steps,
        open=None,
        confirmed_by=choice.person_name,
        confirmed_at=choice.confirmed_at,
        reason=choice.reason,
    )


def site_findings(ctx: Context) -> dict[str, Any]:
    """What is wrong with the configuration, as a command prints it."""
    found = [
        {"rule": RULE, "severity": "warning", "level": one.level, "message": one.words}
        for one in open_conflicts(ctx.session)
    ]
    return {"ok": not found, "findings": found}
