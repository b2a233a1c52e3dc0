"""The ledger played again: what the tables must hold, and where they or the ledger itself differ.

Pure: entries and rows come in as iterators, findings go out. Knows no SQL, no files and no model class.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Message
from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.entry import Entry, check_link, entry_hash, flat, loads
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import EMPTY_ROOT, Frontier
from docctl.ledger.state import KEY, STAMP, Rows, State, differences, migrated, state_root
from docctl.ledger.upcast import UP, Upcaster

MIGRATE = "schema.migrate"
SET_CLOCK = "site.set_clock"
"""The one event that may be earlier than the one before it: the clock had been ahead."""


class Replay:
    """Plays entries, in order, onto an empty state. `run` may be called again with the next ones.

    `origin` is the log that is expected (else the one that the first event names), `checkpoints` are
    verified ones, of any age, `state` is the empty one. Afterwards: `state`, `head`, `frontier` (for the
    next checkpoint), `schema`, and in `roots` those after so many events as `sizes` and `checkpoints` say.
    """

    def __init__(
        self,
        *,
        origin: str | None = None,
        checkpoints: Iterable[Checkpoint] = (),
        sizes: Iterable[int] = (),
        up: Mapping[int, Upcaster] = UP,
        state: State | None = None,
    ) -> None:
        self.origin = origin
        self.state = State() if state is None else state
        self.head: Entry | None = None
        self.frontier = Frontier()
        self.schema: int | None = None
        self.findings: list[Finding] = []
        self.roots: dict[int, bytes] = {}
        self._up = up
        self._at = ""
        self._lost = False
        self._ahead: dict[int, list[Checkpoint]] = {}
        for checkpoint in checkpoints:
            self._ahead.setdefault(checkpoint.size, []).append(checkpoint)
        for size in sizes:
            self._ahead.setdefault(size, [])
        self._compare_roots(0, EMPTY_ROOT)

    def run(self, entries: Iterable[Entry]) -> None:
        """Chain, bodies, row histories and the checkpoints on the way; see `findings`.

        A segment that cannot be read ends the run with a finding, not with an error.
        """
        try:
            for entry in entries:
                self._step(entry)
        except Tampered as error:
            self._find(What.CHAIN, self.head.seq + 1 if self.head else 1, error.said)

    def finish(self) -> None:
        """Call it when no more entries come: checkpoints that were not reached are a rollback."""
        head = self.head.seq if self.head else 0
        for size, missed in sorted(self._ahead.items()):
            for checkpoint in missed:
                if size > head:
                    said = Message(
                        "A checkpoint signed {size} events, the ledger ends with event {event}.",
                        size=size,
                        event=head,
                    )
                    self._find(What.ROLLBACK, size, said)
                else:
                    said = Message("The last event of checkpoint {size} is missing.", size=checkpoint.size)
                    self._find(What.FORK, size, said)
        self._ahead = {}

    def rows(self) -> Rows:
        """The whole rows of every table, as they have to be."""
        return Rows(self.state)

    def _step(self, entry: Entry) -> None:
        # The leaf is worked out from the body and not taken from the column beside it.
        hashed = entry_hash(entry.prev_hash, entry.body)
        self.findings += check_link(entry, self.head, hashed)
        self.head = entry
        self.frontier.append(hashed)
        if entry.seq in self._ahead:
            self._compare_roots(entry.seq, self.frontier.root())
        event = self._read(entry)
        if event is not None:
            self._play(event, entry.seq)

    def _find(self, what: What, where: object, said: Message) -> None:
        self.findings.append(Finding(what, str(where), said))

    def _compare_roots(self, size: int, found: bytes) -> None:
        self.roots[size] = found
        for checkpoint in self._ahead.pop(size, ()):
            if checkpoint.root != found:
                said = Message("The first {size} events are not those that a checkpoint signed.", size=size)
                self._find(What.FORK, size, said)
            if self.origin is None:
                self.origin = checkpoint.origin
            elif checkpoint.origin != self.origin:
                said = Message("A checkpoint of {log} was given.", log=checkpoint.origin)
                self._find(What.WRONG_LOG, size, said)

    def _read(self, entry: Entry) -> dict[str, Any] | None:
        """The event, when it is one that can be replayed."""
        try:
            event = loads(entry.body)
            _check_shape(event)
        except Invalid as error:
            self._find(What.UNREADABLE, entry.seq, error.said)
            return None
        if event["seq"] != entry.seq:
            said = Message("The body says that it is event {event}.", event=event["seq"])
            self._find(What.CHAIN, entry.seq, said)
        if self.origin is None:
            self.origin = event["log"]
        elif event["log"] != self.origin:
            said = Message("An event of {log} in the log {origin}.", log=event["log"], origin=self.origin)
            self._find(What.WRONG_LOG, entry.seq, said)
        # Instants are written with one width, so that the order of the texts is that of the times.
        if event["at"] < self._at and event["act"] != SET_CLOCK:
            said = Message("It says {at}, the event before {before}.", at=event["at"], before=self._at)
            self._find(What.BACKWARDS, entry.seq, said)
        self._at = event["at"]
        return event

    def _play(self, event: dict[str, Any], seq: int) -> None:
        if self.schema is None:
            self.schema = event["schema"]
        if event["act"] == MIGRATE:
            self._migrate(event["details"], seq)
        if event["schema"] != self.schema and not self._lost:
            said = Message(
                "Schema {schema} without a migration from schema {before}.",
                schema=event["schema"],
                before=str(self.schema),
            )
            self._find(What.UNKNOWN_SCHEMA, seq, said)
        if self._lost:
            return
        for change in event["rows"]:
            self._change(seq, change)

    def _change(self, seq: int, change: dict[str, Any]) -> None:
        table, key, row = change["t"], change["k"], change["row"]
        rows = self.state[table]
        old = rows.get(key)
        if wrong := _history(seq, change, old):
            self._find(What.ROW_HISTORY, f"{table} {key}", wrong)
        elif old:
            before = flat({**row, **change["was"], STAMP: old[0]})
            if before != old[1]:
                said = Message(
                    "Before event {event} the row was not what event {event_before} left: {cells}.",
                    event=seq,
                    event_before=old[0],
                    cells=differences(json.loads(old[1]), json.loads(before)),
                )
                self._find(What.BEFORE_DIFFERS, f"{table} {key}", said)
        rows[key] = (seq, flat(row))

    def _migrate(self, details: Mapping[str, Any], seq: int) -> None:
        old, new = details["from"], details["to"]
        if self._lost:
            return
        if old != self.schema or new <= old or any(v not in self._up for v in range(old + 1, new + 1)):
            self._lost = True
            said = Message(
                "No way is known from schema {schema} over {old} to {new}. Use a newer docctl.",
                schema=str(self.schema),
                old=old,
                new=new,
            )
            self._find(What.UNKNOWN_SCHEMA, seq, said)
            return
        for word, side in (("root_before", old), ("root_after", new)):
            if side == new:
                self.state, self.schema = migrated(self.state, old, new, self._up), new
            if state_root(self.state).hex() != details[word]:
                said = Message(
                    "The rows of schema {schema} are not those that were migrated ({word}).",
                    schema=side,
                    word=word,
                )
                self._find(What.ROOTS_DIFFER, seq, said)


def _check_shape(event: dict[str, Any]) -> None:
    """Refuse what replaying would stumble over. The order of the checks is that of need."""
    numbers = event.get("v"), event.get("seq"), event.get("schema")
    if any(type(number) is not int for number in numbers) or event["v"] != 1:
        raise Invalid("It has no known version, number and schema.")
    if not all(isinstance(event.get(word), str) for word in ("log", "act", "at")):
        raise Invalid("It does not say which log and which act it belongs to, and when it was.")
    if not isinstance(event.get("rows"), list) or not all(map(_is_change, event["rows"])):
        raise Invalid("Its row images are not of the form that a replay needs.")
    if event["act"] == MIGRATE and not _is_migration(event.get("details")):
        raise Invalid("It is a migration without versions and roots.")


_CELLS = {str, int, type(None)}
_NEW, _CHANGED = {"t", "k", "row"}, {"t", "k", "row", "prev", "was"}


def _is_change(change: Any) -> bool:
    if not isinstance(change, dict) or not (change.keys() == _CHANGED or change.keys() == _NEW):
        return False
    row, was = change["row"], change.get("was", {})
    return (
        type(change["t"]) is str
        and type(change["k"]) is int
        and type(change.get("prev", 0)) is int
        and isinstance(row, dict)
        and isinstance(was, dict)
        and _CELLS.issuperset(map(type, row.values()))
        and _CELLS.issuperset(map(type, was.values()))
        and row.keys() >= was.keys()
        and "".join(row).isascii()
    )


def _is_migration(details: Any) -> bool:
    return isinstance(details, dict) and all(
        type(details.get(word)) is kind
        for word, kind in {"from": int, "to": int, "root_before": str, "root_after": str}.items()
    )


def _history(seq: int, change: Mapping[str, Any], old: tuple[int, bytes] | None) -> Message | None:
    """What is wrong between an image and what the ledger told of its row before."""
    row, before = change["row"], old and old[0]
    prev: int | None = change.get("prev")
    if row.get(KEY) != change["k"] or row.get(STAMP) != seq:
        key, stamp = str(row.get(KEY)), str(row.get(STAMP))
        return Message(
            "Event {event} holds an image with key {key} and stamp {stamp}.", event=seq, key=key, stamp=stamp
        )
    if before == seq:
        return Message("Event {event} holds the row twice.", event=seq)
    if prev == before:
        return None
    if prev is None:
        return Message(
            "Event {event} says that it made the row; event {event_before} came before it.",
            event=seq,
            event_before=before or 0,
        )
    if before is None:
        return Message(
            "Event {event} says that event {event_before} came before it; there was none.",
            event=seq,
            event_before=prev,
        )
    return Message(
        "Event {event} says that event {event_said} came before it; it was event {event_before}.",
        event=seq,
        event_said=prev,
        event_before=before,
    )
