"""Whether a figure comes out on paper as it is on the page; one that WeasyPrint would draw wrongly is mended.

Runs where pages are laid out, for what a figure holds is untrusted. Knows pictures, not where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docctl.errors import Invalid
from docctl.errors.message import Foreign, Message
from docctl.render import fonts

_VECTOR: Final = "image/svg+xml"


@dataclass(frozen=True)
class Asset:
    """A figure: `name` is what people call it, for the sentence of a refusal."""

    name: str
    media_type: str
    data: bytes


def drawable(assets: Mapping[str, Asset]) -> dict[str, Asset]:
    """The figures as they can be drawn. Raises Invalid naming those that cannot."""
    problems, made = {}, {}
    for key, figure in assets.items():
        try:
            made[key] = _vector(figure) if figure.media_type == _VECTOR else _picture(figure)
        except _Undrawable as error:
            problems[figure.name] = error.why
    if problems:
        raise Invalid(problems)
    return made


class _Undrawable(Exception):
    """`why` says what to do."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


def _picture(figure: Asset) -> Asset:
    # Both come with WeasyPrint, which draws with them.
    from PIL import Image, ImageFile

    # It would be drawn as far as it goes, and nobody would be told.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(figure.data)) as picture:
            picture.load()
            return replace(figure, data=_in_eight_bits(picture)) if picture.mode[0] == "I" else figure
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable(error) from None


def _in_eight_bits(picture: Any) -> bytes:
    """A grey picture of sixteen bits, which would come out black."""
    kept = BytesIO()
    picture.convert("I").point(lambda value: value * (1 / 256)).convert("L").save(kept, "PNG")
    return kept.getvalue()


def _vector(figure: Asset) -> Asset:
    try:
        # In the process that has given up its rights, as WeasyPrint itself reads it a moment later.
        root = ElementTree.fromstring(figure.data)  # noqa: S314
    except ElementTree.ParseError as error:
        raise _unreadable(error) from None
    if lost := "".join(_only_on_screen(root)):
        raise _Undrawable(
            Message(
                "its text “{words}” is HTML within the drawing, and would not be on paper; export it with "
                "its text as SVG text (draw.io: switch off “Formatted text” and “Word wrap”), or as PNG",
                words=" ".join(lost.split())[:40],
            )
        )
    if unknown := fonts.missing("".join(map(_words, _named(root, "text")))):
        raise _Undrawable(Message("no font has {characters}; write it otherwise", characters=unknown))
    return figure


def _only_on_screen(root: Element) -> Iterator[str]:
    """What stands in a foreignObject, and not in the text that the drawing has for who cannot show that."""
    instead = {id(child): switch for switch in _named(root, "switch") for child in switch}
    for foreign in _named(root, "foreignObject"):
        switch = instead.get(id(foreign))
        drawn = "" if switch is None else "".join(map(_words, _named(switch, "text")))
        if _words(foreign) not in drawn:
            yield " ".join(foreign.itertext())


def _named(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if str(element.tag).rpartition("}")[2] == name]


def _words(element: Element) -> str:
    return "".join("".join(element.itertext()).split())


def _unreadable(error: Exception) -> _Undrawable:
    why = Foreign(str(error)[:200])
    return _Undrawable(Message("cannot be read as a picture ({why}); mend or replace it", why=why))
