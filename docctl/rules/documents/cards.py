"""The card of a document: its class, who keeps it, who interprets it, whether it is under control.

What its head does not say comes from the site: by its level, then by its class, else it is kept by the
department that owns it (DC-03 to DC-06). Knows no file and no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from docctl.errors import WrongState
from docctl.errors.message import Level, Message, Post, Typed
from docctl.rules import names
from docctl.rules.documents.head import Head
from docctl.rules.words import Own, Words

CONTROLLED: Final = Own(zh="受控", en="controlled")
UNCONTROLLED: Final = Own(zh="非受控", en="uncontrolled")
_CLASS: Final = Own(zh="文件类别", en="Class")
_KEPT_BY: Final = Own(zh="保管部门", en="Kept by")
_CONTROL: Final = Own(zh="受控状态", en="Controlled status")
_ALIASES: Final = Own(zh="别名", en="Also called")
_INTERPRETER: Final = Own(zh="解释部门", en="Interpreted by")
_BECAUSE: Final = Own(zh="{status}（{reason}）", en="{status} ({reason})")
_INTERPRETED: Final = Own(
    zh="本文件由{department}负责解释。", en="This document is interpreted by: {department}."
)

TIED_TO_THE_SYSTEM: Final = frozenset({"manual", "procedure", "regulation"})
"""Levels of documents that are under control, unless their head says why not (DC-44)."""

OWNER: Final = "owner"
"""As the keeper of a level or a class: the department that owns the document."""


@dataclass(frozen=True)
class Kind:
    """A class of documents; no keeper: nothing is said of that."""

    key: str
    title: Words
    keeper: str = ""


@dataclass(frozen=True)
class OfLevel:
    """What the documents of a level are, unless their heads say otherwise."""

    kind: str = ""
    keeper: str = ""
    review: str = ""
    """How often they are reviewed, as `1 year`; empty where the site does not say it."""
    sections: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    """The sections that they have: by language, the words of which a heading has one (DC-31)."""
    change: str = ""
    """`required`: a change is handed in under an approved change application (DC-63, DC-64)."""
    minor_change: str = ""
    """`approver`: of a minor change the author and who approves sign, and nobody between them (DC-70)."""


@dataclass(frozen=True)
class Rules:
    """What a site has decided about its documents, by class and by level."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    levels: Mapping[str, OfLevel] = field(default_factory=dict)

    def review_of(self, level: str) -> str:
        """How often documents of a level are reviewed, unless their heads say otherwise."""
        return self.levels.get(level, OfLevel()).review

    def needs_application(self, level: str) -> bool:
        """Whether a change of documents of a level needs an approved change application."""
        return self.levels.get(level, OfLevel()).change == "required"

    def has_short_chain(self, level: str) -> bool:
        """Whether a minor change of them is signed by its author and approver alone."""
        return self.levels.get(level, OfLevel()).minor_change == "approver"

    def sections_of(self, level: str, language: str) -> tuple[tuple[str, ...], ...]:
        """What a document of a level must have a heading for, in the words of a language that says it."""
        found = (section.get(language, ()) for section in self.levels.get(level, OfLevel()).sections)
        return tuple(words for words in found if words)

    def title(self, key: str) -> Words:
        """What a class is called; one that is no longer there, by its key."""
        found = self.kinds.get(key)
        return found.title if found else Words.key(key)


@dataclass(frozen=True, kw_only=True)
class Card:
    """The card of one revision. `reason`: why it is not under control."""

    kind: str
    keeper: str
    is_controlled: bool
    reason: str
    interpreter: str
    aliases: tuple[str, ...]
    cover_edition: bool


def from_data(data: Mapping[str, Any]) -> Rules:
    """The `documents` of a site.yaml, or of a row. What it leaves out is docctl's."""
    kinds = [Kind(c["key"], Words(c["title"]), c.get("keeper", "")) for c in data.get("classes", ())]
    levels = {key: _of_level(of) for key, of in data.get("levels", {}).items()}
    return Rules({kind.key: kind for kind in kinds} or DEFAULT.kinds, levels or DEFAULT.levels)


def _of_level(said: Mapping[str, Any]) -> OfLevel:
    sections = tuple({k: tuple(words) for k, words in one.items()} for one in said.get("sections", ()))
    words = {name: said.get(name, "") for name in ("keeper", "review", "change", "minor_change")}
    return OfLevel(kind=said.get("class", ""), sections=sections, **words)


def card(head: Head, *, level: str, department: str, rules: Rules) -> Card:
    """What the head says, else what the site says of its level and its class."""
    of = rules.levels.get(level, OfLevel())
    kind = _first(head, "class") or of.kind
    chosen = rules.kinds.get(kind)
    ways = [of.keeper, chosen.keeper if chosen else ""]
    if kind != of.kind:
        # A class that the head has chosen says more of it than its level.
        ways.reverse()
    keeper = _first(head, "kept_by") or next(filter(None, ways), OWNER)
    return Card(
        kind=kind,
        keeper=department if keeper == OWNER else keeper,
        is_controlled=is_controlled(head),
        reason=_first(head, "uncontrolled_because"),
        interpreter=_first(head, "interpreted_by"),
        aliases=tuple(head.get("aliases", ())),
        cover_edition=_first(head, "cover") == "edition",
    )


