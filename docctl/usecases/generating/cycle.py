"""A sample taken apart: what it left in the ledger, the tables, the files and the search index, as templates.

Told with its own values each event is again the very bytes that it was: that is proved at once.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from random import Random
from typing import Any, Final

import rfc8785
from sqlalchemy import text

from docctl.door.site import Site
from docctl.errors import Defect
from docctl.ledger import journal
from docctl.store.objects import blob_id
from docctl.store.values import canonical
from docctl.usecases.generating.samples import Sample
from docctl.usecases.generating.slots import Slots, Values

_HASH: Final = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_SEARCHED = text(
    "SELECT document_id, language, number, title FROM search_document WHERE document_id >> 16 > :first"
)
_SECTIONS = text(
    "SELECT clause, body FROM search_section WHERE document_id = :of AND language = :language"
    " ORDER BY id DESC"
)

Event = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A piece of text under one clause, as the search index takes it."""

    clause: str
    text: str


@dataclass(frozen=True)
class Searched:
    """What the index holds of a revision in one language, as templates."""

    revision: str
    language: str
    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Derived:
    """A slot whose value follows from a text: its hash."""

    slot: str
    template: str
    made: Callable[[bytes], str]


@dataclass
class Cycle:
    """A sample as templates. `rows` has the rows of each table as its last event left them."""

    sample: Sample
    slots: Slots
    events: list[str] = field(default_factory=list)
    rows: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    derived: list[Derived] = field(default_factory=list)
    searched: list[Searched] = field(default_factory=list)
    values: str | None = None
    sealed: str | None = None

    def __len__(self) -> int:
        return len(self.slots.seqs)

    @cached_property
    def lasts(self) -> timedelta:
        """From its first event to its last."""
        return max(after for _, after in self.slots.instants)

    @cached_property
    def person(self) -> str | None:
        """The slot of the key of the account that it makes."""
        return f"i{(self.sample.first + 1) << 16 | 1}" if self.sample.kind == "person" else None

    def told(self, first: int, begin: datetime, words: Mapping[str, Any], chance: Random) -> Values:
        """The values of a telling after event `first`: all but the commits, which git has to make."""
        found: Values = {**words, **self.slots.numbers(first), **self.slots.times(begin)}
        for slot in self.slots.tokens:
            found[slot] = base64.b32encode(chance.randbytes(16)).decode().rstrip("=")
        for each in self.derived:
            found[each.slot] = each.made((each.template % found).encode())
        return found


def take_apart(site: Site, sample: Sample, commits: Mapping[str, str]) -> Cycle:
    """The cycle of a sample; `commits` names the slots of the commits that it made."""
    with site.reading() as session:
        bodies = [e.body for e in journal.events(session.connection(), sample.first) if e.seq <= sample.last]
        events: list[Event] = [json.loads(body) for body in bodies]
        cycle = Cycle(sample, Slots(sample.first, sample.last, events[0]["at"], sample.marks))
        texts = [body.decode() for body in bodies]
        record = _record(site, cycle, events)
        cycle.slots.find_times([*texts, *filter(None, record)])
        for oid, slot in commits.items():
            cycle.slots.name(slot, oid)
        _files(site, cycle, events)
        _entries(cycle, events, record)
        _keep_rows(cycle, events)
        cycle.events = [cycle.slots.json(event) for event in events]
        _searched(cycle, session)
    _prove(cycle, texts)
    return cycle


def _images(events: Iterable[Event], table: str) -> Iterator[dict[str, Any]]:
    return (change["row"] for event in events for change in event["rows"] if change["t"] == table)


def _derive(cycle: Cycle, word: str, template: str, made: Callable[[bytes], str]) -> None:
    slot = f"h{len(cycle.derived)}"
    cycle.derived.append(Derived(slot, template, made))
    cycle.slots.name(slot, word)


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def _files(site: Site, cycle: Cycle, events: Sequence[Event]) -> None:
    """Each text that was handed in, its hashes, and the hash of the manifest over them."""
    seen: set[str] = set()
    for row in _images(events, "revision"):
        if row["content"] in seen:
            continue
        seen.add(row["content"])
        manifest = json.loads(row["manifest"])
        for entry in manifest:
            template = cycle.slots.text(site.library.read(entry["blob"]).decode())
            _derive(cycle, entry["blob"], template, blob_id)
            _derive(cycle, entry["sha256"], template, _sha)
        _derive(cycle, row["content"], cycle.slots.text(rfc8785.dumps(manifest).decode()), _sha)


