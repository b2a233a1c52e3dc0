"""Whoever knew the ledger before: checkpoints of all commits, the one beside, and those that somebody kept.

A history that was written anew is whole in itself. What contradicts it are notes that were signed while it
was another one, and segments that were never to be rewritten; so each of them is asked. Knows no row.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, text

from docctl.door.checkpoints import NOTE
from docctl.door.extending import FILE
from docctl.door.site import Site
from docctl.errors import DocctlError, Invalid, Tampered
from docctl.errors.message import Message
from docctl.ledger import checkpoint, receipt, segments
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.entry import Entry
from docctl.ledger.finding import Finding, What
from docctl.queries.integrity.moment import Moment
from docctl.store.repository import Change

_NOTES = text("SELECT size, note FROM outbox_checkpoint ORDER BY size")
_NAMES_A_KEY = b'"t":"organisation"'
_RESTORES = b'"act":"site.restore"'
_MISSING = Message("The newest checkpoint should be here; restore it from a backup.")


@dataclass(frozen=True)
class Kept:
    """A checkpoint or a receipt that somebody kept elsewhere, and the name of its file."""

    name: str
    note: bytes


@dataclass(frozen=True)
class Paper:
    """What a controlled print bears: so many events have this root (base64, as it stands there)."""

    size: int
    root: str


@dataclass(frozen=True)
class _Claim:
    where: str
    size: int
    root: str


@dataclass(frozen=True)
class _Heard:
    where: str
    signed: Checkpoint
    key: str


class Witnesses:
    """All notes about the first events of a site; `findings` has those that no key of the site signed."""

    def __init__(self, site: Site, kept: Sequence[Kept | Paper] = ()) -> None:
        self.findings: list[Finding] = []
        self._site = site
        self._said: dict[bytes, tuple[Checkpoint, str] | DocctlError] = {}
        self._heard: list[_Heard] = []
        self._brought = [claim for each in kept if (claim := self._claim(each)) is not None]
        self._since: dict[str, int] = {}
        self._lost: dict[int, range] = {}

    def hear(
        self, connection: Connection, moment: Moment, committed: Mapping[str, bytes | None]
    ) -> set[Checkpoint]:
        """The genuine ones of the database, of files `committed` on main, beside it, and of all history."""
        before = len(self._heard)
        for size, note in connection.execute(_NOTES):
            where = f"outbox_checkpoint {size}"
            heard = self._hear(where, note if isinstance(note, bytes) else str(note).encode())
            if heard is not None and where != f"outbox_checkpoint {heard.signed.size}":
                said = Message("It holds the checkpoint of {size} events.", size=heard.signed.size)
                self._find(What.NOT_GENUINE, where, said)
        for where, note in {FILE: moment.note, **committed}.items():
            if note is None:
                self._find(What.FILE_MISSING, where, _MISSING)
            else:
                self._hear(where, note)
        self._hear_history(moment)
        return {heard.signed for heard in self._heard[before:]}

    @property
    def sizes(self) -> set[int]:
        """Of those that somebody kept: the roots there are wanted by `compare`."""
        return {claim.size for claim in self._brought}

    def size_at(self, where: str) -> int:
        """How many events the note at `where` signs; 0 for one that is not genuine."""
        return next((heard.signed.size for heard in self._heard if heard.where == where), 0)

    def see(self, entry: Entry) -> None:
        """Note since which event the ledger itself names a key, and what was lost with a restore."""
        if _RESTORES in entry.body:
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(entry.body)["details"]
                self._lost[entry.seq] = range(int(told["events"]) + 1, int(told["lost"]["events"]) + 1)
        if _NAMES_A_KEY in entry.body:
            with suppress(ValueError, KeyError, TypeError):
                for change in json.loads(entry.body)["rows"]:
                    if change["t"] == "organisation":
                        self._since.setdefault(str(change["row"]["public_key"]), entry.seq)

    def compare(self, head: int, roots: Mapping[int, bytes]) -> Iterator[Finding]:
        """What they say against a ledger of `head` events, whose root after so many of them is in `roots`."""
        yield from self.findings
        yield from self._keys()
        for claim in self._brought:
            if claim.size > head:
                said = Message(
                    "It knows {size} events, the ledger ends with event {event}: an older state is back.",
                    size=claim.size,
                    event=head,
                )
                yield Finding(What.ROLLBACK, claim.where, said)
            elif _read_off(b64encode(roots[claim.size]).decode()) == _read_off(claim.root):
                continue
            elif restore := next((seq for seq, lost in self._lost.items() if claim.size in lost), None):
                said = Message(
                    "It knows {size} events; the last of them were lost with the restore of event {event}.",
                    size=claim.size,
                    event=restore,
                )
                yield Finding(What.ROLLBACK, claim.where, said)
            else:
                said = Message(
                    "The first {event} events are not those that it knows: they were written anew.",
                    event=claim.size,
                )
                yield Finding(What.FORK, claim.where, said)

    def _keys(self) -> Iterator[Finding]:
        """The ledger says which key signs, and since when; a file that says otherwise is not believed."""
        named = sorted(self._since, key=self._since.__getitem__)
        if not named:
            return  # nothing of the ledger could be read
        until = dict(zip(named, [*(self._since[key] for key in named[1:]), 1 << 63], strict=True))
        for key in self._site.settings.keys:
            if key not in until:
                said = Message("It trusts the key {key}, which the ledger never named.", key=key)
                yield Finding(What.KEY, "docctl.toml", said)
        for heard in self._heard:
            if heard.key in until and heard.signed.size >= until[heard.key]:
                said = Message(
                    "Its key was replaced by event {event}, before there were {size} events.",
                    event=until[heard.key],
                    size=heard.signed.size,
                )
                yield Finding(What.NOT_GENUINE, heard.where, said)

    def _hear_history(self, moment: Moment) -> None:
        if moment.broken is not None:
            return
        try:
            for commit, changes in _by_commit(self._site.library.changes(moment.refs.values(), "ledger")):
                self._commit(commit, changes)
        except DocctlError as error:
            self._find(What.STUMBLED, "refs", error.said)

    def _commit(self, commit: str, changes: list[Change]) -> None:
        added = {change.path: change.new for change in changes if change.old is None}
        for change in changes:
            if change.path == NOTE:
                if change.new is not None:
                    self._hear(f"{NOTE} in {commit}", self._read(change.new))
            elif change.old is not None and not _is_moved(change, added):
                said = Message("Commit {commit} changed it; a segment is never rewritten.", commit=commit)
                self._find(What.SEGMENT, change.path, said)

    def _claim(self, kept: Kept | Paper) -> _Claim | None:
        if isinstance(kept, Paper):
            return _Claim(f"paper {kept.size}", kept.size, kept.root)
        note = kept.note
        if receipt.is_one(note):
            try:
                note = receipt.verify(note, self._site.settings.keys)[0].note
            except (Invalid, Tampered) as error:
                self._find(What.NOT_GENUINE, kept.name, error.said)
                return None
        heard = self._hear(kept.name, note)
        return _Claim(kept.name, heard.signed.size, heard.signed.root_text) if heard is not None else None

    def _read(self, blob: str) -> bytes:
        return self._site.library.read(blob)

    def _hear(self, where: str, note: bytes) -> _Heard | None:
        if note not in self._said:
            self._said[note] = self._judged(note)
        found = self._said[note]
        if isinstance(found, DocctlError):
            self._find(What.NOT_GENUINE, where, found.said)
            return None
        heard = _Heard(where, *found)
        self._heard.append(heard)
        return heard

    def _judged(self, note: bytes) -> tuple[Checkpoint, str] | DocctlError:
        """What a note signs, and by which key of the site."""
        error: DocctlError | None = None
        for key in self._site.settings.keys:
            try:
                return checkpoint.verify(note, [key]), key
            except (Invalid, Tampered) as why:
                error = error or why
        return error or Tampered("no key of the site is known")

    def _find(self, what: What, where: str, said: Message) -> None:
        self.findings.append(Finding(what, where, said))


def _read_off(root: str) -> str:
    """A root as one reads it off paper: with l, I and 1 for each other, and O and 0."""
    return root.strip().translate(_LOOK_ALIKE)


_LOOK_ALIKE = str.maketrans("lI1O0", "11100")


def _by_commit(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Changes that come one after the other, a list for each commit."""
    found: list[Change] = []
    for change in changes:
        if found and found[0].commit != change.commit:
            yield found[0].commit, found
            found = []
        found.append(change)
    if found:
        yield found[0].commit, found


def _is_moved(change: Change, added: Mapping[str, str | None]) -> bool:
    """The checkpoint after an upgrade put segments into folders: the same bytes under another name."""
    new = segments.moved([change.path.removeprefix(segments.FOLDER)]).get(change.path)
    return change.new is None and new is not None and added.get(new) == change.old
