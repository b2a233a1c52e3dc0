"""The site's Ed25519 key in a file that only its owner can read. Knows nothing of what is signed."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from docctl.errors import Invalid, NotFound, WrongState


def generate() -> Ed25519PrivateKey:
    """A new key, in memory only."""
    return Ed25519PrivateKey.generate()


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of RFC 8032."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def save(key: Ed25519PrivateKey, path: Path) -> None:
    """Write the key as PEM with mode 0600. A file that is there already is never overwritten."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise WrongState(
            "There is a key in {path} already. Move it away before making another.", path=path
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(descriptor)


def load(path: Path) -> Ed25519PrivateKey:
    """The key of a file: PEM (PKCS 8, no passphrase) or the 32 raw bytes of the seed."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(
            "There is no key in {path}. Restore it from a backup or rebuild the site.", path=path
        ) from error
    if len(data) == 32:
        return Ed25519PrivateKey.from_private_bytes(data)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("{path} holds no readable private key. Restore it from a backup.", path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid("{path} holds a key of another kind. An Ed25519 key is needed.", path=path)
    return key
