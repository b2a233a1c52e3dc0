"""What is wrong with a procedure or a template as it is written (DC-36, DC-88, DC-89, DC-114 to DC-120).

Every check takes values and gives findings; nothing is refused here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import unquote

from docctl.errors.message import Message, either
from docctl.rules.records.gates import GATED
from docctl.rules.text import is_hidden

Severity = Literal["error", "warning"]
MOMENTS: Final = frozenset({"date", "date-time"})
ENDS_OF_CLOCKS: Final = MOMENTS | {"signature"}
LARGEST_FIGURE: Final = 20_000_000

_FENCE: Final = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)")
_HEADING: Final = re.compile(r"#{1,6}\s+(?P<number>\d{1,3}(?:\.\d{1,3})*)(?!\.?\d)[.、]?\s*\S")
_CLAUSE: Final = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})+)(?:[.、]?\s+(?=\D)|(?=[\u4e00-\u9fff《“]))")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIGURE: Final = re.compile(
    r"!\[.{0,500}?\]\(\s*<?([^)\s>]{1,300})|<img\b[^>]{0,500}?\ssrc\s*=\s*[\"']?([^\"'\s>]{1,300})"
    r"|^ {0,3}\[[^\]]{1,100}\]:[ \t]*<?([^\s>]{1,300}\.(?:png|jpe?g|gif|svg|webp))",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_FIGURE_NAME: Final = re.compile(r"[^\W_][\w.-]{0,99}\.(?:png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_LIMIT: Final = re.compile(r"\{limit:([^{}\n]{0,80})\}")
_TITLE: Final = re.compile(r"#\s+(?!\d)(?P<title>.*?)\s*(?:\{[^}]*\})?\s*$")
_CROSS: Final = re.compile(
    r"(?:见|按照?|依照|符合|执行|\bsee|\bclauses?|\bunder|\bin)\s*(?:第|clauses?|本程序)?\s*"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})+)(?!\d|\.\d)(?!\s*(?:%|℃|°|[a-zA-Z]{1,3}\b|元|小时|天))",
    re.IGNORECASE,
)
_NUMBER: Final = r"[A-Z][A-Z0-9/. -]{0,40}\d"
_CITED: Final = re.compile(
    rf"(?P<n1>{_NUMBER})\s*《(?P<t1>[^》]{{1,80}})》|《(?P<t2>[^》]{{1,80}})》\s*[(\uff08]\s*(?P<n2>{_NUMBER})\s*[)\uff09]"
)
_FORM: Final = re.compile(
    r"《([^》]{1,80}(?:表|单|记录|记录本|台账|台帐|登记簿|登记薄|清单|报告|报告书|卡|申请|档案))》"
)
# A Chinese character is a letter to \w and \b, and stands right beside a gap: so the borders are spelt out.
_PLACEHOLDER: Final = re.compile(
    r"(?<![A-Za-z0-9_/-])[Xx×]{2,}(?![A-Za-z0-9_/-])|(?<![A-Za-z0-9])Q/X{2,}(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9_])_{3,}(?![A-Za-z0-9_])|年[\s_]+月[\s_]*日|年[\s_]*月[\s_]+日"
    r"|[【\[](?:此处|请|填写|待定|insert\b|fill in\b|to be |todo\b|tbd\b)[^】\]\n]{0,80}[】\]](?!\()",
    re.IGNORECASE,
)
_BARE_UNIT: Final = re.compile(
    r"(?:罚款|处罚|扣款|不超过|不得超过|不低于|不少于|低于|高于"
    r"|\bat most|\bat least|\bwithin|\bfined?|\bbelow|\babove)"
    r"[\s_xX×]*(?:元(?![旦素件])|℃|°C|小时|分钟|天(?![津气然])|公里|%|km\b|hours?\b|minutes?\b|days?\b|yuan\b)"
)


@dataclass(frozen=True)
class Finding:
    """`clause` is the number of the clause in which the line stands, empty before the first."""

    rule: str
    severity: Severity
    clause: str
    line: int
    message: Message


@dataclass(frozen=True)
class Line:
    """A line of the text outside code blocks. `opens` says that a clause begins with it."""

    at: int
    text: str
    clause: str = ""
    opens: bool = False


def lint(
    text: str,
    *,
    title: str,
    level: str,
    records: Collection[str],
    own_numbers: Collection[str] = (),
    first_line: int = 1,
) -> list[Finding]:
    """All findings of one language, in the order of lines.

    `records` are the titles of the listed templates in that language, `own_numbers` the document
    numbers that look like placeholders and are none (XX-XX-022), `first_line` where the body starts.
    """
    lines = list(read_lines(text, first_line))
    findings = [
        *clause_order(lines),
        *one_title(lines, title),
        *cross_references(lines),
        *one_name_each(lines),
        *unlisted_forms(lines, records),
        *placeholders(lines, own_numbers),
        *units_without_figure(lines),
    ]
    if level == "procedure" and not records:
        findings.append(
            Finding(
                "DC-88", "error", "", first_line, Message("The list of records is empty; name its forms.")
            )
        )
    return sorted(findings, key=lambda f: (f.line, f.rule))


def read_lines(text: str, first_line: int = 1) -> Iterator[Line]:
    """The lines outside code blocks, each with its clause. A block that never closes is none."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    clause, at = "", 0
    hopeless: dict[str, int] = {}  # length from which a fence of this sign is known to have no end
    while at < len(lines):
        found = _FENCE.fullmatch(lines[at])
        fence = (found[1] or found[2]) if found else ""
        if fence and len(fence) < hopeless.get(fence[0], len(text) + 1):
            closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}}\s*")
            end = next((n for n in range(at + 1, len(lines)) if closing.fullmatch(lines[n])), None)
            if end is not None:
                at = end + 1
                continue
            hopeless[fence[0]] = len(fence)
        opening = _HEADING.match(lines[at]) or _CLAUSE.match(lines[at])
        clause = opening["number"] if opening else clause
        yield Line(first_line + at, lines[at], clause, opening is not None)
        at += 1


