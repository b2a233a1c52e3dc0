"""A photo made small for a page: drawn anew, without what the camera wrote into it, the place included.

Making one also proves that the picture is whole. The file itself is evidence, and stays as it was given.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message

MEDIA: Final = "image/jpeg"
_SIDE: Final = 1280
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 50_000_000
"""More are taken in a JPEG, which is decoded at an eighth."""
MOST_PIXELS_OF_JPEG: Final = 89_000_000


def preview(data: bytes) -> bytes:
    """A JPEG of at most 1280 pixels a side. Raises Invalid for `file`: not whole, or too large."""
    from PIL import Image, ImageFile, ImageOps

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    kept = BytesIO()
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            _check_pixels(*picture.size, is_jpeg=data[:2] == b"\xff\xd8")
            picture.draft("RGB", (_SIDE, _SIDE))
            picture.load()
            drawn = ImageOps.exif_transpose(picture)
            drawn.thumbnail((_SIDE, _SIDE))
            white = Image.new("RGB", drawn.size, "white")
            seen = drawn.convert("RGBA")
            white.paste(seen, mask=seen.getchannel("A"))
            white.save(kept, "JPEG", quality=80)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception:  # noqa: BLE001 - what decoders raise for hostile bytes is not one kind of thing
        raise Invalid({"file": Message("is no whole picture; take or save it again")}) from None
    return kept.getvalue()


def _check_pixels(width: int, height: int, *, is_jpeg: bool) -> None:
    if width * height > (MOST_PIXELS_OF_JPEG if is_jpeg else MOST_PIXELS):
        raise _too_large()


def _too_large() -> Invalid:
    return Invalid({"file": Message("has too many pixels to be opened; make the picture smaller")})
