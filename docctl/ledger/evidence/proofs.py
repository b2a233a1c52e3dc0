"""Signed notes and Merkle proofs: C2SP signed-note and tlog-checkpoint, RFC 6962, RFC 9162."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from typing import Dict, List, NamedTuple, Sequence

from docctl.ledger.evidence.canonical import Broken
from docctl.ledger.evidence.ed25519 import is_signed

HASH = re.compile("[0-9a-f]{64}")
SIZE = re.compile("[1-9][0-9]{0,14}")


class Root(NamedTuple):
    """The Merkle root over the first `size` events."""

    size: int
    root: bytes


def parse_key(text: str) -> "tuple[str, bytes]":
    """The name and the 32 bytes of a key `name+keyid+base64`. Raises Broken for anything else."""
    parts = text.split("+", 2)
    if len(parts) == 3:
        data = unbase64(parts[2], "the key " + parts[0])
        named = sha256(parts[0].encode() + b"\n" + data).hexdigest()[:8]
        if len(data) == 33 and data[0] == 1 and named == parts[1] and parts[0]:
            return parts[0], data[1:]
    raise Broken("this is no key of the form name+keyid+base64: " + text[:80])


def unbase64(text: str, what: str) -> bytes:
    """Base64 in its one usual form. Raises Broken."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Broken(what + " is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Broken(what + " is not base64 in its usual form")
    return data


def unhex(text: object, what: str) -> bytes:
    """A SHA-256 in hexadecimal. Raises Broken."""
    if not isinstance(text, str) or not HASH.fullmatch(text):
        raise Broken(what + " is no SHA-256 in hexadecimal")
    return bytes.fromhex(text)


def signed_text(note: bytes, log: str, keys: Dict[str, bytes], what: str) -> List[str]:
    """The lines of a note that one of the keys signed under the name of the log. Raises Broken.

    `keys`: by their whole text `name+keyid+base64` the 32 bytes.
    """
    try:
        lines = note.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Broken(what + " is not text") from None
    if len(lines) != 6 or lines[3] or lines[5] or not lines[4].startswith("\u2014 " + log + " "):
        raise Broken(what + " is not a note of three lines that " + log + " signed")
    text = "\n".join(lines[:3]) + "\n"
    data = unbase64(lines[4].split(" ", 2)[2], "the signature of " + what)
    for known, public in keys.items():
        name, keyid, _ = known.split("+", 2)
        if name == log and data[:4].hex() == keyid and is_signed(public, text.encode(), data[4:]):
            return lines[:3]
    raise Broken(what + " is not signed by a known key of " + log)


def checkpoint(note: bytes, log: str, keys: Dict[str, bytes], what: str) -> Root:
    """The checkpoint in a note. Raises Broken."""
    lines = signed_text(note, log, keys, what)
    root = unbase64(lines[2], "the root of " + what)
    if lines[0] != log or not SIZE.fullmatch(lines[1]) or len(root) != 32:
        raise Broken(what + " is not a checkpoint of " + log)
    return Root(int(lines[1]), root)


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes, RFC 6962 2.1."""
    return sha256(b"\1" + left + right).digest()


def is_included(seq: int, leaf: bytes, path: Sequence[bytes], under: Root) -> bool:
    """Whether event `seq` is under the root, RFC 9162 2.1.3.2."""
    at, last, found = seq - 1, under.size - 1, leaf
    if not 0 <= at <= last:
        return False
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == under.root


def is_consistent(old: Root, path: Sequence[bytes], new: Root) -> bool:
    """Whether the first events under the new root are those under the old one, RFC 9162 2.1.4.2."""
    if not 0 < old.size <= new.size:
        return False
    if old.size == new.size:
        return not path and old.root == new.root
    rest = [old.root, *path] if old.size & (old.size - 1) == 0 else list(path)
    at, last = old.size - 1, new.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not rest:
        return False
    older = newer = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node(sibling, older), node(sibling, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node(newer, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old.root and newer == new.root
