"""What a stamp shows: 受控 with number, holder, day and QR; 非受控 with its expiry; 空白表单; 作废; 作废留存.

A mark is a value. Drawn, it is PDF operators for the margin at the foot of an A4 page, upright or across,
which the layout of sheets leaves free; it is an artifact, so that a reader of the text does not meet it.
Knows no PDF file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from docctl.render import qr
from docctl.render.fonts import Subset
from docctl.rules import languages
from docctl.rules.stamps import BLANK, CONTROLLED, KEPT, OBSOLETE, UNCONTROLLED
from docctl.rules.words import Own

_MM: Final = 72 / 25.4
FONT: Final = "DocctlStamp"
"""The name of the stamp's font among a page's resources."""

_RED, _BLACK = "0.8 0.1 0.1", "0 0 0"
_SEAL: Final = (86.0, 8.0, 28.0, 15.0)  # left, bottom, width, height; millimetres, like all places here
_TEXT_LEFT: Final = 117.0
_TEXT_WIDTH: Final = 52.5
_TEXT_WIDTH_WITHOUT_QR: Final = 76.0
_LINES: Final = (21.0, 16.3, 11.6, 6.9)
_LINES_ABOVE_FINE: Final = (21.2, 16.9, 12.6, 8.3)
_FINE: Final = (86.0, 4.6, 5.0, 83.0)
"""Left and bottom of the last line, the size of its type, and how long it may be."""
_QR: Final = (171.5, 5.0, 20.5)  # left, bottom, side
_SIZE: Final = 8.0
_SHORT, _LONG = 210.0, 297.0

GENERATOR: Final = "docctl, stamps from 8 mm above the edge"
"""What a base calls its maker. One that says so is stamped where every printer prints; one from before says
nothing, and is stamped where it always was: the print of a copy that is out is made again byte for byte.
"""


@dataclass(frozen=True)
class Place:
    """Where on a page the stamp stands. `across`: the page lies across; `raised`: its base says GENERATOR."""

    across: bool = False
    raised: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """Width and height."""
        return (_LONG, _SHORT) if self.across else (_SHORT, _LONG)

    @property
    def moved(self) -> str:
        """The operator that moves it from where it stood at first: to the right edge, and up."""
        right, up = self.page[0] - _SHORT, 3.6 if self.raised else 0.0
        return f"1 0 0 1 {_pt(right)} {_pt(up)} cm" if right or up else ""


@dataclass(frozen=True)
class Controlled:
    """A controlled copy. `day` is when it was issued; `trial`: there is no address its QR could lead to.

    `signed`: size and root of the ledger as it was signed by then; so each paper is a witness of it (T-16).
    """

    number: str
    holder: str
    day: str
    url: str
    trial: bool = False
    signed: str = ""


@dataclass(frozen=True)
class Uncontrolled:
    """A print for reading only; `printed` and `expires` are instants as they are shown.

    `url` leads to what is in force; a site without a public address has none.
    """

    printed: str
    expires: str
    by: str
    url: str = ""


@dataclass(frozen=True)
class Blank:
    """A form to fill in: what is written on it is kept for years, so it does not say that it expires."""

    printed: str
    by: str
    url: str = ""


@dataclass(frozen=True)
class Obsolete:
    """A print of what governs no work any more. `why`: since when; `kept` names a copy kept on purpose."""

    why: str
    printed: str
    kept: str = ""


Mark = Controlled | Uncontrolled | Blank | Obsolete


@dataclass(frozen=True)
class _Face:
    """`seal` and its English below it, the lines beside it, and what stands large across the page."""

    colour: str
    seal: str
    below: str
    lines: tuple[str, ...]
    url: str = ""
    across: str = ""
    fine: str = ""


def text_of(mark: Mark) -> str:
    """All characters that are drawn: what the stamp's font must have."""
    face = _face(mark)
    return "".join([face.seal, face.below, *face.lines, face.fine])


def draw(mark: Mark, font: Subset, place: Place) -> bytes:
    """The operators of the stamp, as one artifact."""
    face = _face(mark)
    width = _TEXT_WIDTH if face.url else _TEXT_WIDTH_WITHOUT_QR
    parts = ["/Artifact <</Type /Pagination /Subtype /Watermark>> BDC", "q"]
    parts += ["q", place.moved] if place.moved else []
    parts += _seal(face, font)
    for line, bottom in zip(face.lines, _LINES_ABOVE_FINE if face.fine else _LINES, strict=False):
        parts.append(_line(line, _TEXT_LEFT, bottom, _SIZE, width, font, _BLACK))
    if face.fine:
        left, bottom, size, longest = _FINE
        parts.append(_line(face.fine, left, bottom, size, longest, font, _BLACK))
    if face.url:
        parts.append(_code(face.url))
    parts += ["Q"] if place.moved else []
    if face.across:
        parts.append(_across(face.across, font, place.page))
    return "\n".join([*parts, "Q", "EMC\n"]).encode("ascii")


