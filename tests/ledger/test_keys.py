"""The key file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from docctl.errors import Invalid, NotFound, WrongState
from docctl.ledger import keys


def test_a_key_is_read_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "site.pem"
    key = keys.generate()
    old = os.umask(0)
    try:
        keys.save(key, path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert keys.public_bytes(keys.load(path)) == keys.public_bytes(key)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "site.pem"
    keys.save(keys.generate(), path)
    before = path.read_bytes()
    with pytest.raises(WrongState):
        keys.save(keys.generate(), path)
    assert path.read_bytes() == before


def test_a_raw_seed_is_a_key_too(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    path.write_bytes(bytes(range(32)))
    public = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    assert keys.public_bytes(keys.load(path)).hex() == public


def test_a_missing_key_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no key"):
        keys.load(tmp_path / "none")


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secret = BestAvailableEncryption(b"secret")
    for data in (
        b"",
        b"no key",
        keys.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret),
        generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ):
        path.write_bytes(data)
        with pytest.raises(Invalid):
            keys.load(path)