def shown(of: Card, rules: Rules, departments: Mapping[str, Words]) -> Iterator[tuple[Words, Words]]:
    """For a page: what each part is called, and what it says."""
    yield from _kept(of, rules, departments)
    yield _CONTROL, control_words(of)
    if of.aliases:
        yield _ALIASES, Words.listed(map(Words.key, of.aliases))
    if of.interpreter:
        yield _INTERPRETER, departments.get(of.interpreter, Words.key(of.interpreter))


def printed(of: Card, rules: Rules, departments: Mapping[str, Words]) -> Iterator[tuple[Words, Words]]:
    """For a cover: that a document is under control is said by the stamp of each of its copies."""
    yield from _kept(of, rules, departments)
    if not of.is_controlled:
        yield _CONTROL, control_words(of)


def _kept(of: Card, rules: Rules, departments: Mapping[str, Words]) -> Iterator[tuple[Words, Words]]:
    if of.kind:
        yield _CLASS, rules.title(of.kind)
    yield _KEPT_BY, departments.get(of.keeper, Words.key(of.keeper))


def control_words(of: Card) -> Words:
    """Under control or not, and why not."""
    status = CONTROLLED if of.is_controlled else UNCONTROLLED
    return _BECAUSE.filled(status=status, reason=of.reason) if of.reason and not of.is_controlled else status


def interpretation(of: Card, departments: Mapping[str, Words]) -> Words | None:
    """The sentence at the end of a document (DC-39); None where it names nobody."""
    if not of.interpreter:
        return None
    return _INTERPRETED.filled(department=departments.get(of.interpreter, Words.key(of.interpreter)))


def applies_to(department: str, head: Head, *, owner: str) -> bool:
    """Whether a document counts for a department: one that names no scope counts for all (DC-40)."""
    scope = head.get("scope", ())
    return not scope or department in scope or department == owner


def problems(head: Head, *, level: str, rules: Rules) -> dict[str, Message]:
    """What of a card nobody could work with, by its place in the head (DC-03, DC-44)."""
    found: dict[str, Message] = {}
    of = card(head, level=level, department="", rules=rules)
    if of.kind not in rules.kinds:
        known = [Typed(key) for key in rules.kinds]
        found["class"] = Message("{kind} is none of the classes {known}", kind=Typed(of.kind), known=known)
    if level in TIED_TO_THE_SYSTEM and not of.is_controlled and not of.reason.strip():
        found["uncontrolled_because"] = Message(
            "documents of the level {level} are under control; say why this one is not (DC-44)",
            level=Level(level),
        )
    if of.reason and of.is_controlled:
        found["control"] = Message("a reason is given, so say control: uncontrolled; or leave the reason out")
    return found


def is_controlled(head: Head) -> bool:
    """Whether the document of this head is under control; no site decides that by level or class."""
    return _first(head, "control") != "uncontrolled"


def check_hand_out(of: Card, number: str) -> None:
    """A numbered copy bears 受控: of what is not under control there is none. Raises WrongState."""
    if not of.is_controlled:
        raise WrongState(
            "{number} is not under control: no numbered copy of it is handed out. Print it from its page; or "
            "issue a revision whose head does not say control: uncontrolled (DC-44).",
            number=number,
        )


def configured(
    data: Mapping[str, Any], departments: Sequence[str], levels: Iterable[str]
) -> dict[str, Message]:
    """What is wrong with the `documents` of a site.yaml beyond its form."""
    found: dict[str, Message] = {}
    rules = from_data(data)
    if len(rules.kinds) < len(data.get("classes", ())):
        found["documents.classes"] = Message("two classes have the same key")
    known = [*departments, OWNER]
    named = [("classes", kind.key, kind.keeper) for kind in rules.kinds.values()]
    named += [("levels", key, of.keeper) for key, of in rules.levels.items()]
    for part, key, keeper in named:
        if keeper and keeper not in known:
            found[f"documents.{part}.{key}"] = Message(
                "{department} is none of {departments}",
                department=Typed(keeper),
                departments=[Post(each) for each in departments],
            )
    for key in levels:
        of = rules.levels.get(key, OfLevel())
        if of.kind not in rules.kinds and (of.kind or key in names.LEVELS):
            found[f"documents.levels.{key}"] = Message(
                "{kind} is none of the classes {known}",
                kind=Typed(of.kind),
                known=[Typed(each) for each in rules.kinds],
            )
    return found


def _first(head: Head, key: str) -> str:
    return next(iter(head.get(key, ())), "")


DEFAULT: Final = Rules(
    kinds={
        kind.key: kind
        for kind in (
            Kind("system", Own(zh="体系文件", en="System")),
            Kind("administrative", Own(zh="行政管理文件", en="Administrative")),
            Kind("technical", Own(zh="技术文件", en="Technical")),
            Kind("external", Own(zh="外来文件", en="External")),
            Kind("record", Own(zh="体系记录", en="Records")),
        )
    },
    levels={
        "manual": OfLevel("system"),
        "procedure": OfLevel("system"),
        "regulation": OfLevel("administrative"),
        "work-instruction": OfLevel("technical"),
        "technical": OfLevel("technical"),
        "departmental": OfLevel("system"),
        "external": OfLevel("external"),
        "form": OfLevel("record"),
    },
)
"""What counts at a site that has not said it, as one that was upgraded: the classes of DC-03, no keepers."""
