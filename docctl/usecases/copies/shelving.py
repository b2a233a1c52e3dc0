"""A shelf walk is entered: all that was scanned at a holder's, held against the register (盘点)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.copies import Copy
from docctl.models.shelves import ShelfCheck, ShelfFinding
from docctl.rules import shelves
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.shelves import Found
from docctl.rules.text import clean
from docctl.standing import shelves as standing
from docctl.usecases.copies import register


@retried(Action.SHELF_CHECK)
def check_shelf(
    ctx: Context, holder: str, *, scans: Sequence[str], place: str = "", remark: str | None = None
) -> ShelfCheck:
    """Signed by who walked. Nothing becomes of a copy by it: each finding leads to its own act."""
    with ctx.act(Action.SHELF_CHECK) as act:
        (of,) = register.holders(act.session, [holder])
        act.require(Subject(name=of.name, holder=of.key))
        shelves.check_scans(typed := [one for one in scans if one.strip()])
        should = standing.held(act.session, of.key, clean(place))
        found = shelves.findings(of.key, should, standing.seen(act.session, typed, act.today))
        made = ShelfCheck(
            number=str((act.session.scalar(select(func.count(ShelfCheck.id))) or 0) + 1),
            holder=of.key,
            holder_name=of.name,
            place=clean(place),
            expected=len(should),
            present=sum(one.found is Found.PRESENT for one in found),
            remark=clean(remark) if remark and remark.strip() else None,
            day=act.today,
            at=act.at,
            person_id=act.actor.person_id,
            person_name=act.turn.name,
        )
        act.add(made)
        wanted = select(Copy.number, Copy.id).where(Copy.number.in_([one.copy for one in found if one.copy]))
        keys = {row.number: row.id for row in act.session.execute(wanted)}
        lines = [
            ShelfFinding(
                check_id=made.id,
                found=one.found,
                copy_id=keys[one.copy] if one.copy else None,
                typed=one.typed,
            )
            for one in found
        ]
        act.add(*lines)
        count = Counter(one.found.value for one in found)
        act.record(made, holder=of.key, expected=made.expected, findings=dict(sorted(count.items())))
        return made
