"""The columns of the audit trail: of the site, and of one document."""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Message
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.ledger import trail as document_trail
from docctl.queries.ledger.events import Event
from docctl.queries.ledger.words import done


def _about(event: Event | document_trail.Event) -> str:
    return event.key if isinstance(event, Event) else event.about


def _by(event: Event | document_trail.Event) -> str:
    return f"{event.by} ({event.login})" if event.login else event.by


TRAIL: Final = Listed(
    title=Message("Audit trail"),
    columns=(
        Column(key="seq", heading=Message("Event"), value=lambda event: event.seq, shape="number"),
        Column(key="at", heading=Message("Time"), value=lambda event: event.at, shape="day"),
        Column(key="act", heading=Message("What was done"), value=lambda event: done(event.act)),
        # As it is asked for on the command line.
        Column(key="name", heading=Message("Name of the act"), value=lambda event: event.act, on=NOT_ON_PAGE),
        Column(key="about", heading=Message("To what"), value=_about),
        Column(key="by", heading=Message("By"), value=_by),
        Column(key="why", heading=Message("Reason"), value=lambda event: event.why, shape="words"),
    ),
)
