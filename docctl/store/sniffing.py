"""What a file that somebody hands in is: told by its bytes alone, not by its name nor by what a browser says.

Only types that cannot run in a reader's browser are known; SVG and HTML are none of them (SE-28).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message


@dataclass(frozen=True)
class Upload:
    """A file as it came: what its sender called it, and its bytes."""

    name: str
    data: bytes


_MP4_SOUND: Final = (b"M4A ", b"M4B ", b"F4A ")


def media_type(data: bytes) -> str:
    """The type of these bytes. Raises Invalid for `file` where it is none that is taken."""
    found = _by_its_beginning(data)
    if found is None:
        raise Invalid(
            {
                "file": Message(
                    "is not of a kind that is taken; take a photo (JPEG, PNG, WebP), a PDF, "
                    "or sound (MP3, M4A, OGG, WAV, AMR, FLAC)"
                )
            }
        )
    if found == "application/pdf" and b"%%EOF" not in data[-2048:]:
        raise Invalid({"file": Message("is a PDF without its end; scan or save it again")})
    return found


def check_size(data: bytes, most: int) -> None:
    """Raises Invalid for `file` where there is nothing in it, or more than `most` bytes."""
    if not data:
        raise Invalid({"file": Message("is empty; choose the file again")})
    if len(data) > most:
        raise Invalid(
            {
                "file": Message(
                    "has {size} MB, and at most {most} MB are taken; make it smaller, or ask whoever "
                    "runs the machine for more (attachment_mb in docctl.toml)",
                    size=-(-len(data) // 1_000_000),
                    most=most // 1_000_000,
                )
            }
        )


def _by_its_beginning(data: bytes) -> str | None:
    for beginning, media in _BEGINNINGS:
        if beginning.match(data):
            return media
    if data[4:8] == b"ftyp" and data[8:12] in _MP4_SOUND:
        return "audio/mp4"
    return None


# `re.match` on bytes: at the very beginning, so that nothing can stand before it.
_BEGINNINGS: Final = tuple(
    (re.compile(beginning, re.DOTALL), media)
    for beginning, media in (
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"%PDF-[12]\.\d", "application/pdf"),
        (rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2]", "audio/mpeg"),
        (rb"OggS\x00", "audio/ogg"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"#!AMR(-WB)?\n", "audio/amr"),
        (rb"fLaC", "audio/flac"),
    )
)