def _record(site: Site, cycle: Cycle, events: Sequence[Event]) -> tuple[str | None, str | None]:
    """The working file and the sealed file of a record, as they stand."""
    row = next(_images(events, "record"), None)
    if "record" not in cycle.sample.marks or row is None:
        return None, None
    paths = (
        site.values.working_path(row["year"], row["number"]),
        site.values.sealed_path(row["year"], row["number"]),
    )
    working, sealed = (path.read_text("utf-8") if path.is_file() else None for path in paths)
    return working, sealed


def _entries(cycle: Cycle, events: Sequence[Event], record: tuple[str | None, str | None]) -> None:
    """The seals of the values, the hashes that signatures name, and the files that hold them."""
    working, sealed = record
    lines = [json.loads(line) for line in working.splitlines()] if working else []
    if sealed:
        lines = [
            {"entry": e["id"], "salt": e["salt"], "value": e["value"]} for e in json.loads(sealed)["entries"]
        ]
    known = {line["entry"]: line for line in lines}
    for row in _images(events, "record_entry"):
        line = known[row["id"]]
        salt, value = bytes.fromhex(line["salt"]), canonical(line["value"]).decode()
        _derive(cycle, row["seal"], cycle.slots.text(value), _sealing(salt))
    for wanted, preimage in _signed(events):
        _derive(cycle, wanted, cycle.slots.json(preimage), _sha)
    if working:
        cycle.values = "".join(cycle.slots.json(line) + "\n" for line in lines)
    if sealed:
        cycle.sealed = cycle.slots.json(json.loads(sealed))
        if cycle.sealed % cycle.slots.own != sealed:
            raise Defect("{kind} cannot be told again", kind=cycle.sample.kind)
        _derive(cycle, _sha(sealed.encode()), cycle.sealed, _sha)


def _sealing(salt: bytes) -> Callable[[bytes], str]:
    return lambda value: _sha(salt + value)


def _signed(events: Sequence[Event]) -> Iterator[tuple[str, Any]]:
    """What each signature of a record names, and what that is the hash of: entries of its step, or all."""
    current: dict[str, list[Any]] = {}
    fresh: dict[str, list[Any]] = {}
    for event in events:
        for row in _images([event], "record_entry"):
            current[row["field"]] = fresh[row["field"]] = [row["field"], row["id"], row["seal"]]
        for row in _images([event], "record_signature"):
            named = [sorted(entries.values()) for entries in (fresh, current)]
            yield row["content"], next(each for each in named if _sha(rfc8785.dumps(each)) == row["content"])
            fresh = {}


def _keep_rows(cycle: Cycle, events: Sequence[Event]) -> None:
    last: dict[str, dict[int, dict[str, Any]]] = {}
    for event in events:
        for change in event["rows"]:
            if change["k"] >> 16 not in cycle.slots.seqs:
                raise Defect("{kind} cannot be told again", kind=cycle.sample.kind)
            last.setdefault(change["t"], {})[change["k"]] = change["row"]
    for table, rows in last.items():
        columns = tuple(sorted(next(iter(rows.values()))))
        cells = ",".join(
            "[" + ",".join(_cell(cycle.slots, column, row[column]) for column in columns) + "]"
            for row in rows.values()
        )
        cycle.rows[table] = columns, f"[{cells}]"


def _cell(slots: Slots, column: str, value: Any) -> str:
    return slots.json({column: value}).partition(":")[2][:-1]


def _searched(cycle: Cycle, session: Any) -> None:
    for row in session.execute(_SEARCHED, {"first": cycle.sample.first}).all():
        if row.document_id >> 16 in cycle.slots.seqs:
            found = session.execute(_SECTIONS, {"of": row.document_id, "language": row.language}).all()
            sections = tuple(Section(s.clause, cycle.slots.text(s.body)) for s in found)
            number, title = cycle.slots.text(row.number), cycle.slots.text(row.title)
            revision = cycle.slots.json(row.document_id)
            cycle.searched.append(Searched(revision, row.language, number, title, sections))


def _prove(cycle: Cycle, texts: Sequence[str]) -> None:
    """Told with its own values it is itself, and no hash of its own was left standing in it."""
    if [event % cycle.slots.own for event in cycle.events] != list(texts):
        raise Defect("{kind} cannot be told again", kind=cycle.sample.kind)
    own = {word for slot, word in cycle.slots.own.items() if slot.startswith(("h", "c"))}
    left = {found for event in cycle.events for found in _HASH.findall(event)}
    if left & own:
        raise Defect("{kind} cannot be told again", kind=cycle.sample.kind)