def hidden_characters(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Line and character of each that cannot be seen (SE-48). What emoji need is let through."""
    for line in lines:
        hidden = (c for c in line.text if c not in "\t\ufe0f" and not c.isascii() and is_hidden(c))
        yield from ((line.at, c) for c in (*hidden, *_CONTROL.findall(line.text)))


def figures_named(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Line and path of each figure, relative to the file."""
    # Over the whole text: the words in front of a path may be broken over two lines.
    text = "\n".join(line.text for line in lines)
    for found in _FIGURE.finditer(text):
        path = next(filter(None, found.groups()))
        yield lines[text.count("\n", 0, found.end())].at, unquote(path)


def misplaced_figures(lines: Sequence[Line], folder: str, figures: Mapping[str, bytes]) -> dict[str, Message]:
    """Path to sentence for each figure that is not given, is too large, or is elsewhere."""
    found = {}
    for line, path in figures_named(lines):
        parts = path.split("/")
        if len(parts) != 2 or parts[0] != folder or not _FIGURE_NAME.fullmatch(parts[1]):
            found[path] = Message(
                "line {line}: a figure lies beside the text, as {folder}/name.png (jpg, gif, svg, webp)",
                line=line,
                folder=folder,
            )
        elif path not in figures:
            found[path] = Message("line {line}: this figure is missing; put the file there", line=line)
        elif len(figures[path]) > LARGEST_FIGURE:
            found[path] = Message(
                "line {line}: this figure has over {most} MB; make it smaller",
                line=line,
                most=LARGEST_FIGURE // 10**6,
            )
    return found


def limits_named(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Line and name of each `{limit:name}`."""
    for line in lines:
        yield from ((line.at, name.strip()) for name in _LIMIT.findall(line.text))


def clause_order(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-114: each number once, and each the next after the one before."""
    seen: dict[str, int] = {}
    before: tuple[int, ...] = ()
    for line in lines:
        if not line.opens:
            continue
        number = tuple(int(n) for n in line.clause.split("."))
        if line.clause in seen:
            yield _error(
                "DC-114",
                line,
                Message(
                    "Clause {clause} is there twice; the first is in line {first}.",
                    clause=line.clause,
                    first=seen[line.clause],
                ),
            )
        elif number not in (following := _following(before)):
            hope = [".".join(map(str, n)) for n in following]
            yield _error(
                "DC-114",
                line,
                Message(
                    "Clause {clause} is out of order; {expected} should come here.",
                    clause=line.clause,
                    expected=either(hope),
                ),
            )
        seen.setdefault(line.clause, line.at)
        before = number


def one_title(lines: Collection[Line], title: str) -> Iterator[Finding]:
    """DC-115: a heading without number before the first clause is the title, and is the document's."""
    for line in lines:
        found = _TITLE.match(line.text)
        if found and not line.clause and found["title"] != title:
            yield _error(
                "DC-115",
                line,
                Message(
                    "The text is headed {heading}, the document is called {title}.",
                    heading=found["title"],
                    title=title,
                ),
            )


def cross_references(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-116: the clause that is cited exists."""
    known = {line.clause for line in lines}
    for line in lines:
        for found in _CROSS.finditer(line.text):
            if found["number"] not in known:
                yield _error(
                    "DC-116",
                    line,
                    Message("Clause {number} is cited, and there is no such clause.", number=found["number"]),
                )


def one_name_each(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-118: a number is always followed (or preceded) by the same name."""
    names: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for found in _CITED.finditer(line.text):
            number, name = found["n1"] or found["n2"], found["t1"] or found["t2"]
            others = names[number] - {name}
            if others and name not in names[number]:
                yield _warning(
                    "DC-118",
                    line,
                    Message(
                        "{number} is called {name} here and {other} before.",
                        number=number,
                        name=name,
                        other=min(others),
                    ),
                )
            names[number].add(name)


def unlisted_forms(lines: Collection[Line], records: Collection[str]) -> Iterator[Finding]:
    """DC-89: a form named in the text is in the list of records, under the same name. Once for each name."""
    reported = set(records)
    for line in lines:
        for name in _FORM.findall(line.text):
            if name not in reported:
                reported.add(name)
                yield _warning(
                    "DC-89",
                    line,
                    Message("《{name}》 is named here and is not in the list of records.", name=name),
                )


def placeholders(lines: Collection[Line], own_numbers: Collection[str] = ()) -> Iterator[Finding]:
    """DC-36 and DC-119: nothing is left to be filled in."""
    for line in lines:
        if re.fullmatch(r"\s*(?:_\s*){3,}", line.text):
            continue  # a rule across the page, not a gap
        text = line.text
        for number in own_numbers:
            text = text.replace(number, "")
        found = _PLACEHOLDER.search(text)
        if found:
            rule = "DC-119" if found[0][0] in "【[" else "DC-36"
            yield _error(
                rule,
                line,
                Message("{gap} is a placeholder; put in what belongs there.", gap=found[0].strip()),
            )


def units_without_figure(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-120: a figure in a rule is not blank."""
    for line in lines:
        for found in _BARE_UNIT.finditer(line.text):
            yield _error(
                "DC-120",
                line,
                Message("{words}: the figure is missing before the unit.", words=found[0].strip()),
            )


def template_contradictions(source: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """What the parts of a template say against each other: path and sentence. Its schema has been checked."""
    fields: Mapping[str, Any] = source["schema"]["properties"]
    yield from _steps_against(source["steps"], fields, source["schema"].get("required", ()))
    for n, clock in enumerate(source.get("clocks", ())):
        for end, formats in (("from", ENDS_OF_CLOCKS), ("to", ENDS_OF_CLOCKS), ("agreed", MOMENTS)):
            is_step = end != "agreed" and clock.get(end) in {step["name"] for step in source["steps"]}
            if end in clock and not is_step and fields.get(clock[end], {}).get("format") not in formats:
                yield (
                    ("clocks", n, end),
                    Message(
                        "{field} is no field of format {formats}",
                        field=clock[end],
                        formats=either(sorted(formats)),
                    ),
                )
        for word in ("excuse", "agreed_if"):
            if clock.get(word, next(iter(fields))) not in fields:
                yield ("clocks", n, word), Message("there is no field {names}", names=clock[word])
    names_of_steps = [step["name"] for step in source["steps"]]
    for n, gate in enumerate(source.get("gates", ())):
        if gate["before"] not in (*GATED, *names_of_steps):
            yield (
                ("gates", n, "before"),
                Message("must be one of {choices}", choices=(*GATED, *names_of_steps)),
            )
    for part in ("steps", "clocks", "indicators"):
        names = [item["name"] for item in source.get(part, ())]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            yield (part,), Message("{names}: two have this name", names=twice)


def _steps_against(
    steps: Iterable[Mapping[str, Any]], fields: Collection[str], required: Iterable[str]
) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    filled: dict[str, str] = {}
    for n, step in enumerate(steps):
        if ("role" in step) == ("by" in step):
            yield ("steps", n), Message("needs either role, or by for somebody outside")
        lost = [name for name in step["fields"] if name not in fields]
        if lost:
            yield ("steps", n, "fields"), Message("there is no field {names}", names=lost)
        again = [
            Message("{field} (in {step})", field=name, step=filled[name])
            for name in step["fields"]
            if name in filled
        ]
        if again:
            yield ("steps", n, "fields"), Message("filled in an earlier step already: {fields}", fields=again)
        filled |= dict.fromkeys(step["fields"], step["name"])
    unfilled = [name for name in required if name not in filled]
    if unfilled:
        yield ("schema", "required"), Message("no step fills {fields}", fields=unfilled)


def _following(before: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What may come next: the first part of this clause, or the next clause at each level above."""
    if not before:
        return [(1,)]
    return [(*before, 1)] + [(*before[:i], before[i] + 1) for i in reversed(range(len(before)))]


def _error(rule: str, line: Line, message: Message) -> Finding:
    return Finding(rule, "error", line.clause, line.at, message)


def _warning(rule: str, line: Line, message: Message) -> Finding:
    return Finding(rule, "warning", line.clause, line.at, message)
