"""The print of a controlled copy: the issued PDF with the copy's stamp. A pure function of base and row.

It is not stored: its SHA-256 is in the event of the copy, and the same bytes are made again when wanted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from docctl.errors import WrongState
from docctl.models.copies import Copy
from docctl.models.documents import Revision
from docctl.render import fonts, stamp
from docctl.render.marks import Controlled
from docctl.rules.words import Own

if TYPE_CHECKING:
    from docctl.door.site import Site


_EXCHANGE: Final = Own(zh="换发", en="exchange")


def url(address: str, token: str) -> str:
    """What the QR code of a copy holds. Without a public address it is a path only, good for trial."""
    return f"{address}/c/{token}"


def url_of_document(address: str, number: str) -> str:
    """What the QR code of a print for reading holds: where the revision in force is; none in a trial."""
    return f"{address}/documents/{quote(number)}" if address else ""


def mark_of(address: str, copy: Copy) -> Controlled:
    """What is stamped on this copy. Raises Invalid for a holder whose name no font can print."""
    fonts.refuse_missing_in(copy.holder_name, "holder")
    again = f"（{_EXCHANGE.stamped} {copy.print_no - 1}）" if copy.print_no > 1 else ""
    return Controlled(
        number=copy.number,
        holder=copy.holder_name,
        day=f"{copy.issued_day.isoformat()}{again}",
        url=url(address, copy.token),
        trial=not address,
        signed="" if copy.signed_root is None else f"{copy.signed_size} {copy.signed_root}",
    )


def base(site: Site, revision: Revision, what: str) -> bytes:
    """The issued PDF of a revision called `what`. Raises WrongState where it was issued without one."""
    if revision.pdf_sha256 is None:
        raise WrongState(
            "{what} was issued while PDFs were off, so there is nothing to print; set pdf = true in "
            "docctl.toml before you issue its next revision",
            what=what,
        )
    return site.vault.read(revision.pdf_sha256)


def stamped_sha256(site: Site, revision: Revision, copy: Copy, address: str) -> str | None:
    """The SHA-256 of a copy's print, for its event; None where the revision has no PDF."""
    if revision.pdf_sha256 is None:
        return None
    made = stamp.stamp(site.vault.read(revision.pdf_sha256), mark_of(address, copy))
    return hashlib.sha256(made).hexdigest()
