"""The vault gives back the bytes that were kept, or says that it cannot."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from docctl.errors import Busy, Invalid, Tampered
from docctl.store.vault import Vault

PDF = b"%PDF-1.7 ..."
DIGEST = hashlib.sha256(PDF).hexdigest()

FLUSHES_OF_A_FIRST_KEEP = 5  # three folders made, the file, and the folder that names it


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def place(vault: Vault, digest: str = DIGEST) -> Path:
    return vault.directory / digest[:2] / digest[2:4] / digest


def test_bytes_are_kept_under_their_hash(vault: Vault) -> None:
    assert not vault.has(DIGEST)
    assert vault.keep(PDF) == DIGEST
    assert vault.read(DIGEST) == PDF
    assert vault.has(DIGEST)
    assert place(vault).stat().st_mode & 0o222 == 0


def test_keeping_the_same_bytes_again_writes_nothing(vault: Vault) -> None:
    vault.keep(PDF)
    before = place(vault).stat()
    vault.keep(PDF)
    after = place(vault).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("damage", [b"", b"other", PDF[:-1]])
@pytest.mark.rule("CP-38")
def test_a_damaged_file_is_reported_and_mended_only_by_the_right_bytes(vault: Vault, damage: bytes) -> None:
    vault.keep(PDF)
    place(vault).unlink()
    place(vault).write_bytes(damage)
    with pytest.raises(Tampered, match="other content"):
        vault.read(DIGEST)
    vault.keep(PDF)
    assert vault.read(DIGEST) == PDF


def test_a_missing_file_is_named(vault: Vault) -> None:
    with pytest.raises(Tampered, match=f"{DIGEST} is missing"):
        vault.read(DIGEST)


@pytest.mark.parametrize("digest", ["../../etc/passwd", DIGEST.upper(), DIGEST + "\n", ""])
@pytest.mark.rule("SE-20")
def test_only_a_hash_is_looked_up(vault: Vault, digest: str) -> None:
    for ask in (vault.has, vault.read):
        with pytest.raises(Invalid):
            ask(digest)


def test_the_list_holds_kept_files_only(vault: Vault) -> None:
    assert list(vault.all()) == []
    digests = [vault.keep(bytes([number])) for number in range(5)]
    (place(vault, digests[0]).parent / ".tmp-left-by-a-kill").write_bytes(b"half")
    assert list(vault.all()) == sorted(digests)


@pytest.mark.parametrize("k", range(8))
@pytest.mark.rule("CP-29")
def test_a_disk_that_fails_at_any_moment_leaves_nothing_half_kept(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, k: int
) -> None:
    calls: list[int] = []
    real = os.fsync

    def fails(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == k + 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fails)
    if k < FLUSHES_OF_A_FIRST_KEEP:
        with pytest.raises(Busy, match="could not be written: Input/output error"):
            vault.keep(PDF)
        assert [path for path in vault.directory.rglob("*") if path.is_file()] in ([], [place(vault)])
    assert vault.keep(PDF) == DIGEST
    assert vault.read(DIGEST) == PDF


def test_a_name_is_on_disk_before_keep_returns(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    vault.keep(PDF)
    file, folder = synced[-2:]
    assert Path(file).name.startswith(".tmp-")
    assert folder == str(place(vault).parent)
