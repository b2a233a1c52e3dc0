"""Report: records that are or were held back from destruction, why, and who lifted that."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Message, Post
from docctl.models.disposals import RecordHold
from docctl.models.records import Record
from docctl.queries.columns import Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.words import Own


class Stands(StrEnum):
    """Whether a hold still stands."""

    STANDING = "standing"
    LIFTED = "lifted"

    @property
    def words(self) -> Own:
        return Own(zh="冻结中", en="standing") if self is Stands.STANDING else Own(zh="已解除", en="lifted")


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return select(
        Record.number.label("record"),
        Record.keeper,
        RecordHold.reason,
        RecordHold.entered_name.label("placed_by"),
        RecordHold.entered_at.label("placed_at"),
        RecordHold.revoked_name.label("lifted_by"),
        RecordHold.revoked_at.label("lifted_at"),
        RecordHold.answer.label("why_lifted"),
    ).join(Record, Record.id == RecordHold.record_id)


def _stands(asked: Stands) -> Any:
    lifted = RecordHold.revoked_at
    return lifted.is_(None) if asked is Stands.STANDING else lifted.is_not(None)


HOLDS: Final = Report(
    name="holds",
    about=Message("Records that stay whatever their forms say, as long as a claim or an inquiry needs them."),
    action=Action.DISPOSAL_READ,
    rows=_rows,
    key=RecordHold.id,
    newest_first=True,
    filters=(
        Filter(name="record", label=Message("Record number"), where=part_of(Record.number)),
        Filter(name="state", label=Message("State"), where=_stands, takes=Stands),
    ),
    listed=Listed(
        title=Message("Holds on records"),
        columns=(
            Column(key="record", heading=Message("Record"), shape="number", leads_to="record"),
            Column(key="keeper", heading=Message("Keeper"), value=lambda line: Post(line["keeper"])),
            Column(key="reason", heading=Message("Reason"), shape="words"),
            Column(key="placed_by", heading=Message("Placed by")),
            Column(key="placed_at", heading=Message("On hold since")),
            Column(key="lifted_by", heading=Message("Lifted by")),
            Column(key="lifted_at", heading=Message("Lifted at")),
            Column(key="why_lifted", heading=Message("Why lifted"), shape="words"),
        ),
    ),
)
