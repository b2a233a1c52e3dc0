"""What of a print comes from the approved bytes alone: its texts with their figures, or its form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from sqlalchemy.orm import Session

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.render import enclosed, markdown
from docctl.render.figures import Asset
from docctl.render.pdf import Attached
from docctl.render.place import ALONE, Place
from docctl.render.sheets import ASSET, ContentsLine, Text
from docctl.rules.documents.citations import Names
from docctl.rules.documents.head import Head
from docctl.rules.languages import Language
from docctl.standing.cited import names_in
from docctl.standing.linked import Told, on_paper
from docctl.store.names import figure_at, text_file
from docctl.store.source import Procedure
from docctl.store.template import Template


@dataclass(frozen=True)
class Body:
    """The part of a sheet that comes from the approved bytes alone. `attached` travels in the PDF."""

    languages: tuple[Language, ...]
    head: Head
    texts: tuple[Text, ...]
    template: Template | None
    records: tuple[str, ...]
    assets: Mapping[str, Asset]
    attached: tuple[Attached, ...]
    source: str
    names: Names


def body_of(content: Procedure | Template, file_name: str, session: Session | None = None) -> Body:
    """The texts with their figures, or the template. Raises Invalid for a figure that is not there."""
    if isinstance(content, Template):
        template = (Attached(f"{file_name}.yaml", "approved source", content.raw),)
        return Body(
            tuple(content.title),
            content.head,
            (),
            content,
            (),
            {},
            template,
            content.raw.decode("utf-8"),
            names_in(content),
        )
    assets: dict[str, Asset] = {}
    together = len(content.texts) > 1
    return Body(
        tuple(content.texts),
        content.head,
        tuple(
            _text(content, each, assets, ALONE.of(each) if together else ALONE, on_paper(session, each))
            for each in content.texts
        ),
        None,
        content.records,
        assets,
        tuple(
            Attached(text_file(file_name, language), "approved source", text.raw)
            for language, text in content.texts.items()
        ),
        "".join(text.raw.decode("utf-8") for text in content.texts.values()),
        names_in(content),
    )


def _text(of: Procedure, language: str, assets: dict[str, Asset], place: Place, told: Told) -> Text:
    lost: dict[str, Message] = {}

    def address(path: str) -> str | None:
        if (data := of.figures.get(figure_at(of.number, path))) is None:
            lost[path] = Message(
                "the text shows this figure, and it is not among its files; save the draft with it"
            )
            return None
        digest = hashlib.sha256(data).hexdigest()
        kind = _MEDIA.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")
        assets[digest] = Asset(path, kind, data)
        return ASSET + digest

    made = markdown.to_html(
        of.texts[language].body,
        language=language,
        limits=of.limits,
        figure_url=address,
        number=of.number,
        title=of.title.get(language, ""),
        told=told,
        place=place,
        for_paper=True,
    )
    if lost:
        raise Invalid(lost)
    lines = (ContentsLine(h.level, f"{h.clause} {h.title}".strip(), h.anchor) for h in made.contents)
    return Text(language, made.html, tuple(lines))


_MEDIA: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".pdf": enclosed.MEDIA_TYPE,
}
