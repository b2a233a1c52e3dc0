"""Was anything altered? Compares the ledger, the tables, the library and the files with each other.

The ledger is the witness: library and files are compared with the rows as it tells them, not with the live
ones, so that one bad cell cannot stop the check. Writes nothing but what a start would: it finishes pending
moves of references.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError, OperationalError

from docctl.door import transaction
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import Busy, DocctlError, Tampered
from docctl.errors.message import Message, Typed
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import EMPTY_ROOT
from docctl.models.base import Base
from docctl.models.engine import freeze
from docctl.models.schema import Schema
from docctl.queries.integrity import database, files, index, ledger, library, secrets, turns
from docctl.queries.integrity.causes import Group, flat, groups
from docctl.queries.integrity.ledger import Told
from docctl.queries.integrity.moment import take
from docctl.queries.integrity.schema import missing
from docctl.queries.integrity.witnesses import Kept, Paper
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject

__all__ = ["Check", "Kept", "Paper", "ask", "check", "check_site", "unreadable"]


@dataclass(frozen=True)
class Check:
    """What a check came to. `root` is the Merkle root of the events in base64, as in a checkpoint."""

    events: int
    root: str
    groups: tuple[Group, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found, the most exact first."""
        return tuple(flat(self.groups))

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.groups


def check(ctx: Context, *, fsck: bool = True, against: Sequence[Kept | Paper] = ()) -> Check:
    """Check the whole site. Without `fsck` objects of git that no manifest names are passed over.

    `against` are checkpoints that somebody kept where nobody who could change the site can reach them, and
    what stands on paper.
    """
    ask(ctx)
    return check_site(ctx.site, fsck=fsck, against=against)


def ask(ctx: Context) -> None:
    """Raises Forbidden for whoever may not check."""
    ctx.require(Action.LEDGER_CHECK, Subject())


def check_site(site: Site, *, fsck: bool = True, against: Sequence[Kept | Paper] = ()) -> Check:
    """The same for whoever has the site's files, without an account.

    Ends in findings whatever the files hold: what cannot be read is one.
    """
    found: list[Finding] = []
    told, moment = Told(0, EMPTY_ROOT, None, []), None
    with _finding(found, "docctl.db"), site.reading() as session:
        # What every act changes is read at one instant, under the writer's lock; all else afterwards.
        with site.lock:
            with suppress(DocctlError):  # what cannot be finished is found below
                transaction.settle(site)
            connection = freeze(session)
            schema = Schema.read(connection, Base.metadata)
            gone = missing(schema)
            moment = None if gone else take(site, connection)
        found += gone
        with _finding(found, "docctl.db"):
            found += database.examine(connection, schema, complete=moment is not None)
        if moment is not None:
            with _finding(found, "ledger_event"):
                told = ledger.examine(site, connection, moment, against)
        if told.rows is not None:
            with _finding(found, "account_password"):
                found += secrets.examine(connection, told.rows)
    found += told.findings
    if moment is not None and told.rows is not None:
        with _finding(found, "library.git"):
            found += library.examine(site, moment, told.rows, fsck=fsck)
        with _finding(found, "records"):
            found += files.examine(site, moment, told.rows)
        if not found:  # else it would follow from rows and values that are wrong themselves
            with _finding(found, "cache_record_turn"):
                found += turns.examine(site)
            with _finding(found, "search_document"):
                found += index.examine(site)
    return Check(told.events, base64.b64encode(told.root).decode("ascii"), groups(found))


def unreadable(why: Tampered) -> Check:
    """What a check comes to of a database in which not even the one who asks can be found."""
    return Check(0, "", groups([Finding(What.DATABASE_DAMAGED, "docctl.db", why.said)]))


@contextmanager
def _finding(found: list[Finding], where: str) -> Iterator[None]:
    """A part of the check that stumbles has found something: no byte of a forger's may hold up the others."""
    try:
        yield
    except Busy:
        raise
    except DatabaseError as error:
        if isinstance(error, OperationalError) and not isinstance(error.orig, sqlite3.Error):
            raise  # a server that cannot be reached is no damage
        said = Message(
            "The database cannot be read ({error}). Rebuild the site from its library.",
            error=Typed(str(error.orig), longest=200),
        )
        found.append(Finding(What.DATABASE_DAMAGED, where, said))
    except DocctlError as error:
        found.append(Finding(What.STUMBLED, where, error.said))
    except Exception as error:  # noqa: BLE001 - whatever it is: it came from what is stored
        said = Message("It holds what cannot be compared ({error}).", error=Typed(error, longest=200))
        found.append(Finding(What.STUMBLED, where, said))
