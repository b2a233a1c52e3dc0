"""Evidence files for tests: made as people make them, altered as somebody would, and verified as an auditor does."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docctl.language import catalogues
from docctl.ledger.checkpoint import sign_note
from docctl.ledger.evidence.alone import verifier
from docctl.ledger.evidence.archive import Archive, Member, directory, local
from docctl.ledger.evidence.canonical import canonical
from docctl.queries.evidence.export import evidence_file
from docctl.queries.evidence.subjects import Asked
from docctl.rules import languages
from docctl.rules.evidence import Kind
from docctl.usecases.copies import handing
from docctl.usecases.records import attaching, opening, recording, sealing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.record_files import PDF, SOUND, attach
from tests.support.sites import World
from tests.support.written_records import fill, forms_in_force, sign

NUMBER, FORM, RECORD, CUSTOMER = "LX-CX-2019-101", "LX-R-101", "LX-R-101-2026-0001", "某厂"
COPY = f"{NUMBER}#001"
OPEN_RECORD = "LX-R-101-2026-0002"
SECOND = Path(__file__).with_name("evidence_verifier.pl")
"""The verifier that was written from docs/evidence.md and docs/ledger.md alone."""
DAYS = (date(2026, 3, 2), date(2026, 3, 2))

Asking = tuple[Kind, str]
KINDS: dict[Kind, str] = {
    Kind.DOCUMENT: NUMBER,
    Kind.RECORD: RECORD,
    Kind.COPY: COPY,
    Kind.PERSON: "staff",
    Kind.PERIOD: "",
    Kind.CUSTOMER: CUSTOMER,
}
Files = dict[str, bytes]


def story(world: World) -> None:
    """Documents in force, a copy that was signed for, a record with a correction that was sealed, and an open one."""
    forms_in_force(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff", "sales"])
    handing.acknowledge_copy(world.as_("staff"), COPY)
    number = opening.open_record(world.as_("staff"), FORM).number
    fill(world, "staff", number, reported_at="2026-03-02 09:00", customer="某")
    recording.correct_record(world.as_("staff"), number, "customer", CUSTOMER, reason="写漏一字")
    sign(world, "staff", number)
    fill(world, "staff2", number, answered_at="2026-03-02 09:30", satisfied="true")
    sign(world, "staff2", number)
    attach(world, "staff", number, "回单.pdf", PDF)
    attach(world, "staff", number, "错.mp3", SOUND)
    attaching.strike_record(world.as_("staff"), number, 2, reason="别的单子")
    attaching.vouch_record(world.as_("controller"), number, 1)
    sealing.complete_record(world.as_("staff"), number)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    fill(world, "staff", opening.open_record(world.as_("staff"), FORM).number, customer=CUSTOMER)
    checkpoint_ledger(world.as_("admin"))


def taken(world: World, kind: Kind, to: Path, login: str = "admin", name: str | None = None) -> Path:
    """An evidence file of this kind, in `to`."""
    first, last = DAYS if kind is Kind.PERIOD else (None, None)
    asked = Asked(kind=kind, name=KINDS[kind] if name is None else name, first=first, last=last)
    readers = {language: catalogues.reader(language) for language in languages.ALL}
    file = to / f"{kind}.zip"
    with evidence_file(world.as_(login), asked, readers) as made:
        file.write_bytes(made.path.read_bytes())
    return file


def files_of(file: Path) -> Files:
    """What is in it."""
    archive = Archive(str(file))
    found = {name: archive.read(name) for name in archive.members}
    archive.close()
    return found


def written(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files."""
    members: dict[str, Member] = {}
    parts, at = [], 0
    for name, data in sorted(files.items()):
        head = local(name, len(data), zlib.crc32(data))
        members[name] = Member(at + len(head), len(data), zlib.crc32(data), "")
        parts += [head, data]
        at += len(head) + len(data)
    return b"".join([*parts, *directory(members)])


def listed(files: Files, key: Ed25519PrivateKey | None) -> Files:
    """The same files with a manifest that fits them; with the key of the site it is signed too."""
    manifest = json.loads(files["manifest.json"])
    others = {name: data for name, data in files.items() if name not in ("manifest.json", "manifest.note")}
    manifest["files"] = [
        {"path": name, "sha256": sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(others.items())
    ]
    manifest["events"] = others.get("events.jsonl", b"").count(b"\n")
    made = canonical(manifest)
    note = files["manifest.note"]
    if key is not None:
        log = manifest["log"]
        note = sign_note(log, f"{log}\nevidence\n{sha256(made).hexdigest()}\n", key)
    return others | {"manifest.json": made, "manifest.note": note}


@dataclass(frozen=True)
class Verdict:
    """What a verifier said: its exit code, and the lines of what is broken."""

    code: int
    broken: str


def verdict(file: Path, alone: Path, key: str | None = None) -> Verdict:
    """What the Python file says, in a process that knows nothing of docctl."""
    if not alone.exists():
        alone.write_bytes(verifier())
    return _asked([sys.executable, "-I", "-S", "-W", "error", str(alone)], file, key)


def second_verdict(file: Path, key: str | None = None) -> Verdict:
    """What the other verifier says."""
    return _asked(["perl", str(SECOND)], file, key)


def _asked(command: list[str], file: Path, key: str | None) -> Verdict:
    words = [*command, str(file), *(["--key", key] if key else [])]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, encoding="utf-8", env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stderr == "", done.stderr
    lines = done.stdout.splitlines()
    return Verdict(done.returncode, "\n".join(line for line in lines if not line.startswith("ok ")))


def line_changed(data: bytes, number: int, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A file of lines of JSON in which one line was changed."""
    lines = data.splitlines()
    told = json.loads(lines[number])
    change(told)
    lines[number] = canonical(told)
    return b"".join(line + b"\n" for line in lines)