_COPY: Final = Own(zh="发放编号", en="Copy")
_HOLDER: Final = Own(zh="持有人", en="Holder")
_DAY: Final = Own(zh="发放日期", en="Date")
_SCAN: Final = Own(zh="扫码查验", en="Scan to check")
_TRIAL: Final = "试用 TRIAL：二维码不可联网查验"
_LEDGER: Final = Own(zh="审计追踪", en="Audit trail")
_NOT_FOR_WORK: Final = Own(zh="非受控文件，不作为工作依据", en="Not for use as a basis of work")
_CHECK_FIRST: Final = Own(zh="非受控，填写前核对是否现行", en="Uncontrolled: check before use")
_PRINTED: Final = Own(zh="打印时间", en="Printed")
_EXPIRES: Final = Own(zh="失效日期", en="Expires")
_BY: Final = Own(zh="打印人", en="By")
_KEPT_COPY: Final = Own(zh="留存副本", en="Copy")


def _face(mark: Mark) -> _Face:
    # A controlled copy bears the stamp of its status (DC-45) and its distribution number (DC-46).
    if isinstance(mark, Controlled):
        lines: tuple[str, ...] = (
            f"{_COPY.stamped} {mark.number}",
            f"{_HOLDER.stamped} {mark.holder}",
            f"{_DAY.stamped} {mark.day}",
            _TRIAL if mark.trial else _SCAN.stamped,
        )
        fine = f"{_LEDGER.stamped} {mark.signed}" if mark.signed else ""
        return _framed(_RED, CONTROLLED, lines, url=mark.url, fine=fine)
    if isinstance(mark, Uncontrolled):
        lines = (
            _NOT_FOR_WORK.stamped,
            f"{_PRINTED.stamped} {mark.printed}",
            f"{_EXPIRES.stamped} {mark.expires}",
            f"{_BY.stamped} {mark.by}",
        )
        return _framed(_BLACK, UNCONTROLLED, lines, url=mark.url)
    if isinstance(mark, Blank):
        lines = (_CHECK_FIRST.stamped, f"{_PRINTED.stamped} {mark.printed}", f"{_BY.stamped} {mark.by}")
        return _framed(_BLACK, BLANK, lines, url=mark.url)
    printed = f"{_PRINTED.stamped} {mark.printed}"
    if mark.kept:
        lines = (f"{_KEPT_COPY.stamped} {mark.kept}", mark.why, printed)
        return _framed(_RED, KEPT, lines, across=KEPT.primary)
    return _framed(_RED, OBSOLETE, (mark.why, printed), across=OBSOLETE.primary)


def _framed(
    colour: str, seal: Own, lines: tuple[str, ...], *, url: str = "", across: str = "", fine: str = ""
) -> _Face:
    return _Face(colour, seal.primary, seal[languages.FOREIGN], lines, url, across, fine)


def _seal(face: _Face, font: Subset) -> list[str]:
    left, bottom, width, height = _SEAL
    frame = " ".join(_pt(value) for value in (left, bottom, width, height))
    size = min(22.0, (width - 4) * _MM / font.width(face.seal, 1))
    below = min(6.5, (width - 2) * _MM / font.width(face.below, 1))
    return [
        f"{face.colour} RG 1.4 w {frame} re S",
        _middle(face.seal, left + width / 2, bottom + 5.6 + (22 - size) * 0.12, size, font, face.colour),
        _middle(face.below, left + width / 2, bottom + 1.6, below, font, face.colour),
    ]


def _middle(text: str, centre: float, bottom: float, size: float, font: Subset, colour: str) -> str:
    left = centre - font.width(text, size) / _MM / 2
    return _line(text, left, bottom, size, _SHORT, font, colour)


def _line(text: str, left: float, bottom: float, size: float, width: float, font: Subset, colour: str) -> str:
    """One line; smaller where it would not fit."""
    size = min(size, width * _MM / max(font.width(text, 1), 0.001))
    at = f"1 0 0 1 {_pt(left)} {_pt(bottom)} Tm"
    return f"BT {colour} rg /{FONT} {size:.2f} Tf {at} <{font.encode(text)}> Tj ET"


def _across(text: str, font: Subset, page: tuple[float, float]) -> str:
    """Large outlines from corner to corner: the text below stays readable."""
    size = min(190.0, 620 / font.width(text, 1))
    half = font.width(text, size) / 2
    turned = "0.7071 0.7071 -0.7071 0.7071"
    # A third of the size below the middle of the page, so that the characters stand around it.
    x = page[0] * _MM / 2 - (half - size / 3) * 0.7071
    y = page[1] * _MM / 2 - (half + size / 3) * 0.7071
    at = f"{turned} {x:.2f} {y:.2f} Tm"
    return f"BT 0.9 0.45 0.45 RG 0.8 w 1 Tr /{FONT} {size:.2f} Tf {at} <{font.encode(text)}> Tj 0 Tr ET"


def _code(url: str) -> str:
    left, bottom, side = _QR
    count = len(qr.modules(url))
    module = side * _MM / count
    rows = [f"{x} {count - 1 - y} {length} 1 re" for y, x, length in qr.runs(url)]
    placed = f"{module:.4f} 0 0 {module:.4f} {_pt(left)} {_pt(bottom)} cm"
    return f"q 0 0 0 rg {placed}\n" + "\n".join(rows) + "\nf Q"


def _pt(mm: float) -> str:
    return f"{mm * _MM:.2f}"
