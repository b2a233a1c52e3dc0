"""Nothing is written that does not extend what was signed before (T-05).

The file DIR/checkpoint is the signer's memory outside of the database: an older database that is put back
does not know it. Whoever writes an event or signs asks here first, whatever the check would say.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, column, select, table

from docctl.door.site import Site
from docctl.errors import Diverged, DocctlError, see
from docctl.errors.message import Message
from docctl.ledger import checkpoint, journal
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.merkle import Frontier

FILE = "checkpoint"

_KEY: Select[Any] = select(column("public_key")).select_from(table("organisation"))
_NOTES: Select[Any] = select(column("note")).select_from(table("outbox_checkpoint"))


def require_extension(site: Site, connection: Connection, head: int) -> None:
    """Raises Diverged where the newest checkpoint knows other events than the `head` ones of the database."""
    if not head:
        return
    site.memory.recall("key", site.settings.public_key, lambda: _named(site, connection))
    try:
        note = (site.path / FILE).read_bytes()
    except OSError:
        if connection.scalars(_NOTES.limit(1)).first() is None:
            return  # a site in the making: nothing was signed yet
        raise _refusal(Message("it is missing, or cannot be read")) from None
    signed: Checkpoint = site.memory.recall("signed", note, lambda: _signed(site, connection, note, head))
    if signed.size > head:
        said = Message(
            "it signs {size} events, the database ends with event {head}", size=signed.size, head=head
        )
        raise _refusal(said)


def _named(site: Site, connection: Connection) -> str:
    """The key that signs here, which the ledger names; no file of the machine brings another one in."""
    named = connection.scalars(_KEY).first()
    if named != site.settings.public_key:
        raise Diverged(
            "docctl.toml names the key {ours}, the ledger {theirs}. Nothing is written: put the docctl.toml "
            "and the folder keys of the site back, or rebuild the site for a new key. See {check}",
            ours=site.settings.public_key,
            theirs=str(named),
            check=see.CHECK,
        )
    return site.settings.public_key


def _signed(site: Site, connection: Connection, note: bytes, head: int) -> Checkpoint:
    """What the note signs, once it is known to be of these events."""
    try:
        signed = checkpoint.verify(note, site.settings.keys)
    except DocctlError as error:
        raise _refusal(error.said) from error
    known = connection.scalars(_NOTES.where(column("size") == signed.size)).first()
    if signed.size <= head and (known is None or bytes(known) != note):
        # Rare: after a power cut, or a note that somebody put there. The events themselves decide.
        frontier = Frontier()
        for leaf in journal.hashes(connection, 0, signed.size):
            frontier.append(leaf)
        if frontier.root() != signed.root:
            raise _refusal(Message("it signs other events than those of the database"))
    return signed


def _refusal(why: Message) -> Diverged:
    return Diverged(
        "the database does not go on from the file {file} of the site: {why}. Nothing is written: an older "
        "state may have been put back. See {check}, and put the newest backup back",
        file=FILE,
        why=why,
        check=see.CHECK,
    )
