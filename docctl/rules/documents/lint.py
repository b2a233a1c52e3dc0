"""What is wrong with a procedure as it is written (DC-36, DC-88, DC-89, DC-114 to DC-120).

Every check takes values and gives findings; nothing is refused here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message, either
from docctl.rules.documents import agreement, gaps, links, markup, otherwise
from docctl.rules.documents.clauses import Line, read_lines
from docctl.rules.documents.cues import any_of
from docctl.rules.documents.finding import Finding

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_TITLE: Final = re.compile(r"#\s+(?!\d)(.*)")
_CROSS: Final = re.compile(
    rf"(?:{any_of('cites')})\s*(?:{any_of('clause')})?\s*(?P<number>\d{{1,3}}(?:\.\d{{1,3}})+)(?!\d|\.\d)"
    rf"(?!\s*(?:%|℃|°|[a-zA-Z]{{1,3}}\b|{any_of('measures')}))",
    re.IGNORECASE,
)
_NUMBER: Final = r"[A-Z][A-Z0-9/. -]{0,40}\d"
_CITED: Final = re.compile(
    rf"(?P<n1>{_NUMBER})\s*《(?P<t1>[^》]{{1,80}})》|《(?P<t2>[^》]{{1,80}})》\s*[(\uff08]\s*(?P<n2>{_NUMBER})\s*[)\uff09]"
)
_FORM: Final = re.compile(rf"《([^》]{{1,80}}(?:{any_of('forms')}))》")
_BARE_UNIT: Final = re.compile(rf"(?:{any_of('bounds')})[\s_xX×]*(?:℃|°C|%|km\b|{any_of('units')})")


def lint(
    text: str,
    *,
    title: str,
    level: str,
    records: Collection[str],
    meant: Collection[str] = (),
    first_line: int = 1,
    aliases: Mapping[str, str] = NO_NAMES,
    sections: Collection[Collection[str]] = (),
) -> list[Finding]:
    """All findings of one language, in the order of lines.

    `records` are the titles of the listed templates in that language, `meant` the words that are to be
    printed as they stand, whatever they look like (a number XX-XX-022), `first_line` where the body starts.
    `aliases`: what documents are also called, each with its name. `sections`: those that it must have.
    """
    lines = list(read_lines(text, first_line))
    listed = {*records, *(name for name, proper in aliases.items() if proper in records)}
    findings = [
        *clause_order(lines),
        *one_title(lines, title),
        *cross_references(lines),
        *one_name_each(lines),
        *unlisted_forms(lines, listed),
        *agreement.one_name_alone(lines, aliases, records),
        *agreement.contents_agree(lines),
        *agreement.one_department_each(lines),
        *unfinished(text, meant, first_line),
        *misplaced_items(lines),
        *otherwise.findings(text, first_line),
        *lacking(text, level=level, records=records, sections=sections, first_line=first_line),
    ]
    return sorted(findings, key=lambda f: (f.line, f.rule))


def lacking(
    text: str,
    *,
    level: str,
    records: Collection[str],
    sections: Collection[Collection[str]],
    first_line: int = 1,
) -> Iterator[Finding]:
    """What a document of its level must have (DC-31, DC-88); a submission refuses one without."""
    if level == "procedure" and not records:
        yield Finding(
            "DC-88", "error", "", first_line, Message("The list of records is empty; name its forms.")
        )
    if sections:
        yield from agreement.missing_sections(list(read_lines(text, first_line)), sections, first_line)


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
        headed = found[1].strip() if found else ""
        if headed.endswith("}"):
            headed = headed.rpartition("{")[0].rstrip()
        if found and not line.clause and headed != title:
            yield _error(
                "DC-115",
                line,
                Message(
                    "The text is headed {heading}, the document is called {title}.",
                    heading=headed,
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


def unfinished(text: str, meant: Collection[str] = (), first_line: int = 1) -> Iterator[Finding]:
    """What stops a submission, if it is not meant: gaps, and markup that is not read (decision 37)."""
    written = list(read_lines(text, first_line))
    lines = markup.plain(written, meant)
    missing = list(placeholders(lines))
    yield from (*missing, *units_without_figure(lines))
    told = {finding.line for finding in missing}
    for line, found in markup.unread([line for line in lines if line.at not in told]):
        yield _error(
            "DC-119",
            line,
            Message(
                "{markup} will be printed as it stands; write it otherwise, put it in backticks, or name it "
                "under meant in the head.",
                markup=found,
            ),
        )
    yield from _lost(lines, written)
    for line, target in links.astray(lines, written):
        yield _error(
            "DC-116",
            line,
            Message("The link {target} leads nowhere; name a clause that this text has.", target=target),
        )
    for at, kind in markup.drawings(text, first_line):
        yield Finding(
            "DC-119",
            "error",
            "",
            at,
            Message(
                "The source of a drawing ({kind}) will be printed as it stands; put it in as a figure.",
                kind=kind,
            ),
        )


def _lost(lines: Iterable[Line], written: Iterable[Line]) -> Iterator[Finding]:
    """What would not be printed at all: of `plain` lines, and of those that are written."""
    for line, found in markup.vanishing(lines):
        said = Message("{words} will not be printed: braces hold an anchor; take them away.", words=found)
        yield _error("DC-119", line, said)
    for line, found, columns in markup.beyond_the_head(written):
        said = Message(
            "{words} will not be printed: the head of the table has {columns} columns.",
            words=found[:80],
            columns=columns,
        )
        yield _error("DC-119", line, said)


def gaps_in_title(title: str, meant: Collection[str] = ()) -> Iterator[Finding]:
    """DC-36: a title is printed as it is written, so that it has no markup; but it is finished."""
    yield from placeholders(markup.plain(read_lines(title), meant))


def misplaced_items(lines: Collection[Line]) -> Iterator[Finding]:
    """Lines that look like items of a list, and will be printed within a sentence."""
    for line in markup.misplaced(markup.plain(lines)):
        yield _warning(
            "DC-119",
            line,
            Message(
                "{words} will be printed within the paragraph above; put a blank line before it, or mend its "
                "indent.",
                words=line.within.strip()[:30],
            ),
        )


def placeholders(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-36 and DC-119: nothing is left to be filled in. Of `plain` lines, the first gap of each."""
    for line in lines:
        if re.fullmatch(r"\s*(?:_\s*){3,}", line.text):
            continue  # a rule across the page, not a gap
        found = gaps.first(line.text)
        if found:
            rule = "DC-119" if found[0] in "【[<{" else "DC-36"
            yield _error(
                rule,
                line,
                Message(
                    "{gap} is a placeholder; put in what belongs there, or name it under meant in the head.",
                    gap=found,
                ),
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


def _following(before: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What may come next: the first part of this clause, or the next clause at each level above."""
    if not before:
        return [(1,)]
    return [(*before, 1)] + [(*before[:i], before[i] + 1) for i in reversed(range(len(before)))]


def _error(rule: str, line: Line, message: Message) -> Finding:
    return Finding(rule, "error", line.clause, line.at, message)


def _warning(rule: str, line: Line, message: Message) -> Finding:
    return Finding(rule, "warning", line.clause, line.at, message)
