"""A file as text, and YAML as a tree: every scalar is what was typed, and each place has its line.

Knows nothing of procedures and templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML, events
from ruamel.yaml.error import YAMLError

from docctl.errors import Invalid
from docctl.errors.message import Foreign, Message
from docctl.rules import languages
from docctl.rules.documents import clauses
from docctl.rules.text import WITHOUT_WIDTH
from docctl.store.schema_sentences import Path

LARGEST_FILE: Final = 1_000_000
DEEPEST: Final = 20
MOST_VALUES: Final = 20_000

Lines = Mapping[Path, int]


def load_yaml(data: bytes) -> Any:
    """A YAML file as mappings, lists and text: every scalar stays what was typed (`1.10`, `007`, `no`).

    Refused, with the line: duplicate and merge keys, tags, anchors, aliases, directives, a second
    document, hidden characters, more than DEEPEST levels, MOST_VALUES values or LARGEST_FILE
    bytes (SE-26, SE-48).
    """
    return loaded(text_of(data), 1)[0]


def loaded(text: str, first_line: int) -> tuple[Any, Lines]:
    """The tree of text, and the line of each place in it."""
    # Nothing is a code block here, whatever it looks like.
    lines = enumerate(text.split("\n"), first_line)
    refuse_hidden(clauses.Line(at, line.removesuffix("\r")) for at, line in lines)
    reader = _Reader(first_line)
    try:
        return reader.document(YAML(typ="safe", pure=True).parse(text)), reader.lines
    except YAMLError as error:
        mark, why = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
        raise Invalid(
            "line {line}: this is not YAML: {why}.",
            line=first_line + (mark.line if mark else 0),
            why=Foreign(str(why)),
        ) from error


def text_of(data: bytes) -> str:
    """The text of a file. Raises Invalid with the line of what is no text (SE-26)."""
    if len(data) > LARGEST_FILE:
        raise Invalid(
            "The file has more than {most} kB; put figures into files of their own.",
            most=LARGEST_FILE // 1000,
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid("line {line}: the file is not UTF-8; save it as UTF-8.", line=line) from error
    if text.startswith("\ufeff"):
        raise Invalid("line 1: the file begins with a byte order mark; save it as UTF-8 without BOM.")
    if "\0" in text:
        raise Invalid(
            "line {line}: NUL is no text; remove it.", line=text.count(chr(10), 0, text.index(chr(0))) + 1
        )
    return text


def without_unseen(data: bytes) -> tuple[bytes, tuple[int, ...]]:
    """A file without blanks of no width and byte order marks, as web pages and editors leave them.

    And the line of each. What changes the order of letters, or joins them, stays, and is refused.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data, ()
    lines = tuple(n for n, line in enumerate(text.split("\n"), 1) for c in line if ord(c) in WITHOUT_WIDTH)
    return (text.translate(WITHOUT_WIDTH).encode(), lines) if lines else (data, ())


def refuse_hidden(lines: Iterable[clauses.Line]) -> None:
    """Refuse characters that cannot be seen (SE-48)."""
    hidden = [
        Message("line {line}: {character}", line=line, character=f"U+{ord(c):04X}")
        for line, c in clauses.hidden_characters(lines)
    ]
    if hidden:
        raise Invalid("Characters that cannot be seen; remove them: {places}.", places=hidden[:20])


class _Reader:
    """Makes a tree from the events of the parser: nothing is guessed, nothing built before it is seen."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.lines: dict[Path, int] = {}

    def document(self, stream: Iterator[events.Event]) -> Any:
        next(stream)
        start = next(stream)
        if not isinstance(start, events.DocumentStartEvent):
            raise Invalid("line {line}: there is nothing here.", line=self.first_line)
        if start.version or start.tags:
            raise self._refusal(
                start,
                Message(
                    "directives (%YAML, %TAG) are not allowed",
                ),
            )
        tree = self._node(next(stream), stream, ())
        next(stream)
        after = next(stream)
        if not isinstance(after, events.StreamEndEvent):
            if start.explicit and start.start_mark.line:
                # Front matter is known by its first line; below a blank one it is taken for a template.
                raise Invalid("line 1: the file must begin with ---; remove what stands before it.")
            raise self._refusal(
                after,
                Message(
                    "a second document begins; there may be one only",
                ),
            )
        return tree

    def _node(self, event: events.Event, stream: Iterator[events.Event], path: Path) -> Any:
        self._check(event, path)
        if isinstance(event, events.ScalarEvent):
            return event.value
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(stream, path)
        items: list[Any] = []
        while not isinstance(event := next(stream), events.SequenceEndEvent):
            items.append(self._node(event, stream, (*path, len(items))))
        return items

    def _mapping(self, stream: Iterator[events.Event], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(stream), events.MappingEndEvent):
            self._check(event, path)
            if not isinstance(event, events.ScalarEvent):
                raise self._refusal(event, Message("a name must be a single word"))
            name = event.value
            if name == "<<":
                raise self._refusal(
                    event,
                    Message(
                        "merge keys (<<) are not allowed; write the lines out",
                    ),
                )
            if name in found:
                raise self._refusal(
                    event,
                    Message(
                        "{name} is there twice, first in line {first}",
                        name=name,
                        first=self.lines[*path, name],
                    ),
                )
            found[name] = None
            found[name] = self._node(next(stream), stream, (*path, name))
            self.lines[*path, name] = self.first_line + event.start_mark.line
        # Our own empty form offers {zh: , en: }: a language that was left empty is left out.
        if found.get(languages.PRIMARY):
            return {name: said for name, said in found.items() if said != "" or name not in languages.ALL}
        return found

    def _check(self, event: Any, path: Path) -> None:
        if isinstance(event, events.AliasEvent) or event.anchor:
            raise self._refusal(
                event,
                Message(
                    "anchors and aliases (& and *) are not allowed; write the lines out",
                ),
            )
        if event.tag:
            raise self._refusal(
                event,
                Message(
                    "tags (!) are not allowed; everything is read as text",
                ),
            )
        # Looked at once more: quotation marks may hold "\u202e", which the raw text does not show.
        if isinstance(event, events.ScalarEvent) and any(map(clauses.is_unseen, event.value)):
            raise self._refusal(event, Message("this text holds a character that cannot be seen"))
        if len(path) > DEEPEST:
            raise self._refusal(event, Message("nested deeper than {most} levels", most=DEEPEST))
        if len(self.lines) >= MOST_VALUES:
            raise self._refusal(event, Message("more than {most} values", most=MOST_VALUES))
        self.lines.setdefault(path, self.first_line + event.start_mark.line)

    def _refusal(self, event: events.Event, why: Message) -> Invalid:
        return Invalid("line {line}: {why}.", line=self.first_line + event.start_mark.line, why=why)


def dump_yaml(data: object) -> str:
    """Lists, mappings and texts as YAML that `load_yaml` reads back as they are."""
    writer: Any = YAML(typ="safe", pure=True)
    written = StringIO()
    writer.allow_unicode, writer.default_flow_style, writer.width = True, False, 110
    writer.sort_base_mapping_type_on_output = False
    writer.dump(data, written)
    return written.getvalue()
