"""Files that belong to a record: photo, certificate, scan, sound. What one is, and what it is called.

An attachment is only ever added: one that is wrong is struck out with a reason, and stays readable. Knows
values only; what the bytes are is told by docctl.store.sniffing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import NotFound
from docctl.rules.text import is_hidden
from docctl.rules.words import Own

LONGEST_NAME: Final = 120


class Kind(StrEnum):
    """What a field may accept."""

    IMAGE = "image"
    PDF = "pdf"
    AUDIO = "audio"

    @property
    def words(self) -> Own:
        return _WORDS[self]


class Mark(StrEnum):
    """What is said of an attachment afterwards, each under a signature. The value stands in the ledger."""

    STRUCK = "struck"
    TRUE_COPY = "true-copy"


_WORDS: Final[Mapping[Kind, Own]] = MappingProxyType(
    {
        Kind.IMAGE: Own(zh="图片", en="picture"),
        Kind.PDF: Own(zh="PDF", en="PDF"),
        Kind.AUDIO: Own(zh="录音", en="sound recording"),
    }
)

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "image/jpeg": (".jpg", ".jpeg"),
        "image/png": (".png",),
        "image/webp": (".webp",),
        "application/pdf": (".pdf",),
        "audio/mpeg": (".mp3",),
        "audio/mp4": (".m4a", ".m4b"),
        "audio/ogg": (".ogg", ".oga", ".opus"),
        "audio/wav": (".wav",),
        "audio/amr": (".amr",),
        "audio/flac": (".flac",),
    }
)
"""Every type of file that is taken, with the ends of names that belong to it; the first is the usual one."""


@dataclass(frozen=True)
class MarkFacts:
    """A mark on an attachment, and under whose name."""

    id: int
    meaning: Mark
    by: int
    by_name: str
    at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class AttachmentFacts:
    """A file of a record. `running` is its number there. Without `step` it belongs to the whole record.

    `signed_day` and `returned_day` are those of a paper that somebody outside signed (DC-99). `reason` is why
    it came late into a signed step.
    """

    id: int
    running: int
    step: str | None
    field: str | None
    sha256: str
    size: int
    media: str
    name: str
    by: int
    at: datetime
    signed_day: date | None = None
    returned_day: date | None = None
    reason: str | None = None
    marks: tuple[MarkFacts, ...] = ()

    @property
    def kind(self) -> Kind:
        return kind_of(self.media)

    @property
    def struck(self) -> MarkFacts | None:
        """The mark by which it does not count any more."""
        return self._mark(Mark.STRUCK)

    @property
    def true_copy(self) -> MarkFacts | None:
        """The mark by which somebody compared it with its original (DC-83)."""
        return self._mark(Mark.TRUE_COPY)

    def _mark(self, meaning: Mark) -> MarkFacts | None:
        return next((mark for mark in self.marks if mark.meaning is meaning), None)


def kind_of(media: str) -> Kind:
    """The kind of a media type of ENDINGS."""
    return Kind.PDF if media == "application/pdf" else Kind(media.partition("/")[0])


def holds_files(schema: Mapping[str, Any]) -> bool:
    """Whether a field holds files themselves; without `accept` it says where the paper lies."""
    return schema.get("format") == "file" and bool(schema.get("accept"))


def counting(attachments: Iterable[AttachmentFacts]) -> list[AttachmentFacts]:
    """Those that are not struck out, in the order in which they came."""
    return [one for one in attachments if one.struck is None]


def names_by_field(attachments: Iterable[AttachmentFacts]) -> dict[str, str]:
    """What a field that holds files has as its value: their names."""
    found: dict[str, list[str]] = {}
    for one in counting(attachments):
        if one.field is not None:
            found.setdefault(one.field, []).append(one.name)
    return {field: ", ".join(names) for field, names in found.items()}


def by_running(attachments: Iterable[AttachmentFacts], running: int, number: str) -> AttachmentFacts:
    """The attachment of this number. Raises NotFound."""
    for one in attachments:
        if one.running == running:
            return one
    raise NotFound("{number} has no attachment {running}", number=number, running=running)


def safe_name(given: str, media: str) -> str:
    """What the file is called, whoever named it: no folders, nothing unseen, an end that fits its type."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or not is_hidden(c))
    name = " ".join("".join("_" if c in '<>:"|?*;' else c for c in name).split()).strip(". ")
    endings = ENDINGS[media]
    if not name.casefold().endswith(endings):
        name = f"{name or 'file'}{endings[0]}"
    stem, dot, end = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(end) - 1]}{dot}{end}"
