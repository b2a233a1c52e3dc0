"""Procedure and template files as people write them: strict YAML, front matter, figures (design 3, 9.1).

Knows nothing of the library, the database or other documents: what a limit or a template refers to
outside the file is looked up elsewhere. Whatever cannot be accepted is refused with all problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, TypeVar

from ruamel.yaml import YAML, events
from ruamel.yaml.error import YAMLError

from docctl.errors import Invalid
from docctl.rules.documents import lint
from docctl.rules.documents.numbering import canonical
from docctl.rules.records import entries
from docctl.rules.records.clocks import Clock
from docctl.rules.records.gates import Gate, Start
from docctl.rules.records.life import StepFacts, Verification, parse_steps
from docctl.rules.records.limits import Limit
from docctl.store import schema as json_schema
from docctl.store.expressions import compile_expression
from docctl.store.names import file_name
from docctl.store.schema import Kind, Path, place

LARGEST_FILE: Final = 1_000_000
LARGEST_FIGURE: Final = lint.LARGEST_FIGURE
DEEPEST: Final = 20
MOST_VALUES: Final = 20_000

Lines = Mapping[Path, int]
T = TypeVar("T")


@dataclass(frozen=True)
class Title:
    """`en` is empty where the document has no English title."""

    zh: str
    en: str = ""


@dataclass(frozen=True)
class Procedure:
    """`raw` and `raw_en` are the bytes that are approved; `body` is the Markdown after the front matter."""

    number: str
    title: Title
    level: str
    department: str
    scope: tuple[str, ...]
    references: tuple[str, ...]
    records: tuple[str, ...]
    limits: Mapping[str, Limit]
    body: str
    body_line: int
    raw: bytes
    body_en: str | None = None
    raw_en: bytes | None = None
    figures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """`schema` is JSON Schema with figures in their types; `indicators` are kept as they were written.

    Nobody has signed its `steps`: they are as on a record that was just opened.
    """

    number: str
    title: Title
    level: str
    department: str
    governed_by: str
    clauses: tuple[str, ...]
    keeper: str
    retention: Mapping[str, Any]
    schema: Mapping[str, Any]
    steps: tuple[StepFacts, ...]
    verify: Verification
    clocks: tuple[Clock, ...]
    gates: tuple[Gate, ...]
    starts: tuple[Start, ...]
    indicators: tuple[Mapping[str, Any], ...]
    raw: bytes


def load_yaml(data: bytes) -> Any:
    """A YAML file as mappings, lists and text: every scalar stays what was typed (`1.10`, `007`, `no`).

    Refused, with the line: duplicate and merge keys, tags, anchors, aliases, directives, a second
    document, hidden characters, more than DEEPEST levels, MOST_VALUES values or LARGEST_FILE bytes (SE-26).
    """
    return _loaded(_text(data), 1)[0]


def check_file(kind: Kind, data: object, lines: Mapping[Path, int] | None = None) -> Any:
    """What `load_yaml` gave, in the types of the file's schema. Raises Invalid with all problems.

    `lines` maps places to the lines that the sentences then name. A template's own `schema` is only
    looked over; `check_template_schema` does the rest.
    """
    rules = json_schema.file_schema(kind)
    tree = json_schema.typed(data, rules, rules)
    own = tree.get("schema") if kind == "template" and isinstance(tree, dict) else None
    if isinstance(own, dict):
        _cast_choices(own, _kinds(own.get("properties")))
    found: dict[str, str] = {}
    at = lines or {}
    for path, sentence in json_schema.problems(rules, tree):
        line = next((at[path[:n]] for n in range(len(path), -1, -1) if path[:n] in at), 0)
        found.setdefault(place(path), f"line {line}: {sentence}" if line else sentence)
    if found:
        raise Invalid(found)
    return tree


def figure_paths(data: bytes) -> tuple[str, ...]:
    """The paths of the figures that a procedure names, relative to its file, each once."""
    body = _split(_text(data))[1]
    return tuple(dict.fromkeys(path for _, path in lint.figures_named(list(lint.read_lines(body)))))


def read_procedure(zh: bytes, en: bytes | None, figures: Mapping[str, bytes]) -> Procedure:
    """Read `NUMBER.md` with its `.en.md`. `figures` has the paths as the text names them: `NUMBER/plan.png`.

    Raises Invalid with all problems; those of the English file have `en: ` before their place.
    """
    found: dict[str, str] = {}
    chinese = _tried(found, "", lambda: _language(zh, figures))
    english = _tried(found, "en: ", lambda: _language(en, figures)) if en is not None else None
    if chinese is not None and english is not None:
        for name in ("number", "level", "department", "limits", "records"):
            if getattr(chinese, name) != getattr(english, name):
                found[f"en: {name}"] = "differs from the Chinese file; the two are one document"
    if found or chinese is None:
        raise Invalid(found)
    return chinese if english is None else replace(chinese, body_en=english.body, raw_en=english.raw)


def read_template(data: bytes) -> Template:
    """Read a record template. Raises Invalid with all problems."""
    tree, lines = _loaded(_text(data), 1)
    source = check_file("template", tree, lines)
    found: dict[str, str] = {}
    _tried(found, "schema.", lambda: json_schema.check_template_schema(source["schema"]))
    if not found:
        wrong = [*lint.template_contradictions(source), *_conditions(source)]
        found = {place(path): f"line {lines.get(path, 1)}: {why}" for path, why in wrong}
    template = _tried(found, "", lambda: _template(source, data)) if not found else None
    if template is None:
        raise Invalid(found)
    return template


def _language(data: bytes, figures: Mapping[str, bytes]) -> Procedure:
    front, body, body_line = _split(_text(data))
    source = check_file("procedure", *_loaded(front, 2))
    text = list(lint.read_lines(body, body_line))
    _refuse_hidden(text)
    found: dict[str, str] = {}
    number = _tried(found, "", lambda: canonical(source["number"]))
    folder = _tried(found, "number", lambda: file_name(number)) if number else None
    records = _tried(found, "records: ", lambda: tuple(map(canonical, source.get("records", ()))))
    limits = {
        name: _tried(found, f"limits.{name}.", partial(Limit.parse, limit))
        for name, limit in source.get("limits", {}).items()
    }
    if folder:
        found |= lint.misplaced_figures(text, folder, figures)
    for line, name in lint.limits_named(text):
        if name not in limits:
            found[f"limit:{name}"] = f"line {line}: the front matter has no limit of this name"
    if found or number is None or records is None:
        raise Invalid(found)
    return Procedure(
        number,
        Title(**source["title"]),
        source["level"],
        source["department"],
        tuple(source.get("scope", ())),
        tuple(source.get("references", ())),
        records,
        {name: limit for name, limit in limits.items() if limit is not None},
        body,
        body_line,
        data,
        figures=dict(figures),
    )


def _conditions(source: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Conditions that cannot be read, or that ask for fields that are not there."""
    kinds = entries.kinds(source["schema"]["properties"])
    for part, key in (("gates", "needs"), ("starts", "when")):
        for n, item in enumerate(source.get(part, ())):
            try:
                compile_expression(item[key], kinds)
            except Invalid as error:
                yield (part, n, key), error.message
    earlier: dict[str, str] = {}
    for n, step in enumerate(source["steps"]):
        try:
            if "when" in step:
                compile_expression(step["when"], earlier)
        except Invalid as error:
            yield ("steps", n, "when"), f"{error.message}; it may ask for what an earlier step fills"
        earlier |= {name: kinds[name] for name in step["fields"] if name in kinds}


