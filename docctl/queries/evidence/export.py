"""An evidence file: all that proves what became of one thing, in an archive that anybody can verify.

What is in it and how it is verified: docs/evidence.md. Not a transaction and not an event: events never
change, so of one checkpoint it is the same file, byte for byte, whoever makes it and how often.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Final

from docctl.door.context import Context
from docctl.errors import Tampered, WrongState, see
from docctl.errors.message import Foreign, Reader
from docctl.ledger import checkpoint as notes
from docctl.ledger import segments
from docctl.ledger.evidence import alone
from docctl.ledger.evidence.canonical import Broken, canonical
from docctl.ledger.evidence.checks import FORMAT, PDF, VERSION, page_of, verify
from docctl.ledger.evidence.content import (
    attachments_of,
    entries_of,
    is_gone,
    is_sealed,
    of_revisions,
    record_path,
)
from docctl.ledger.evidence.page import Page, value_text
from docctl.ledger.evidence.proofs import Root
from docctl.models.documents import Document, Revision
from docctl.models.records import Record
from docctl.queries.evidence import proved, told
from docctl.queries.evidence.gathering import Gathering
from docctl.queries.evidence.parcel import Parcel
from docctl.queries.evidence.subjects import Asked, begin, waiting
from docctl.queries.evidence.values import values_of
from docctl.render import renderer
from docctl.render.pdf import Job
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.evidence import RIGHTS, check_asked
from docctl.rules.records.life import State
from docctl.standing.attachments import file_bytes
from docctl.standing.document import readable
from docctl.store.durable import refusing

MOST_PRINTED: Final = 1_000_000
"""Characters of index.html beyond which it is not laid out on paper: nobody reads a thousand pages."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A file that was made, and what it may be called. It holds `events` of the first `size` of the ledger.

    `newer`: the events that are under no checkpoint yet, and so not in it.
    """

    path: Path
    name: str
    events: int
    files: int
    size: int
    newer: int


@contextmanager
def evidence_file(ctx: Context, asked: Asked, readers: Mapping[str, Reader]) -> Iterator[Evidence]:
    """An evidence file, there as long as the block lasts. `readers`: whom it tells its words, by language.

    Raises Forbidden, Invalid, NotFound; WrongState while nothing is signed; Tampered where what is to be
    proved is not what was recorded: nothing is handed out that would not be found whole.
    """
    check_asked(asked.kind, asked.name, asked.first, asked.last)
    ctx.require(Action.EVIDENCE_EXPORT, Subject())
    for right in RIGHTS[asked.kind]:
        ctx.require(right, Subject(performers=frozenset(), holder=""))
    with tempfile.TemporaryDirectory(prefix="docctl-evidence-") as folder:
        path = Path(folder) / "evidence.zip"
        try:
            made = _made(ctx, asked, readers, path)
        except Broken as error:
            raise _not_as_recorded(str(error)) from error
        for holds, line in verify(str(path), ctx.site.settings.public_key):
            if not holds:
                raise _not_as_recorded(line)
        yield made


def _made(ctx: Context, asked: Asked, readers: Mapping[str, Reader], path: Path) -> Evidence:
    note = proved.newest(ctx)
    signed = notes.verify(note, ctx.site.settings.keys)
    gathered = Gathering(ctx.site, signed.size)
    try:
        about = begin(ctx, gathered, asked)
        newer = waiting(ctx, signed.size)
        ctx.session.rollback()  # what follows may take long, and reads by itself
        gathered.complete()
        with Parcel() as parcel:
            _fill(ctx, gathered, about, note, readers, parcel)
            with refusing(path), path.open("wb") as out:
                parcel.write(out)
        return Evidence(
            path=path,
            name=_name(about, signed.size),
            events=gathered.count(),
            files=len(parcel.members),
            size=signed.size,
            newer=newer,
        )
    finally:
        gathered.close()


def _not_as_recorded(why: str) -> Tampered:
    return Tampered("the evidence would not hold: {why}. Run {check}.", why=Foreign(why), check=see.CHECK)


def _fill(
    ctx: Context,
    gathered: Gathering,
    about: Mapping[str, Any],
    note: bytes,
    readers: Mapping[str, Reader],
    parcel: Parcel,
) -> None:
    site, rows = ctx.site, gathered.rows
    signed = notes.verify(note, site.settings.keys)
    for revision, folder in of_revisions(rows):
        _add_revision(ctx, gathered, revision, folder, parcel)
    for record in rows.scoped("record"):
        _add_record(ctx, gathered, record, parcel)
    taken = gathered.taken()
    parcel.add("events.jsonl", (segments.encode([entry]) for entry in gathered.entries(taken)))
    parcel.add("proofs.jsonl", proved.inclusion(gathered, taken, signed))
    _add_checkpoints(gathered, taken, note, signed, parcel)
    words = told.words(readers)
    parcel.add("words.json", [canonical(words)])
    root = Root(signed.size, signed.root)
    page = page_of(Page(rows, words), parcel.members, dict(about), root)
    parcel.add("index.html", (part.encode("utf-8") for part in page))
    if site.settings.pdf and parcel.members["index.html"].size <= MOST_PRINTED:
        job = Job(html=parcel.text("index.html"), day=date(1980, 1, 1), assets={})
        parcel.add(PDF, [renderer.render(job)])
    parcel.add("README.txt", [resources.files("docctl.ledger.evidence").joinpath("README.txt").read_bytes()])
    parcel.add("verify.py", [alone.verifier()])
    parcel.add("keys", [f"{key}\n".encode() for key in site.settings.keys])
    _add_manifest(ctx, about, len(taken), parcel)


def _add_revision(
    ctx: Context, gathered: Gathering, revision: Mapping[str, Any], folder: str, parcel: Parcel
) -> None:
    session = gathered.session()
    document = session.get_one(Document, revision["document_id"])
    read = readable(ctx, document, session.get_one(Revision, revision["id"]))
    for path, data in read.files().items():
        parcel.add(folder + path, [data])
    if revision["pdf_sha256"] is not None:
        parcel.add(folder + "issued.pdf", [read.pdf()])


def _add_record(ctx: Context, gathered: Gathering, record: Mapping[str, Any], parcel: Parcel) -> None:
    rows, row = gathered.rows, dict(record)
    number, year = record["number"], record["year"]
    if is_gone(row):
        return
    now = gathered.session().get_one(Record, record["id"])
    if now.state is State.DESTROYED:
        raise WrongState(
            "{number} was destroyed after the newest checkpoint: make a checkpoint, then try again.",
            number=number,
        )
    entries = entries_of(rows, row)
    if entries:
        # As it stands now: a record that was closed since the checkpoint has its values in the sealed file.
        values = values_of(ctx.site, year, number, now.sealed_sha256)
        lines = []
        for entry in entries:
            if entry["id"] not in values:
                raise Broken(f"the value of {entry['field']} in {number} is missing")
            salt, value = values[entry["id"]]
            rows.keep_value(entry["id"], value_text(value))
            lines.append(canonical({"entry": entry["id"], "salt": salt.hex(), "value": value}) + b"\n")
        parcel.add(record_path(row) + ".values.jsonl", lines)
    for one, name in attachments_of(rows, row):
        if name not in parcel.members:
            parcel.add(name, [file_bytes(ctx.site, number, one["running"], one["name"], one["sha256"])])
    if is_sealed(rows, row):
        data = ctx.site.values.read_sealed(year, number, record["sealed_sha256"])
        parcel.add(record_path(row) + ".json", [data])


def _add_checkpoints(
    gathered: Gathering, taken: Sequence[int], note: bytes, signed: notes.Checkpoint, parcel: Parcel
) -> None:
    parcel.add("checkpoint", [note])
    lines = []
    for size, older, path in proved.older(gathered, taken, signed):
        parcel.add(f"checkpoints/{size:09d}", [older])
        lines.append(canonical({"path": [each.hex() for each in path], "size": size}) + b"\n")
    parcel.add("consistency.jsonl", lines)


def _add_manifest(ctx: Context, about: Mapping[str, Any], events: int, parcel: Parcel) -> None:
    """The list of all files, and the signature of the site under it: so nothing can be left out unseen."""
    origin = ctx.site.settings.origin
    files = [
        {"path": name, "sha256": member.sha256, "size": member.size}
        for name, member in sorted(parcel.members.items())
    ]
    manifest = canonical(
        {
            "events": events,
            "files": files,
            "format": FORMAT,
            "log": origin,
            "subject": dict(about),
            "version": VERSION,
        }
    )
    parcel.add("manifest.json", [manifest])
    text = f"{origin}\nevidence\n{sha256(manifest).hexdigest()}\n"
    parcel.add("manifest.note", [notes.sign_note(origin, text, ctx.site.key)])


def _name(about: Mapping[str, Any], size: int) -> str:
    what = about["name"] or f"{about['from']}..{about['to']}"
    return f"evidence_{about['kind']}_{what}_{size}.zip".replace("/", "-").replace(" ", "-")
