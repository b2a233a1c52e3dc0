"""A file is what its bytes say; what is none of the types that run nowhere is refused; a picture is whole."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from docctl.errors import Invalid
from docctl.render.preview import preview
from docctl.store import sniffing
from tests.support.record_files import PDF, SOUND, photo

TAKEN = {
    "image/jpeg": photo(size=(8, 8)),
    "image/png": photo(size=(8, 8), form="PNG"),
    "image/webp": photo(size=(8, 8), form="WEBP"),
    "application/pdf": PDF,
    "audio/mpeg": SOUND,
    "audio/mp4": b"\0\0\0\x20ftypM4A " + bytes(20),
    "audio/ogg": b"OggS\0" + bytes(20),
    "audio/wav": b"RIFF\n\0\n\0WAVE",
    "audio/amr": b"#!AMR\n" + bytes(20),
    "audio/flac": b"fLaC" + bytes(20),
}
REFUSED = [
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"<!doctype html><script>alert(1)</script>",
    b"GIF89a<script>",
    b"PK\3\4" + bytes(40),
    b"\0\0\0\x20ftypisom" + bytes(20),
    b"\x7fELF" + bytes(40),
    b"\n%PDF-1.7\n%%EOF",
    b"%PDF-1.7 without an end",
    b"\xff\xd8",
    b"text",
]


@pytest.mark.rule("SE-28")
@pytest.mark.parametrize("media", list(TAKEN))
def test_each_type_that_is_taken_is_told_by_its_bytes(media: str) -> None:
    assert sniffing.media_type(TAKEN[media]) == media


@pytest.mark.rule("SE-28")
@pytest.mark.parametrize("data", REFUSED)
def test_what_is_none_of_them_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        sniffing.media_type(data)


def test_an_empty_and_an_oversized_file_are_refused_with_the_sizes() -> None:
    with pytest.raises(Invalid, match="empty"):
        sniffing.check_size(b"", 10)
    with pytest.raises(Invalid, match="has 2 MB, and at most 1 MB"):
        sniffing.check_size(bytes(1_000_001), 1_000_000)


def bomb() -> bytes:
    """A picture of a few kilobytes that would be half a gigabyte in memory."""
    kept = BytesIO()
    Image.new("1", (20_000, 20_000)).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.rule("SE-29")
def test_a_picture_that_is_cut_off_or_would_fill_the_memory_is_refused() -> None:
    whole = photo(size=(900, 900))
    assert Image.open(BytesIO(preview(whole))).size == (900, 900)
    for data, said in ((whole[:-200], "no whole picture"), (b"\x89PNG\r\n\x1a\n", "no whole picture")):
        with pytest.raises(Invalid, match=said):
            preview(data)
    with pytest.raises(Invalid, match="too many pixels"):
        preview(bomb())