def _template(source: Mapping[str, Any], raw: bytes) -> Template:
    steps = parse_steps(source["steps"])
    names = [step.name for step in steps]
    return Template(
        canonical(source["number"]),
        Title(**source["title"]),
        source["level"],
        source["department"],
        canonical(source["governed_by"]["document"]),
        tuple(source["governed_by"].get("clauses", ())),
        source["keeper"],
        {"from": "closed", **source["retention"]},
        source["schema"],
        steps,
        Verification(source.get("verify", Verification.OTHER_PERSON)),
        tuple(Clock.parse(clock) for clock in source.get("clocks", ())),
        tuple(Gate.parse(gate, names) for gate in source.get("gates", ())),
        tuple(Start.parse(start) for start in source.get("starts", ())),
        tuple(source.get("indicators", ())),
        raw,
    )


def _tried(found: dict[str, str], prefix: str, read: Callable[[], T]) -> T | None:
    """What `read` gives, or None after adding its problems to the others."""
    try:
        return read()
    except Invalid as error:
        found.update({f"{prefix}{where}".rstrip(".: "): why for where, why in error.problems.items()})
        return None


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise Invalid(
            f"The file has more than {LARGEST_FILE // 1000} kB; put figures into files of their own."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(f"line {line}: the file is not UTF-8; save it as UTF-8.") from error
    if text.startswith("\ufeff"):
        raise Invalid("line 1: the file begins with a byte order mark; save it as UTF-8 without BOM.")
    if "\0" in text:
        raise Invalid(f"line {text.count(chr(10), 0, text.index(chr(0))) + 1}: NUL is no text; remove it.")
    return text


def _refuse_hidden(lines: Iterable[lint.Line]) -> None:
    hidden = [f"line {line}: U+{ord(c):04X}" for line, c in lint.hidden_characters(lines)]
    if hidden:
        raise Invalid(f"Characters that cannot be seen; remove them: {', '.join(hidden[:20])}.")


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line with which the body begins."""
    found = re.match(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise Invalid("line 1: the file must begin with its front matter, between two lines of ---.")
    return found[1], text[found.end() :], text.count("\n", 0, found.end()) + 1


def _loaded(text: str, first_line: int) -> tuple[Any, Lines]:
    """The tree of text, and the line of each place in it."""
    # Nothing is a code block here, whatever it looks like.
    lines = enumerate(text.split("\n"), first_line)
    _refuse_hidden(lint.Line(at, line.removesuffix("\r")) for at, line in lines)
    reader = _Reader(first_line)
    try:
        return reader.document(YAML(typ="safe", pure=True).parse(text)), reader.lines
    except YAMLError as error:
        mark, why = getattr(error, "problem_mark", None), getattr(error, "problem", None) or error
        raise Invalid(f"line {first_line + (mark.line if mark else 0)}: this is not YAML: {why}.") from error


class _Reader:
    """Makes a tree from the events of the parser: nothing is guessed, nothing built before it is seen."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.lines: dict[Path, int] = {}

    def document(self, stream: Iterator[events.Event]) -> Any:
        next(stream)
        start = next(stream)
        if not isinstance(start, events.DocumentStartEvent):
            raise Invalid(f"line {self.first_line}: there is nothing here.")
        if start.version or start.tags:
            raise self._refusal(start, "directives (%YAML, %TAG) are not allowed")
        tree = self._node(next(stream), stream, ())
        next(stream)
        after = next(stream)
        if not isinstance(after, events.StreamEndEvent):
            if start.explicit and start.start_mark.line:
                # Front matter is known by its first line; below a blank one it is taken for a template.
                raise Invalid("line 1: the file must begin with ---; remove what stands before it.")
            raise self._refusal(after, "a second document begins; there may be one only")
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
                raise self._refusal(event, "a name must be a single word")
            name = event.value
            if name == "<<":
                raise self._refusal(event, "merge keys (<<) are not allowed; write the lines out")
            if name in found:
                raise self._refusal(event, f"{name} is there twice, first in line {self.lines[*path, name]}")
            found[name] = None
            found[name] = self._node(next(stream), stream, (*path, name))
            self.lines[*path, name] = self.first_line + event.start_mark.line
        # Our own empty form offers {zh: , en: }: a language that was left empty is left out.
        if found.get("zh") and found.get("en") == "":
            del found["en"]
        return found

    def _check(self, event: Any, path: Path) -> None:
        if isinstance(event, events.AliasEvent) or event.anchor:
            raise self._refusal(event, "anchors and aliases (& and *) are not allowed; write the lines out")
        if event.tag:
            raise self._refusal(event, "tags (!) are not allowed; everything is read as text")
        if len(path) > DEEPEST:
            raise self._refusal(event, f"nested deeper than {DEEPEST} levels")
        if len(self.lines) >= MOST_VALUES:
            raise self._refusal(event, f"more than {MOST_VALUES} values")
        self.lines.setdefault(path, self.first_line + event.start_mark.line)

    def _refusal(self, event: events.Event, why: str) -> Invalid:
        return Invalid(f"line {self.first_line + event.start_mark.line}: {why}.")


def _cast_choices(part: Any, kinds: Mapping[str, str], name: str | int = "") -> None:
    """Give `enum`, `const` and `default` the type of their field, in place.

    Inside `if` and the like a field has no type of its own; it is the one of the field of that name.
    """
    if not isinstance(part, dict):
        return
    kind = str(part.get("type", kinds.get(str(name), "string")))
    for keyword in {"const", "default"} & part.keys():
        part[keyword] = json_schema.cast(kind, part[keyword])
    if isinstance(part.get("enum"), list):
        part["enum"] = [json_schema.cast(kind, value) for value in part["enum"]]
    for path, below in json_schema.parts_below(part):
        _cast_choices(below, kinds, path[-1] if path[0] == "properties" else "")


def _kinds(fields: Any) -> dict[str, str]:
    """The kind of each field, as conditions and choices need it."""
    pairs = fields.items() if isinstance(fields, dict) else ()
    return {name: str(f.get("type", "string")) for name, f in pairs if isinstance(f, dict)}
