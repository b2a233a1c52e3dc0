"""Was anything altered? Compares the ledger, the tables, the library and the files with each other.

The ledger is the witness: library and files are compared with the rows as it tells them, not with the live
ones, so that one bad cell cannot stop the check. Writes nothing but what a start would: it finishes pending
moves of references.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from docctl.door import transaction
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import DocctlError
from docctl.ledger.finding import Finding
from docctl.models.base import Base
from docctl.models.schema import Schema
from docctl.queries.integrity import database, files, ledger, library
from docctl.queries.integrity.moment import take
from docctl.queries.integrity.schema import missing
from docctl.rules.actions import Action
from docctl.rules.permissions import Subject


@dataclass(frozen=True)
class Check:
    """What a check came to. `root` is the Merkle root of the events in base64, as in a checkpoint."""

    events: int
    root: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.findings


def check(ctx: Context, *, fsck: bool = True) -> Check:
    """Check the whole site. Without `fsck` objects of git that no manifest names are passed over."""
    ask(ctx)
    return check_site(ctx.site, fsck=fsck)


def ask(ctx: Context) -> None:
    """Raises Forbidden for whoever may not check."""
    ctx.require(Action.LEDGER_CHECK, Subject())


def check_site(site: Site, *, fsck: bool = True) -> Check:
    """The same for whoever has the site's files, without an account."""
    try:
        with site.reading() as session:
            return _checked(site, session, fsck)
    except DatabaseError as error:
        if not database.is_damaged(error):
            raise
        message = f"The database cannot be read ({error.orig}). Rebuild the site from its library."
        return Check(0, "", (Finding(database.DAMAGED, "docctl.db", message),))


def _checked(site: Site, session: Session, fsck: bool) -> Check:
    # What every act changes is read at one instant, under the writer's lock; all else afterwards.
    with site.lock:
        with suppress(DocctlError):  # what cannot be finished is found below
            transaction.settle(site)
        connection = database.snapshot(session)
        schema = Schema.read(connection, Base.metadata)
        if gone := missing(schema):
            return Check(0, "", (*gone, *database.examine(connection, schema, complete=False)))
        moment = take(site, connection)
    told = ledger.examine(site, connection, moment)
    findings = [*database.examine(connection, schema), *told.findings]
    if told.rows is not None:
        findings += library.examine(site, moment, told.rows, fsck=fsck)
        findings += files.examine(site, moment, told.rows)
    root = base64.b64encode(told.root).decode("ascii")
    return Check(told.events, root, tuple(dict.fromkeys(findings)))
