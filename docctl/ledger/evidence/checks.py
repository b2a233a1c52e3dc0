"""Verifies an evidence file of docctl on plain Python (3.9 or later). Needs nothing but itself and the file.

    python3 verify.py FILE.zip [--key NAME+KEYID+BASE64]

One line for each check. Ends with 0: all is as it was written; 1: something is not; 2: that cannot be told.
Take the key from somewhere else than the file: without it, the file is compared with the key that it brings.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from docctl.ledger.evidence.archive import Archive, Member
from docctl.ledger.evidence.canonical import Broken, Unknown, loads
from docctl.ledger.evidence.content import check_revisions, check_signatures, check_values, expected
from docctl.ledger.evidence.page import Page
from docctl.ledger.evidence.proofs import (
    Root,
    checkpoint,
    is_consistent,
    is_included,
    parse_key,
    signed_text,
    unhex,
)
from docctl.ledger.evidence.rows import Rows
from docctl.ledger.evidence.subject import check_subject

FORMAT = "docctl-evidence"
VERSION = 1
PDF = "index.pdf"
FIXED = frozenset(
    (
        "README.txt",
        "checkpoint",
        "consistency.jsonl",
        "events.jsonl",
        "index.html",
        "keys",
        "manifest.json",
        "manifest.note",
        "proofs.jsonl",
        "verify.py",
        "words.json",
    )
)
MEMBERS = frozenset(
    ("act", "actor", "at", "details", "log", "object", "op", "rows", "schema", "seq", "v", "via", "why")
)


class Verifier:
    """One evidence file and what is known of it so far. `trusted`: the key that the reader brought."""

    def __init__(self, archive: Archive, trusted: Optional[str]) -> None:
        self.archive = archive
        self.trusted = trusted
        self.rows = Rows()
        self.manifest: Dict[str, Any] = {}
        self.keys: Dict[str, bytes] = {}
        self.root = Root(0, b"")

    def checks(self) -> List[Tuple[str, Callable[[], str]]]:
        """The checks by name, in an order in which each stands on those before it."""
        return [
            ("manifest", self.check_manifest),
            ("key", self.check_key),
            ("signature of the manifest", self.check_note),
            ("checkpoint", self.check_checkpoint),
            ("older checkpoints", self.check_older),
            ("events", self.check_events),
            ("subject", self.check_about),
            ("keys", self.check_keys),
            ("signatures", lambda: check_signatures(self.rows)),
            ("texts and prints", lambda: check_revisions(self.archive, self.rows)),
            ("values", lambda: check_values(self.archive, self.rows)),
            ("files", self.check_files),
            ("index.html", self.check_index),
        ]

    def check_manifest(self) -> str:
        """Every file is there as the manifest has it, and no other."""
        read = loads(self.archive.read("manifest.json"), "manifest.json")
        if read.get("format") != FORMAT:
            raise Broken("manifest.json is not that of an evidence file")
        if read.get("version") != VERSION:
            raise Unknown("the file has version " + str(read.get("version")) + "; this verifier knows 1")
        self.manifest = read
        listed = {each["path"]: (each["size"], each["sha256"]) for each in read["files"]}
        if [each["path"] for each in read["files"]] != sorted(listed):
            raise Broken("manifest.json names its files in another order, or one twice")
        there = self.archive.members
        for name in sorted(set(listed) | set(there) - {"manifest.json", "manifest.note"}):
            if name not in there:
                raise Broken(name + " is missing")
            if name not in listed:
                raise Broken(name + " is not in the manifest")
            if (there[name].size, there[name].sha256) != listed[name]:
                raise Broken(name + " is not the file that the manifest names")
        return str(len(listed)) + " files are those that it names"

    def check_key(self) -> str:
        """The key that counts, and the others of the file."""
        lines = [line.decode("utf-8") for line in self.archive.lines("keys")]
        self.keys = {line: parse_key(line)[1] for line in lines}
        if self.trusted is None:
            self.trusted = next(iter(self.keys), "")
            return "NOT given: compared with the key in the file only, " + self.trusted
        if self.trusted not in self.keys:
            raise Broken("the key that you gave is none of those of the file")
        return "compared with the key that you gave"

    def check_note(self) -> str:
        """The manifest was signed by the key of the site."""
        lines = signed_text(self.archive.read("manifest.note"), self.log, self.own, "manifest.note")
        if lines[1:] != ["evidence", sha256(self.archive.read("manifest.json")).hexdigest()]:
            raise Broken("manifest.note is about another manifest")
        return "by the key of the site"

    def check_checkpoint(self) -> str:
        """The newest checkpoint, of which everything here is proved."""
        self.root = checkpoint(self.archive.read("checkpoint"), self.log, self.own, "checkpoint")
        if self.root.size != self.manifest["subject"]["size"]:
            raise Broken("checkpoint is not the one that the manifest names")
        return "signed: " + str(self.root.size) + " events, root " + self.root.root.hex()

    def check_older(self) -> str:
        """Older checkpoints are of the same history."""
        folder, many = "checkpoints/", 0
        proofs = [loads(line, "consistency.jsonl") for line in self.archive.lines("consistency.jsonl")]
        notes = [folder + "%09d" % proof["size"] for proof in proofs]
        if notes != sorted(self.archive.below(folder)):
            raise Broken("consistency.jsonl does not have a line for each file in checkpoints/")
        for name, proof in zip(notes, proofs):
            old = checkpoint(self.archive.read(name), self.log, self.keys, name)
            path = [unhex(each, "consistency.jsonl") for each in proof["path"]]
            if old.size != proof["size"] or not is_consistent(old, path, self.root) or len(proof) != 2:
                raise Broken(name + " is not of the history that the newest checkpoint signed")
            many += 1
        return str(many) + " of the same history"

    def check_events(self) -> str:
        """Each event is as it was chained, and under the root."""
        before: Dict[str, Any] = {"seq": 0}
        proofs, many, at = self.archive.lines("proofs.jsonl"), 0, ""
        for line in self.archive.lines("events.jsonl"):
            entry = loads(line, "events.jsonl, line " + str(many + 1))
            seq = entry["seq"]
            name = "event " + str(seq)
            leaf = self.leaf(entry, before, name)
            proof = loads(next(proofs, b""), "proofs.jsonl, line " + str(many + 1))
            path = [unhex(each, "proofs.jsonl") for each in proof["path"]]
            if proof["seq"] != seq or not is_included(seq, leaf, path, self.root) or len(proof) != 2:
                raise Broken(name + " is not proved to be under the checkpoint")
            body = loads(entry["body"].encode("utf-8"), "the body of " + name)
            # Where somebody confirmed that the clock had been ahead, that event alone is the earlier one.
            follows = seq == before["seq"] + 1 and body.get("act") != "site.set_clock"
            early = follows and body["at"] < at
            if body.keys() != MEMBERS or (body["log"], body["seq"]) != (self.log, seq) or early:
                raise Broken(name + " is not made as an event is")
            self.rows.add(seq, body)
            before, at, many = entry, body["at"], many + 1
        if next(proofs, None) is not None or many != self.manifest["events"]:
            raise Broken("there are more or fewer events or proofs than the manifest says")
        return str(many) + " are as they were chained, and under the checkpoint"

    def leaf(self, entry: Dict[str, Any], before: Dict[str, Any], name: str) -> bytes:
        """The hash of an event, worked out again."""
        if entry.keys() != {"body", "entry_hash", "prev_hash", "seq"} or entry["seq"] <= before["seq"]:
            raise Broken(name + " is not in its place")
        prev = unhex(entry["prev_hash"], "the hash before " + name)
        found = sha256(b"\0" + prev + entry["body"].encode("utf-8")).digest()
        if found.hex() != entry["entry_hash"]:
            raise Broken(name + " is not the one that was hashed")
        if entry["seq"] == before["seq"] + 1 and prev.hex() != before.get("entry_hash", "00" * 32):
            raise Broken(name + " does not follow on the event before it")
        return found

    def check_about(self) -> str:
        """What the file is about is there, from its first event on."""
        return check_subject(self.rows, self.manifest["subject"])

    def check_keys(self) -> str:
        """The keys are those that events named."""
        named = {
            image.row["public_key"]
            for row in self.rows.scoped("organisation")
            for image in self.rows.images("organisation", row["id"])
        }
        if named != set(self.keys):
            raise Broken("keys: they are not those that the events of the site name")
        return str(len(named)) + " of the site, each named by an event"

    def check_files(self) -> str:
        """No file is there that belongs to nothing here."""
        wanted = set(expected(self.rows)) | FIXED
        extra = [n for n in self.archive.members if n not in wanted and not n.startswith("checkpoints/")]
        if extra not in ([], [PDF]):
            raise Broken(next(n for n in extra if n != PDF) + " belongs to nothing that the file is about")
        lacking = sorted(wanted - set(self.archive.members))
        if lacking:
            raise Broken(lacking[0] + " is missing")
        return "each belongs to what the file is about; what " + PDF + " shows is signed, and not read here"

    def check_index(self) -> str:
        """The page says what the events say."""
        words = loads(self.archive.read("words.json"), "words.json")
        made = sha256()
        for part in page_of(
            Page(self.rows, words), self.archive.members, self.manifest["subject"], self.root
        ):
            made.update(part.encode("utf-8"))
        if made.hexdigest() != self.archive.members["index.html"].sha256:
            raise Broken("index.html does not say what the events and files say")
        return "says what the events and files say"

    @property
    def log(self) -> str:
        """The name of the log."""
        return str(self.manifest["log"])

    @property
    def own(self) -> Dict[str, bytes]:
        """The one key that counts now."""
        return {key: public for key, public in self.keys.items() if key == self.trusted}


def page_of(page: Page, members: Dict[str, Member], about: Dict[str, Any], root: Root) -> Iterator[str]:
    """The page of a file, a piece at a time."""
    facts = [(key, str(about[key])) for key in ("kind", "name", "from", "to") if about[key] != ""]
    facts += [("size", str(root.size)), ("root", root.root.hex())]
    names = sorted(expected(page.rows))
    files = [(name, members[name].size, members[name].sha256) for name in names]
    return page.parts(facts, files)


def verify(path: str, trusted: Optional[str] = None) -> Iterator[Tuple[Optional[bool], str]]:
    """Each check: whether it holds (None: cannot be told), and a line that says so."""
    try:
        verifier = Verifier(Archive(path), trusted)
    except Broken as error:
        yield False, "ZIP: " + str(error)
        return
    except Unknown as error:
        yield None, str(error)
        return
    yield True, "ZIP: written as these files are"
    try:
        yield from _checked(verifier)
    finally:
        verifier.archive.close()
        verifier.rows.db.close()


def _checked(verifier: Verifier) -> Iterator[Tuple[Optional[bool], str]]:
    for name, check in verifier.checks():
        try:
            yield True, name + ": " + check()
        except Broken as error:
            yield False, name + ": " + str(error)
        except Unknown as error:
            yield None, name + ": " + str(error)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, LookupError, StopIteration):
            yield False, name + ": something in it is not made as it is written"
        if name == "manifest" and not verifier.manifest:
            return


def code_of(found: List[Optional[bool]]) -> int:
    """How a run ends: 1 where anything is broken, 2 where something could not be told."""
    return 1 if False in found else 2 if None in found else 0


def main(arguments: List[str]) -> int:
    """The command. Gives the exit code."""
    key = None
    if len(arguments) == 3 and arguments[1] == "--key":
        arguments, key = arguments[:1], arguments[2]
        try:
            parse_key(key)
        except Broken as error:
            print("?       " + str(error))
            return 2
    if len(arguments) != 1:
        print(__doc__)
        return 2
    found = []
    for holds, line in verify(arguments[0], key):
        found.append(holds)
        print({True: "ok      ", False: "BROKEN  ", None: "?       "}[holds] + line)
    code = code_of(found)
    said = ["all is as it was written", "NOT as it was written", "cannot be told"]
    print(said[code] + ": " + arguments[0])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
