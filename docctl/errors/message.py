"""A sentence as data: an English template, which is its id in the catalogues, and the values for its blanks.

Whoever refuses something knows no language. The sentence is made when it is told, for a Reader. Knows no
catalogue and no rule: a value says itself how it is told, or it is a word that has its Chinese beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import reduce
from pathlib import PurePath
from typing import Final, Protocol, TypeAlias

IDS: Final = "en"
"""The language of the ids: sentences are written in it."""


def _as_it_is(message_id: str) -> str:
    return message_id


def _without_name(_: Keyed) -> str | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whom something is told. `say` is the catalogue of the language; message ids are English.

    `named` knows what is called by a key (a department, a level). Without a name the key is told: on the
    command line it is what one types.
    """

    language: str = IDS
    say: Callable[[str], str] = _as_it_is
    named: Callable[[Keyed], str | None] = _without_name
    on_page: bool = False


ENGLISH = Reader()


class Tellable(Protocol):
    """A value that says itself how it is told."""

    def told(self, reader: Reader) -> str: ...


Value: TypeAlias = (
    "str | int | float | Decimal | date | Enum | PurePath | Tellable | Mapping[str, str] | Iterable[Value]"
)


@dataclass(frozen=True, init=False)
class Message:
    """`template` is a literal with `{names}` of `values`. As text it is the English sentence."""

    template: str
    values: Mapping[str, Value]

    def __init__(self, template: str, /, **values: Value) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def told(self, reader: Reader) -> str:
        """The sentence for `reader`."""
        words = {name: _fitting(value, reader) for name, value in self.values.items()}
        return reader.say(self.template).format(**words)

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def __hash__(self) -> int:
        return hash(str(self))


def told(value: Value, reader: Reader = ENGLISH) -> str:
    """A value as it stands in a sentence: days in ISO form, lists joined as the language joins them."""
    if isinstance(value, Enum):
        value = words_of(value)
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal | PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return chosen(value, reader.language)
    if isinstance(value, Iterable):
        return reader.say(", ").join(told(one, reader) for one in value)
    return value.told(reader)


def chosen(words: Mapping[str, str], language: str) -> str:
    """One thing's words in `language`, else in any that it has."""
    return words.get(language) or next((said for said in words.values() if said), "")


@dataclass(frozen=True)
class Typed:
    """What somebody typed, in quotation marks. Characters that cannot be seen are spelt out."""

    text: object
    longest: int = field(default=80, kw_only=True)

    def told(self, reader: Reader) -> str:
        shown = repr(self.text)
        if reader.language != IDS and isinstance(self.text, str):
            return reader.say("'{text}'").format(text=shown[1:-1][: self.longest])
        return shown[: self.longest]


@dataclass(frozen=True)
class Joined:
    """Several, two and two: `pair` is a message id with {first} and {then}."""

    of: tuple[Value, ...]
    pair: str

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, reader: Reader) -> str:
        words = [told(one, reader) for one in self.of]
        return reduce(lambda first, then: reader.say(self.pair).format(first=first, then=then), words or [""])


def either(of: Iterable[Value]) -> Joined:
    """One of several: "a or b"."""
    return Joined(tuple(of), "{first} or {then}")


@dataclass(frozen=True)
class Bracketed:
    """Names in brackets after what they explain; nothing where there are none."""

    of: tuple[Value, ...]

    def told(self, reader: Reader) -> str:
        words = told(self.of, reader)
        return reader.say(" ({names})").format(names=words) if words else ""


@dataclass(frozen=True)
class Keyed:
    """Something that a site calls by a key, and people by a name."""

    key: str

    def told(self, reader: Reader) -> str:
        return reader.named(self) or self.key


class Post(Keyed):
    """A role, a department, the head of one, or somebody outside: who signs, fills a step or holds a copy."""


class Level(Keyed):
    """A level of documents."""


@dataclass(frozen=True)
class Holder(Keyed):
    """A department, or under the same key of a copy somebody else, who is called `name`."""

    name: str = ""

    def told(self, reader: Reader) -> str:
        return reader.named(self) or self.name or self.key


@dataclass(frozen=True)
class Named:
    """What a template or an expression calls by a name: the name on the command line, its title on a page."""

    name: str
    titles: Mapping[str, str]

    def told(self, reader: Reader) -> str:
        return (reader.on_page and chosen(self.titles, reader.language)) or self.name


@dataclass(frozen=True)
class See:
    """Where to look next: a command on the command line, on a page the name of the page."""

    command: str
    page: str
    """A message id."""

    def told(self, reader: Reader) -> str:
        return reader.say(self.page) if reader.on_page else self.command


@dataclass(frozen=True)
class Foreign:
    """What a library or the system said in English; in another language only what the catalogue knows."""

    text: str

    def told(self, reader: Reader) -> str:
        said = reader.say(self.text)
        if said != self.text or reader.language == IDS:
            return said
        return reader.say("in a way that has no word here")


class Place(str):
    """Where a problem is, as a key; `words` say it to people. A key without words is a name in the file."""

    __slots__ = ("words",)

    words: Message

    def __new__(cls, key: str, words: Message) -> Place:
        made = super().__new__(cls, key)
        made.words = words
        return made

    def told(self, reader: Reader) -> str:
        return self.words.told(reader)


def line_of(number: int) -> Place:
    """A line of a text as the place of a problem."""
    return Place(f"line {number}", Message("line {line}", line=number))


@dataclass(frozen=True)
class Places:
    """Several problems, each with its place."""

    problems: Mapping[str, Message]

    def told(self, reader: Reader) -> str:
        pair = reader.say("{place}: {why}")
        lines = [(place_told(place, reader), why.told(reader)) for place, why in self.problems.items()]
        return reader.say("; ").join(
            pair.format(place=place, why=why) if place else why for place, why in lines
        )


def place_told(place: str, reader: Reader) -> str:
    """Where a problem is, for `reader`."""
    return place.told(reader) if isinstance(place, Place) else place


def _fitting(value: Value, reader: Reader) -> str | int | float | Decimal:
    """Figures as they are, so that a template may say how they are written (`{size:,}`)."""
    plain = isinstance(value, int | float | Decimal) and not isinstance(value, Enum)
    return value if plain else told(value, reader)  # type: ignore[return-value]


def words_of(of: Enum) -> Mapping[str, str] | Message:
    """The word for a state, a status, a role: in the languages that it has beside it, else a message id."""
    words = getattr(of, "words", None)
    if isinstance(words, Mapping):
        return words
    return Message(str(words or str(of.value).replace("-", " ")))
