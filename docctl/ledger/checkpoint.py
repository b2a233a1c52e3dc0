"""Checkpoints: the size and root of the log in a signed note (C2SP signed-note, tlog-checkpoint).

Knows Ed25519 and the text format; nothing of events, sites or files. Notes may come from anywhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Message
from docctl.ledger import keys
from docctl.ledger.merkle import HASH_SIZE

ED25519 = 1
MAX_NOTE = 1 << 20
MAX_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`size` events of the log `origin` have this Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def root_text(self) -> str:
        """The root as a note has it: base64."""
        return _encode(self.root)

    def __str__(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{self.root_text}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. `name` and `key_id` together say which key is meant to have signed."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and the signatures below it, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """The vkey text: `name+hex key id+base64 of type and key`."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([ED25519]) + self.public)}"


def vkey(origin: str, public: bytes) -> str:
    """The text under which others know the key of a log; `public` is 32 bytes."""
    return str(VerifierKey(_name(origin), _exactly(32, public, Message("key"))))


def parse_vkey(text: str) -> VerifierKey:
    """A C2SP verifier key, `name+keyid+base64`. Raises Invalid."""
    name, plus, rest = text.partition("+")
    key_id, second_plus, encoded = rest.partition("+")
    if not plus or not second_plus:
        raise Invalid("A verifier key has the form name+key id+key.")
    data = _exactly(33, _decode(encoded), Message("verifier key"))
    if data[0] != ED25519:
        raise Invalid("Verifier keys of type {kind} are not known here; Ed25519 is type 1.", kind=data[0])
    key = VerifierKey(_name(name), data[1:])
    if key.key_id.hex() != key_id:
        raise Invalid(
            "The verifier key of {name} does not have the key id {key_id}. Copy it again.",
            name=name,
            key_id=key_id[:8],
        )
    return key


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> bytes:
    """A checkpoint as a note with one signature, by the log's own key, under the log's own name.

    The caller sees to it that nothing is signed that is not an extension of what was signed before.
    """
    checkpoint = Checkpoint(_name(origin), size, _exactly(HASH_SIZE, root, Message("root")))
    if size < 0:
        raise Invalid("The size of a log is not negative.")
    return sign_note(origin, str(checkpoint), key)


def sign_note(origin: str, text: str, key: Ed25519PrivateKey) -> bytes:
    """A text of lines, the first of which is the name of the log, as a note with one signature by its key."""
    verifier = VerifierKey(_name(origin), keys.public_bytes(key))
    signature = key.sign(text.encode())
    return f"{text}\n— {origin} {_encode(verifier.key_id + signature)}\n".encode()


def parse(note: bytes) -> Checkpoint:
    """What a note claims, unverified. Raises Invalid for anything that is not exactly a checkpoint."""
    return _checkpoint(parse_note(note).text)


def verify(note: bytes, vkeys: Iterable[str]) -> Checkpoint:
    """The checkpoint in a note that the log's own key signed; Tampered when none of `vkeys` did.

    Several keys may be given, for the time after a key was changed. The key has to bear the name
    of the log: a good signature of another log vouches for nothing here.
    """
    checkpoint = parse(note)
    if checkpoint.origin not in verify_note(note, vkeys):
        raise Tampered(
            "The checkpoint of {origin} is not signed by a known key of this log.", origin=checkpoint.origin
        )
    return checkpoint


def parse_note(note: bytes) -> Note:
    """A signed note, its signatures not verified yet. Raises Invalid."""
    if len(note) > MAX_NOTE:
        raise Invalid("The note is longer than 1 MiB.")
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("The note is not UTF-8.") from error
    if re.search("[\x00-\x09\x0b-\x1f]", text):
        raise Invalid("The note contains a control character.")
    body, blank, below = text.rpartition("\n\n")
    if not body or not blank or not below.endswith("\n"):
        raise Invalid("A note is a text, an empty line and signature lines, each ending in a newline.")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Invalid("The note has more than {most} signatures.", most=MAX_SIGNATURES)
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def verify_note(note: bytes, vkeys: Iterable[str]) -> frozenset[str]:
    """The names that signed, of those given. A false signature of a known key spoils the note."""
    known = {(key.name, key.key_id): key for key in map(parse_vkey, vkeys)}
    parsed = parse_note(note)
    signed = set()
    for line in parsed.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue  # witnesses and other kinds of keys: the specification says to pass over them
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(line.signature, parsed.text.encode())
        except InvalidSignature as error:
            raise Tampered(
                "The signature of {line} does not fit the text of the note.", line=line.name
            ) from error
        signed.add(line.name)
    return frozenset(signed)


def _checkpoint(text: str) -> Checkpoint:
    origin, *rest = text[:-1].split("\n")
    # Extension lines are allowed by the specification and advised against; this log writes none.
    if len(rest) != 2 or not origin:
        raise Invalid("A checkpoint has three lines: the log, the number of events and the root.")
    size, root = rest
    if not re.fullmatch("0|[1-9][0-9]{0,17}", size):
        raise Invalid("The number of events in a checkpoint is a plain decimal number.")
    return Checkpoint(origin, int(size), _exactly(HASH_SIZE, _decode(root), Message("root")))


def _signature(line: str) -> Signature:
    dash, *rest = line.split(" ")
    if dash != "—" or len(rest) != 2:
        raise Invalid("A signature line is a dash, a name and a signature, with one blank between them.")
    data = _decode(rest[1])
    if len(data) <= 4:
        raise Invalid("A signature is shorter than its key id.")
    return Signature(_name(rest[0]), data[:4], data[4:])


def _name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise Invalid("The name of a log or key is not empty and contains neither blanks nor '+'.")
    return name


def _exactly(length: int, data: bytes, what: Message) -> bytes:
    if len(data) != length:
        raise Invalid(
            "The {what} has {many} bytes where {length} are needed.", what=what, many=len(data), length=length
        )
    return data


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("A note or key contains something that is not base64.") from error
    # One spelling for one value: the unused last bits must be zero.
    if _encode(data) != text:
        raise Invalid("A note or key contains base64 that is not in its usual form.")
    return data
