"""Puts a mark on every page of an issued PDF without laying it out again: the only file that knows pikepdf.

A stamped file is the issued one, byte for byte, with objects added after its end: whoever cuts those off has
what is in the vault. Nothing in it is compressed, so its bytes depend on no version of a library; the same
base and mark always give the same file. A print run is one file of many copies that share the base's pages.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from struct import pack
from typing import TYPE_CHECKING, Any, Final

from docctl.errors import Tampered, see
from docctl.errors.message import Foreign
from docctl.render import cff, fonts, marks
from docctl.render.fonts import Subset
from docctl.render.marks import FONT, Mark, Place

if TYPE_CHECKING:
    import pikepdf

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_HALF: Final = 16
_AROUND: Final = (b"q\n", b"Q\n")
"""What keeps the coordinates of a page's own drawing from those of the stamp."""


def stamp(base: bytes, mark: Mark) -> bytes:
    """`base` with the mark on every page. Raises Tampered for bytes that are no PDF of ours."""
    template = _template(base)
    font = fonts.subset(marks.text_of(mark))
    objects = dict(template.objects)
    for place, number in template.marks.items():
        objects[number] = _stream("", marks.draw(mark, font, place))
    objects |= _font_objects(template.font, template.free, font)
    return base + _appended(template, objects)


def print_run(base: bytes, many: Sequence[Mark]) -> bytes:
    """One file with every page of `base` for each mark, in their order: for the printer alone."""
    import pikepdf

    run = _opened(base)
    pages = [page.obj for page in run.pages]
    font = fonts.subset("".join(map(marks.text_of, many)))
    resources = _resources(run, pages, _embedded(run, font))
    opening, closing = (run.make_indirect(pikepdf.Stream(run, op)) for op in _AROUND)
    places = _places(run)
    shared = [
        (page.MediaBox, own, _contents(page), place)
        for page, own, place in zip(pages, resources, places, strict=True)
    ]
    tree = run.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages))
    copies = []
    for mark in many:
        kinds = dict.fromkeys(places)
        drawn = {one: run.make_indirect(pikepdf.Stream(run, marks.draw(mark, font, one))) for one in kinds}
        node = run.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Parent=tree, Count=len(pages)))
        node.Kids = pikepdf.Array(
            run.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    Parent=node,
                    MediaBox=box,
                    Resources=own,
                    Contents=pikepdf.Array([opening, *body, closing, drawn[place]]),
                )
            )
            for box, own, body, place in shared
        )
        copies.append(node)
    tree.Kids, tree.Count = pikepdf.Array(copies), len(pages) * len(many)
    # What belongs to one copy of the file (structure, outline, attachments, conformance) is left out.
    run.trailer.Root = run.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Catalog, Pages=tree))
    out = io.BytesIO()
    run.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@dataclass(frozen=True)
class _Template:
    """A base that was read once. `objects` are its pages, changed to end with an object of `marks`.

    `free` is the first number that no object has; `trailer` what the new cross-reference repeats.
    """

    objects: dict[int, bytes]
    marks: Mapping[Place, int]
    font: int
    free: int
    length: int
    previous: int
    root: str
    info: str
    first_id: bytes
    digest: bytes


@lru_cache(maxsize=8)
def _template(base: bytes) -> _Template:
    import pikepdf

    pdf, end = _opened(base), _END.search(base)
    if end is None or "/ID" not in pdf.trailer:
        raise Tampered("this is not a PDF that docctl has made; it cannot be stamped")
    opening, closing = (pdf.make_indirect(pikepdf.Stream(pdf, op)) for op in _AROUND)
    places = _places(pdf)
    drawn = {place: pdf.make_indirect(pikepdf.Stream(pdf, b"")) for place in dict.fromkeys(places)}
    font = pdf.make_indirect(pikepdf.Dictionary())
    pages = [page.obj for page in pdf.pages]
    resources = _resources(pdf, pages, font)
    for page, own, place in zip(pages, resources, places, strict=True):
        page.Contents = pikepdf.Array([opening, *_contents(page), closing, drawn[place]])
        page.Resources = own
    changed = {one.objgen[0]: one.unparse(resolved=True) for one in [*pages, *resources]}
    around = {one.objgen[0]: _stream("", op) for one, op in zip((opening, closing), _AROUND, strict=True)}
    return _Template(
        objects=changed | around,
        marks={place: one.objgen[0] for place, one in drawn.items()},
        font=font.objgen[0],
        free=max([*changed, *around, font.objgen[0]]) + 1,
        length=len(base),
        previous=int(end[1]),
        root=_reference(pdf.trailer.Root),
        info=_reference(pdf.trailer.Info) if pdf.trailer.Info.is_indirect else "",
        first_id=bytes(pdf.trailer.ID[0]),
        digest=hashlib.sha256(base).digest(),
    )


