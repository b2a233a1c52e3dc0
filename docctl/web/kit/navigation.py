"""The head of a page: whose site this is, the places that a person may go to, and how much waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Flask, current_app, g, request

from docctl.errors import Tampered
from docctl.queries.copies import printing
from docctl.queries.desk.inbox import waiting
from docctl.queries.desk.overview import organisation_name
from docctl.rules.actions import Action
from docctl.rules.stamps import UNCONTROLLED
from docctl.web.kit import here
from docctl.web.kit.language import marked


@dataclass(frozen=True)
class Place:
    """An entry of the menu. `action`: the right without which it leads nowhere; None: it is for everybody."""

    endpoint: str
    label: str
    action: Action | None = None

    @property
    def is_here(self) -> bool:
        """Whether the page belongs to it: of one blueprint, else of one noun; a report says it itself."""
        said: Place | None = g.get("place")
        return self is (said or _place_of(request.blueprint))

    @property
    def blueprint(self) -> str:
        """The one of its page."""
        return self.endpoint.partition(".")[0]


PLACES: Final = (
    Place("inbox.show", marked("Inbox")),
    Place("documents.index", marked("Documents"), Action.DOCUMENT_READ),
    Place("copies.index", marked("Copies"), Action.COPY_READ),
    Place("records.index", marked("Records"), Action.RECORD_READ),
    Place("trace.index", marked("Trace"), Action.TRACE_READ),
    Place("ledger.index", marked("Audit trail"), Action.TRAIL_READ),
    Place("people.index", marked("People"), Action.USER_READ),
)


ASIDE: Final = (
    Place("delegations.index", marked("Absences and delegates")),
    Place("disposals.index", marked("Destruction of records")),
)
"""Pages that lead on to reports, and are reached from another page: not in the menu."""


def place(blueprint: str) -> Place:
    """The page to which the reports of a blueprint belong: an entry of the menu, or one aside."""
    return next(one for one in (*PLACES, *ASIDE) if one.blueprint == blueprint)


def _place_of(blueprint: str | None) -> Place | None:
    """The entry for the pages of a blueprint: `documents`, and `chains`, which lies in the same folder."""
    if blueprint is None:
        return None
    own = [one for one in PLACES if one.blueprint == blueprint]
    # The folder of the inbox is the desk, where the start page and the reports lie too.
    of_noun = [one for one in PLACES[1:] if _folder(one.blueprint) == _folder(blueprint)]
    return next(iter(own + of_noun), None)


def _folder(blueprint: str) -> str:
    known = current_app.blueprints.get(blueprint)
    return known.import_name.rpartition(".")[0] if known else ""


def install(app: Flask) -> None:
    """Give templates the menu, the person, and whether they may do something."""

    @app.context_processor
    def _for_templates() -> dict[str, Any]:
        return {
            "menu": menu,
            "organisation": organisation,
            "as_of": here.now,
            "expires": expires,
            "stamp": UNCONTROLLED.on_paper,
            "person": here.person(),
            "may": here.may,
            "Action": Action,
        }


def expires() -> datetime:
    """Until when a print of this page may be read; not at all where nobody can say, but the page is shown."""
    try:
        return printing.expires(here.reading())
    except Tampered:
        return here.now()


def organisation() -> str:
    """Whose site this is, for the head of a page."""
    if here.person() is not None:
        return organisation_name(here.reading().session)
    with here.site().reading() as session:  # before the sign-in nobody reads yet
        return organisation_name(session)


def menu() -> list[tuple[Place, int]]:
    """The places of the person with the number that stands beside each."""
    known = current_app.view_functions
    places = [p for p in PLACES if p.endpoint in known and (p.action is None or here.may(p.action))]
    return [(p, waiting(here.reading()) if p.endpoint == "inbox.show" else 0) for p in places]
