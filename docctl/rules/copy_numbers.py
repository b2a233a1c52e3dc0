"""What names one controlled copy: the number that people read, the token that its code holds."""

from __future__ import annotations

import base64
import re
import unicodedata
from typing import Final

from docctl.errors import Defect, Invalid
from docctl.errors.message import Message, Typed


def copy_number(document_number: str, running: int) -> str:
    """`LX-CX-2019-001#007`."""
    return f"{document_number}#{running:03d}"


def parse_copy_number(text: str) -> tuple[str, int]:
    """(document number as typed, running number). Raises Invalid."""
    found = re.fullmatch(r"(.*\S)\s*#\s*([0-9]{1,9})", unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found[2]) == 0:
        raise Invalid(
            {
                "copy": Message(
                    "{text} is not a copy number; write it like LX-CX-2019-001#007.", text=Typed(text)
                )
            }
        )
    return found[1], int(found[2])


def token_text(random: bytes) -> str:
    """The token of a copy, from 16 random bytes: 26 characters that a QR code stores compactly."""
    if len(random) != 16:
        raise Defect("a token is made from 16 random bytes, not {many}", many=len(random))
    return base64.b32encode(random).decode().rstrip("=")


def normal_token(text: str) -> str | None:
    """The stored form of a token as somebody typed it, or None if it cannot be one.

    Any case, with blanks or hyphens; 0 and 1 are read as the letters O and I, for neither figure occurs.
    """
    typed = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKES)
    return typed if re.fullmatch(r"[A-Z2-7]{26}", typed) else None


def without_address(typed: str, longest: int = 200) -> str:
    """What a hand scanner types is the whole address of the QR code. What is too long stays so: unknown."""
    text = re.sub(r"^\s*(https?://.*)?/c/", "", typed, flags=re.IGNORECASE)
    return text[: longest + 1].strip().strip("/")


def lacks_running_number(text: str) -> bool:
    """Whether somebody typed the number of a document where a copy was asked for: no # and what follows."""
    typed = unicodedata.normalize("NFKC", text).strip()
    number = re.fullmatch(r"[\w.]+(?:[-/ ]+[\w.]+)+", typed) is not None and normal_token(text) is None
    return number and bool(re.search(r"\d", typed)) and bool(re.search(r"[^\W\d_]", typed))


_LOOK_ALIKES: Final = str.maketrans("01", "OI")
