"""Everything that is printed of a revision, as values: two equal sheets are the same print.

Knows no row, no HTML and no PDF; figures are named by their SHA-256, their bytes travel beside the sheet.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from docctl.rules.languages import Language
from docctl.rules.words import NOTHING, Words

ASSET: Final = "asset:"
"""What the address of a figure begins with; the SHA-256 of its bytes follows."""


@dataclass(frozen=True)
class SignatureLine:
    """One line of the sign-off table. `at` is an instant in the zone of the site, as it is printed."""

    meaning: Words
    name: str
    department: Words
    at: str
    content: str


@dataclass(frozen=True)
class ChangeLine:
    """One line of the change page (修订记录): a revision that was issued, and this one (DC-68).

    `sections`: the clauses that it changed; `application`: that under which it was made, if there was one.
    """

    label: str
    change: str
    prepared: str
    approved: str
    issued: str
    effective: str
    sections: tuple[str, ...] = ()
    application: Words = NOTHING


@dataclass(frozen=True)
class ContentsLine:
    """A heading of the text; `anchor` is its id in the HTML of the same language."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Text:
    """The body in one language: cleaned HTML with the marks of paper, whose figures have addresses that begin
    with ASSET. Where there are several languages, anchors begin with their own.
    """

    language: str
    html: str
    contents: tuple[ContentsLine, ...]


@dataclass(frozen=True)
class RecordLine:
    """A record template that the text names; no title where it is not registered."""

    number: str
    title: Words


@dataclass(frozen=True)
class Field:
    """A field of a blank form. `kind` is a JSON type or a format; `choices` are the words to tick.

    `formula`: what it is worked out from, where nobody types it.
    """

    title: Words
    kind: str
    required: bool
    choices: tuple[Words, ...] = ()
    columns: tuple[Words, ...] = ()
    formula: Words = NOTHING


@dataclass(frozen=True)
class FormStep:
    """What one performer fills in and signs; `other_than`: the steps that somebody else has to have done."""

    title: Words
    who: tuple[Words, ...]
    clause: str
    fields: tuple[Field, ...]
    other_than: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Form:
    """A record template as a blank form. `years` is None where no period is stated, or it is `permanent`."""

    governed_by: str
    clauses: tuple[str, ...]
    keeper: Words
    years: int | None
    steps: tuple[FormStep, ...]
    permanent: bool = False


@dataclass(frozen=True)
class Sheet:
    """One revision as it is printed. Days are ISO dates; a form has `form` and no `texts`.

    `content` is the SHA-256 that the signatures name. Labels and titles are said in each of `languages`.
    `card` and `head` are what the card and the front matter say besides: what it is called, and what it says.
    `cover_edition`: the cover prints the edition of the label alone, where heads of pages print it whole.
    """

    languages: tuple[Language, ...]
    organisation: str
    number: str
    label: str
    title: Words
    level: Words
    department: Words
    card: tuple[tuple[Words, Words], ...]
    head: tuple[tuple[Words, Words], ...]
    issued: str
    effective: str
    content: str
    signatures: tuple[SignatureLine, ...]
    changes: tuple[ChangeLine, ...]
    records: tuple[RecordLine, ...] = ()
    texts: tuple[Text, ...] = ()
    form: Form | None = None
    notes: tuple[Words, ...] = ()
    """What is to be known of the documents that the text refers to, as they stand on its effective date."""
    interpretation: Words | None = None
    """Who interprets it: the last sentence of the text."""
    cover_edition: bool = False

    @property
    def digest(self) -> str:
        """The SHA-256 of all that is printed, whatever the style sheet looks like."""
        plain = json.dumps(
            asdict(self), default=dict, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
