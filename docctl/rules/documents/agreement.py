"""What a text says in two places, and ought to say alike: contents, duties, names of other documents.

DC-31, DC-90, DC-112, DC-117, DC-118. Every check takes lines and gives findings; nothing is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from docctl.errors.message import Message, either
from docctl.rules.documents.clauses import Line
from docctl.rules.documents.cues import any_of
from docctl.rules.documents.finding import Finding

_HEADING: Final = re.compile(r"(?P<marks>#{1,6})\s(?P<said>.*)", re.DOTALL)
_CONTENTS: Final = re.compile(rf"[\[【]?\s*(?:{any_of('contents')})\s*[\]】]?", re.IGNORECASE)
_DOTS: Final = " \t.．…·"
_LEADERS: Final = ("\t", "  ", "..", "．．", "…", "··", ". ", "… ", "· ")
_LINK: Final = re.compile(r"\[([^\]\[]{0,200})\]\([^)(]{0,300}\)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]\s+)?")
_BETWEEN: Final = re.compile(r"[\s、.．:：…·\[\]【】()\uff08\uff09*_`]+")
_TOC: Final = re.compile(r"\[?\[(?:toc|_toc_)\]\]?", re.IGNORECASE)


@dataclass(frozen=True)
class _Section:
    """A heading: how deep, what it says, and its line."""

    depth: int
    said: str
    line: Line


def contents_agree(lines: Sequence[Line]) -> Iterator[Finding]:
    """DC-117: a list of contents that somebody wrote has the headings of the text, and they have text."""
    at, end = _contents(lines)
    if at is None:
        return
    sections = [s for s in _sections(lines) if s.line.at > lines[end - 1].at or s.line.at < lines[at].at]
    known = {_bare(s.said): s for s in sections}
    listed = [line for line in lines[at + 1 : end] if _entry(line)]
    found = {_bare(_entry(line)) for line in listed}
    for line in listed:
        if _bare(_entry(line)) not in known:
            yield _warning(
                "DC-117",
                line,
                Message("The contents list {entry}, and the text has no such heading.", entry=_entry(line)),
            )
    depths = {s.depth for key, s in known.items() if key in found}
    for section in sections:
        if section.depth in depths and _bare(section.said) not in found and section.line.at > lines[at].at:
            yield _warning(
                "DC-117",
                section.line,
                Message("The heading {heading} is not in the list of contents.", heading=section.said),
            )
    empty = _empty(lines)
    for section in sections:
        if _bare(section.said) in found and section.line.at in empty:
            yield _warning(
                "DC-117",
                section.line,
                Message("The contents list {entry}, and nothing stands below it.", entry=section.said),
            )


def _heading(line: Line) -> tuple[int, str] | None:
    """How deep a heading is, and what it says without its anchor; None for another line."""
    found = _HEADING.fullmatch(line.text)
    if found is None:
        return None
    said = found["said"].strip().rstrip("#").rstrip()
    if said.endswith("}"):
        said = said.rpartition("{")[0].rstrip()
    return len(found["marks"]), said


def _contents(lines: Sequence[Line]) -> tuple[int | None, int]:
    """Where the list begins and ends: below a heading or a line of that name, up to the next heading."""
    for at, line in enumerate(lines):
        heading = _heading(line)
        if not _CONTENTS.fullmatch(heading[1] if heading else line.text.strip()):
            continue
        end = next((n for n in range(at + 1, len(lines)) if _heading(lines[n])), len(lines))
        if any(_entry(other) for other in lines[at + 1 : end]):
            return at, end
    return None, 0


def _sections(lines: Sequence[Line]) -> Iterator[_Section]:
    for line in lines:
        heading = _heading(line)
        if heading and not _CONTENTS.fullmatch(heading[1]):
            yield _Section(*heading, line)


def _entry(line: Line) -> str:
    """What a line of a list of contents names, without its page; empty where it names nothing."""
    said = line.text.strip()
    if _TOC.fullmatch(said):
        return ""
    said = _LINK.sub(r"\1", _ITEM.sub("", said, count=1)).rstrip()
    bare = said.rstrip("0123456789")
    # A figure is a page where dots or a gap lead to it.
    return (bare if bare.endswith(_LEADERS) else said).strip(_DOTS)


def _bare(said: str) -> str:
    return _BETWEEN.sub("", said).casefold()


def _empty(lines: Sequence[Line]) -> set[int]:
    """The headings below which nothing stands before the next of the same depth, or above it."""
    told = [line for line in lines if line.text.strip()]
    found = set()
    for line, following in zip_longest(told, told[1:]):
        heading, after = _heading(line), _heading(following) if following else (0, "")
        if heading and after and after[0] <= heading[0]:
            found.add(line.at)
    return found


def missing_sections(
    lines: Sequence[Line], wanted: Iterable[Collection[str]], first_line: int
) -> Iterator[Finding]:
    """DC-31: the sections that the site prescribes; of each, the words of which a heading has one."""
    headings = [_bare(section.said) for section in _sections(lines)]
    missing = [
        either(words)
        for words in wanted
        if not any(_bare(word) in heading for word in words for heading in headings)
    ]
    if missing:
        said = Message("Documents of this level have these sections too: {sections}.", sections=missing)
        yield Finding("DC-31", "error", "", first_line, said)


_WHO: Final = re.compile(
    rf"\s*(?:[-*+]\s+)?(?:\d{{1,3}}(?:\.\d{{1,3}})*[.、]?\s*|[a-z][)\uff09]\s*)?\**"
    rf"(?P<who>{any_of('posts')})\**\s*[:：,，]?\s*(?P<rest>.*)",
)
_DUTY: Final = re.compile(rf"(?:{any_of('answers')})(?P<duty>.*)", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[。；;]|(?<=[a-z])\.\s")
_EMPTY: Final = re.compile(rf"{any_of('small')}", re.IGNORECASE)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_FEWEST: Final = 3
"""Pieces of a duty below which two are alike by chance."""
_ALIKE: Final = 0.8
_MOST: Final = 500
"""So many duties, or names, each is compared with: a text of a thousand pages must not take a minute."""


def one_department_each(lines: Collection[Line]) -> Iterator[Finding]:
    """DC-112: a duty that is given to two departments is told once, where the second is named."""
    known: list[tuple[str, Line, frozenset[str]]] = []
    for line in lines:
        named = _WHO.fullmatch(line.text)
        if named is None:
            continue
        who = named["who"].strip()
        for sentence in _SENTENCE.split(named["rest"]):
            duty = _DUTY.search(sentence)
            pieces = _pieces(duty["duty"]) if duty else frozenset()
            if len(pieces) < _FEWEST:
                continue
            other = next((one for one in known if one[0] != who and _same_duty(one[2], pieces)), None)
            if other is not None:
                yield _warning(
                    "DC-112",
                    line,
                    Message(
                        "{who} is given a duty that line {first} gives to {other}: {duty}",
                        who=who,
                        first=other[1].at,
                        other=other[0],
                        duty=sentence.strip()[:60],
                    ),
                )
            if len(known) < _MOST:
                known.append((who, line, pieces))


def _pieces(duty: str) -> frozenset[str]:
    """Pairs of Chinese characters, and words of other scripts, without those that say nothing."""
    runs = _HAN.findall(_EMPTY.sub(" ", duty))
    pairs = {run[n : n + 2] for run in runs for n in range(len(run) - 1)}
    return frozenset(pairs | {word.casefold() for word in _WORD.findall(_EMPTY.sub(" ", duty))})


def _same_duty(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((one, other), key=len)
    return len(fewer & more) >= _ALIKE * len(fewer)


_NAMED: Final = re.compile(r"《([^》]{1,80})》")


def one_name_alone(
    lines: Collection[Line], aliases: Mapping[str, str], forms: Collection[str] = ()
) -> Iterator[Finding]:
    """DC-90 and DC-118: a document that is named without its number is named as it is called.

    `aliases`: what each document is also called, with its name; a name is its own. `forms`: the names of
    record templates. Of names that nobody knows, one that ends like another may be that document.
    """
    before: dict[str, int] = {}
    for line in lines:
        for name in _NAMED.findall(line.text):
            if name in before:
                continue
            proper = aliases.get(name)
            if proper is not None and proper != name:
                rule = "DC-90" if proper in forms else "DC-118"
                said = Message("《{name}》 is called 《{proper}》; use that name.", name=name, proper=proper)
                yield _warning(rule, line, said)
            elif other := _called_otherwise(name, before, aliases):
                yield _warning(
                    "DC-118",
                    line,
                    Message(
                        "《{name}》 here and 《{other}》 in line {first} may be one document; use one name.",
                        name=name,
                        other=other,
                        first=before[other],
                    ),
                )
            if len(before) < _MOST:
                before[name] = line.at


def _called_otherwise(name: str, before: Mapping[str, int], aliases: Mapping[str, str]) -> str:
    """A name before that says the same with more words, or with fewer; both known are two documents."""
    alike = (other for other in before if other.endswith(name) or name.endswith(other))
    return next((other for other in alike if not (name in aliases and other in aliases)), "")


def _warning(rule: str, line: Line, message: Message) -> Finding:
    return Finding(rule, "warning", line.clause, line.at, message)
