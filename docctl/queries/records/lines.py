"""A record in one line: what the list of records and the page of one tell alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record
from docctl.rules.records.life import State
from docctl.rules.text import instant
from docctl.rules.words import Words


class RecordRow(NamedTuple):
    """A row of RECORDS: its columns, in their order."""

    id: int
    number: str
    state: State
    opened_at: datetime
    opened_by_id: int
    keeper: str
    template_blob: str
    template_revision_id: int
    procedure_blob: str
    template: str
    template_revision: str
    title: Words
    procedure: str
    procedure_revision: str
    opened_by: str
    opened_by_name: str


TEMPLATE, _governed, _governing = aliased(Revision), aliased(Revision), aliased(Document)

RECORDS: Final = (
    select(
        Record.id,
        Record.number,
        Record.state,
        Record.opened_at,
        Record.opened_by_id,
        Record.keeper,
        Record.template_blob,
        Record.template_revision_id,
        Record.procedure_blob,
        Document.number,
        TEMPLATE.label,
        TEMPLATE.title,
        _governing.number,
        _governed.label,
        Person.login,
        Person.name,
    )
    .join(Document, Document.id == Record.document_id)
    .join(TEMPLATE, TEMPLATE.id == Record.template_revision_id)
    .join(_governed, _governed.id == Record.procedure_revision_id)
    .join(_governing, _governing.id == _governed.document_id)
    .join(Person, Person.id == Record.opened_by_id)
)


def line(row: RecordRow) -> dict[str, Any]:
    """As pages, workbooks and the command line tell it."""
    return {
        "number": row.number,
        **row.title.keys_of("title"),
        "state": row.state.value,
        "template": row.template,
        "template_revision": row.template_revision,
        "template_blob": row.template_blob,
        "procedure": row.procedure,
        "procedure_revision": row.procedure_revision,
        "procedure_blob": row.procedure_blob,
        "keeper": row.keeper,
        "opened_at": instant(row.opened_at),
        "opened_by": row.opened_by,
        "opened_by_name": row.opened_by_name,
    }
