"""Documents that are enclosed in a text, as PDF: on paper each page of theirs is a page, drawn as a picture.

A picture holds no script, no form and no font that a printer lacks, and takes stamp, head and foot as any
page does; a numbered copy has them all (DC-01). Runs where pages are laid out, for what such a file holds
is untrusted: no other file knows pdfium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.render.figures import Asset

MEDIA_TYPE: Final = "application/pdf"
MOST_PAGES: Final = 200
"""Of all that is enclosed in one document; each takes a tenth of a second and some 100 KB."""
_DOTS: Final = 150
_LONGEST_SIDE: Final = 1_000 / 25.4 * 72
"""A page of a metre, in points: larger ones are drawings for a plotter."""
_POINTS: Final = 72
_GREY: Final = 8
"""By how much the colours of a grey scan may differ, of 255."""


def drawn(root: Element, assets: Mapping[str, Asset], address: str) -> dict[str, Asset]:
    """The assets, with each page of what is enclosed among them, and `root` shows these in its place.

    Raises Invalid naming the files that cannot be read, or are too long.
    """
    pages: dict[str, tuple[Asset, ...]] = {}
    problems: dict[str, Message] = {}
    left = MOST_PAGES
    for key, asset in assets.items():
        if asset.media_type == MEDIA_TYPE:
            try:
                pages[key] = tuple(_pages(asset, left))
                left -= len(pages[key])
            except _Unreadable as error:
                problems[asset.name] = error.why
    if problems:
        raise Invalid(problems)
    _show(
        root,
        {f"{address}{key}": [f"{address}{key}-{n}" for n, _ in enumerate(of)] for key, of in pages.items()},
    )
    kept = {key: asset for key, asset in assets.items() if key not in pages}
    return kept | {f"{key}-{n}": page for key, of in pages.items() for n, page in enumerate(of)}


@dataclass
class _Unreadable(Exception):
    """`why` says what to do."""

    why: Message


def _pages(asset: Asset, most: int) -> Iterator[Asset]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(asset.data) as document:
            if len(document) > most:
                raise _Unreadable(
                    Message(
                        "has too many pages; at most {most} are enclosed in one document", most=MOST_PAGES
                    )
                )
            if not len(document):
                raise _Unreadable(Message("has no page; enclose the document itself"))
            for page in document:
                yield Asset(asset.name, *_picture(page))
    except pypdfium2.PdfiumError:
        raise _Unreadable(
            Message("cannot be read as PDF, or asks for a password; save it anew without one, or scan it")
        ) from None


def _picture(page: Any) -> tuple[str, bytes]:
    if max(page.get_size()) > _LONGEST_SIDE:
        raise _Unreadable(
            Message("has a page longer than one metre; enclose it in parts that can be printed")
        )
    picture = page.render(scale=_DOTS / _POINTS, may_draw_forms=False).to_pil().convert("RGB")
    kept = BytesIO()
    if _is_grey(picture):
        picture.convert("L").quantize(16).convert("L").save(kept, "PNG")
        return "image/png", kept.getvalue()
    picture.save(kept, "JPEG", quality=85)
    return "image/jpeg", kept.getvalue()


def _is_grey(picture: Any) -> bool:
    from PIL import ImageChops

    red, green, blue = picture.split()
    return all(max(ImageChops.difference(red, one).histogram()[_GREY + 1 :]) == 0 for one in (green, blue))


def _show(root: Element, pages: Mapping[str, list[str]]) -> None:
    """Each figure that is such a file becomes its pages, with its caption before the first of them."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for image in [one for one in root.iter("img") if one.get("src") in pages]:
        around = parents[image]
        place, said = list(around).index(image), image.get("alt", "")
        around.remove(image)
        enclosed = Element("span", {"class": "enclosed"})
        enclosed.tail = image.tail
        around.insert(place, enclosed)
        many = pages[image.get("src", "")]
        for n, address in enumerate(many, 1):
            SubElement(enclosed, "img", {"src": address, "alt": f"{said} {n}/{len(many)}"})
        around.set("class", f"{around.get('class', '')} encloses".strip())
