"""The files of a document that is taken over from paper: its text, or where only paper is, a PDF of it.

What the paper says beside its text goes into the head of the text, where it is signed. Knows no site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.rules.documents import numbering, takeovers
from docctl.rules.languages import Language
from docctl.rules.words import Words
from docctl.store.material import Material
from docctl.store.names import plain_name
from docctl.store.sniffing import Upload, media_type
from docctl.store.tree import without_unseen
from docctl.store.written import material_of


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the paper says. `editions`: those of before, each with its days, as takeovers reads them.

    `text` is its Markdown or a PDF of it; `others` the same in other languages; `figures` what these show;
    `scan` the signed original, where the text is not that already.
    """

    number: str
    title: Words
    level: str
    department: str
    label: str
    effective: date
    approver: str
    editions: tuple[str, ...] = ()
    text: Upload
    others: Mapping[Language, bytes] = field(default_factory=dict)
    figures: Mapping[str, bytes] = field(default_factory=dict)
    scan: Upload | None = None


def material_of_paper(paper: Paper) -> Material:
    """The document as it will be signed. Raises Invalid by field."""
    head, folder = _head(paper), plain_name(numbering.canonical(paper.number))
    shown: dict[str, bytes] = dict(paper.figures)
    body, main = "", paper.text
    if is_pdf(main):
        body = _enclosing(paper.title.told(languages.PRIMARY), folder, "original.pdf")
        shown["original.pdf"] = main.data
        _media(main, "text")
    else:
        body = _body(_decoded(main))
    if paper.scan is not None:
        ending = _ENDINGS.get(_media(paper.scan, "scan"))
        if ending is None:
            raise Invalid({"scan": Message("give the scan as PDF, PNG or JPEG")})
        shown[f"scan.{ending}"] = paper.scan.data
        body += _enclosing(_SCAN, folder, f"scan.{ending}")
    others = {
        each: (head + _body(_decoded(Upload("", data)))).encode() for each, data in paper.others.items()
    }
    return material_of((head + body).encode(), others, shown, {})


def is_pdf(file: Upload) -> bool:
    """By its bytes."""
    return file.data.startswith(b"%PDF-")


_SCAN: Final = "签署的原件 Signed original"
_ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_ZIPS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Word begin, the new ones and the old ones."""
_OWN: Final = re.compile(r"^(?:number|title|level|department):.*\n(?:[ ]+.*\n)*", re.MULTILINE)


def _head(paper: Paper) -> str:
    """The head, with what the text's own says besides."""
    said = {
        "number": numbering.canonical(paper.number),
        "title": dict(paper.title),
        "level": paper.level,
        "department": paper.department,
        takeovers.SINCE: paper.effective.isoformat(),
        takeovers.APPROVER: " ".join(paper.approver.split()),
        takeovers.EARLIER: [str(takeovers.read_edition(one) or one) for one in paper.editions],
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in said.items() if value]
    own = "" if is_pdf(paper.text) else _own_head(_decoded(paper.text))
    return "---\n" + "\n".join(lines) + f"\n{own}---\n"


def _own_head(text: str) -> str:
    """What a text that has a head says there beyond what is asked for beside it."""
    found = _FRONT.match(takeovers.without(text))
    if found is None:
        return ""
    return _OWN.sub("", found[1])


_FRONT: Final = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def _body(text: str) -> str:
    found = _FRONT.match(text)
    body = text[found.end() :] if found else text
    if not body.strip():
        raise Invalid({"text": Message("holds nothing; give the text, or a PDF of the paper")})
    return body if body.endswith("\n") else f"{body}\n"


def _enclosing(called: str, folder: str, name: str) -> str:
    plain = re.sub(r"[\[\]!\\\n]", " ", called)
    return f"\n![{plain}]({folder}/{name})\n"


def _decoded(file: Upload) -> str:
    """A text. Raises Invalid, for a file of Word with how it comes in."""
    if file.data.startswith(_ZIPS) or file.name.lower().endswith((".doc", ".docx", ".wps")):
        raise Invalid(
            {
                "text": Message(
                    "is a file of Word: save it there as PDF and give that; or as text, "
                    "with pandoc -t gfm FILE.docx -o FILE.md"
                )
            }
        )
    try:
        return without_unseen(file.data)[0].decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid({"text": Message("is neither text (Markdown, UTF-8) nor PDF")}) from None


def _media(file: Upload, name: str) -> str:
    """What kind it is, where that is one that is taken. Raises Invalid for `name`."""
    try:
        return media_type(file.data)
    except Invalid as error:
        raise Invalid({name: error.problems["file"]}) from None