def _appended(template: _Template, objects: Mapping[int, bytes]) -> bytes:
    """The objects, and a cross-reference stream that names them (ISO 32000-1, 7.5.8)."""
    own = max(objects) + 1
    parts, places, at = [b"\n"], {}, template.length + 1
    for number in sorted(objects):
        places[number] = at
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(parts[-1])
    places[own] = at
    entries = b"".join(pack(">BIB", 1, places[number], 0) for number in sorted(places))
    second = hashlib.sha256(template.digest + b"".join(parts)).digest()[:_HALF]
    index = " ".join(f"{number} 1" for number in sorted(places))
    info = f" /Info {template.info}" if template.info else ""
    head = (
        f"/Type /XRef /Size {own + 1} /Root {template.root}{info} /Prev {template.previous}"
        f" /ID [<{template.first_id.hex()}> <{second.hex()}>] /W [1 4 1] /Index [{index}]"
    )
    table = b"%d 0 obj\n%b\nendobj\n" % (own, _stream(head, entries))
    return b"".join([*parts, table, b"startxref\n%d\n%%%%EOF\n" % at])


def _font_objects(number: int, free: int, font: Subset) -> dict[int, bytes]:
    """The stamp's font as objects from `free` on; the font itself is object `number`."""
    whole, below, described = _described(font)
    second, third, program, back = range(free, free + 4)
    return {
        number: f"<<{whole} /DescendantFonts [{second} 0 R] /ToUnicode {back} 0 R>>".encode(),
        second: f"<<{below} /FontDescriptor {third} 0 R>>".encode(),
        third: f"<<{described} /FontFile3 {program} 0 R>>".encode(),
        program: _stream("/Subtype /CIDFontType0C", font.program),
        back: _stream("", _to_unicode(font)),
    }


def _embedded(pdf: pikepdf.Pdf, font: Subset) -> Any:
    """The same font in a file that pikepdf writes."""
    import pikepdf

    whole, below, described = (
        pdf.make_indirect(pikepdf.Object.parse(f"<<{text}>>".encode())) for text in _described(font)
    )
    described.FontFile3 = pdf.make_indirect(
        pikepdf.Stream(pdf, font.program, Subtype=pikepdf.Name.CIDFontType0C)
    )
    below.FontDescriptor = described
    whole.DescendantFonts = pikepdf.Array([below])
    whole.ToUnicode = pdf.make_indirect(pikepdf.Stream(pdf, _to_unicode(font)))
    return whole


def _described(font: Subset) -> tuple[str, str, str]:
    """Composite font, descendant and descriptor, as PDF/A wants them, without their references."""
    name, box = fonts.STAMP_FONT, " ".join(map(str, cff.BOX))
    widths = " ".join(map(str, font.widths))
    whole = f"/Type /Font /Subtype /Type0 /BaseFont /{name}-Identity-H /Encoding /Identity-H"
    below = (
        f"/Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /DW 1000 /W [1 [{widths}]]"
        " /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
    )
    described = (
        f"/Type /FontDescriptor /FontName /{name} /Flags 4 /ItalicAngle 0 /Ascent 880 /Descent -120"
        f" /CapHeight 733 /StemV 80 /FontBBox [{box}]"
    )
    return whole, below, described


def _to_unicode(font: Subset) -> bytes:
    """The map from glyphs to characters."""
    lines = [f"<{n:04X}> <{c.encode('utf-16-be').hex()}>" for n, c in enumerate(font.characters, 1)]
    blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
    body = "".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar\n" for b in blocks)
    text = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
    return text.encode("ascii")


def _resources(pdf: pikepdf.Pdf, pages: Sequence[Any], font: Any) -> list[Any]:
    """The resources of each page with the stamp's font among them; those that were shared stay so."""
    import pikepdf

    made: dict[tuple[int, int], Any] = {}
    for page in pages:
        key = page.Resources.objgen if page.Resources.is_indirect else page.objgen
        if key not in made:
            own = pikepdf.Dictionary(dict(page.Resources.items()))
            own.Font = pikepdf.Dictionary({**dict(page.Resources.get("/Font", {}).items()), f"/{FONT}": font})
            made[key] = pdf.make_indirect(own)
    return [made[p.Resources.objgen if p.Resources.is_indirect else p.objgen] for p in pages]


def _places(pdf: pikepdf.Pdf) -> list[Place]:
    """Where the stamp stands on each page."""
    raised = str(pdf.docinfo.get("/Creator", "")) == marks.GENERATOR
    boxes = ([float(edge) for edge in page.mediabox] for page in pdf.pages)
    return [Place(across=right - left > top - bottom, raised=raised) for left, bottom, right, top in boxes]


def _contents(page: Any) -> list[Any]:
    import pikepdf

    found = page.Contents
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def _opened(base: bytes) -> pikepdf.Pdf:
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(base))
    except pikepdf.PdfError as error:
        raise Tampered(
            "the issued PDF cannot be read ({why}); run: {check}", why=Foreign(str(error)), check=see.CHECK
        ) from None


def _reference(found: Any) -> str:
    number, generation = found.objgen
    return f"{number} {generation} R"


def _stream(head: str, data: bytes) -> bytes:
    return f"<<{head} /Length {len(data)}>>\nstream\n".encode("ascii") + data + b"\nendstream"
