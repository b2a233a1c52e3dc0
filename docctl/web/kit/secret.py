"""The key that signs the cookies of a site: made once, beside its other key, for the owner's eyes only."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from docctl.door.site import Site
from docctl.errors import Usage
from docctl.store.durable import refusing

NAME: Final = "web.secret"
_BYTES: Final = 32


def of(site: Site) -> str:
    """The key of this site. All its processes have the same one."""
    path = site.path / "keys" / NAME
    if not path.exists():
        if site.read_only:
            return secrets.token_hex(_BYTES)  # sign-ins end with this process in any case
        _make(path)
    key = path.read_text("ascii", errors="replace").strip()
    if len(key) < _BYTES:
        raise Usage("{path} is not a key; delete it, and everybody signs in once more", path=path)
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and only once: of two processes the second one finds the key of the first."""
    with refusing(path):
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f".{NAME}-{secrets.token_hex(4)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(part)
        finally:
            part.unlink(missing_ok=True)
