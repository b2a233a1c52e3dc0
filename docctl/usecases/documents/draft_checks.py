"""What a text must be before it is kept as a draft, and before it is handed in.

Each check refuses with all that is wrong, and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Level, Message, Post, Typed, line_of
from docctl.models.configuration import ApprovalChain
from docctl.models.documents import Document, Revision
from docctl.rules import moving
from docctl.rules.documents import (
    cards,
    externals,
    head,
    issue,
    labels,
    lint,
    numbering,
    revisions,
    takeovers,
    trials,
)
from docctl.rules.documents.remarks import refused
from docctl.standing import called, cited, control, facts, find
from docctl.standing.cards import load as load_cards
from docctl.standing.linked import dead_links
from docctl.store.material import Material
from docctl.store.names import file_name
from docctl.store.problems import in_text
from docctl.store.source import Procedure
from docctl.store.template import Template, meant_in
from docctl.usecases.documents import replacing


def check_ready(ctx: Context, content: Procedure | Template, reason: str, label: str) -> None:
    """What must be right before anybody is asked to sign it (DC-36, DC-69). Raises Invalid, all at once."""
    problems: dict[str, Message] = {}
    if not reason.strip():
        problems["reason"] = Message("say why this revision is wanted; it is kept as the request")
    for title in content.title.values():
        for found in lint.gaps_in_title(title, meant_in(content)):
            problems["title"] = Message("{why} ({rule})", why=found.message, rule=found.rule)
    named = {f.key: content.head.get(f.key, ()) for f in head.FIELDS if f.of_departments}
    problems |= _no_departments(ctx.session, named)
    problems |= trials.problems(label, content.head, ctx.today())
    rules = load_cards(ctx.session)
    problems |= cards.problems(content.head, level=content.level, rules=rules)
    problems |= externals.problems(content.head, level=content.level)
    problems |= takeovers.foreign(content.head)
    problems |= _names_of_others(ctx.session, content)
    problems |= control.lacking(ctx.session, content)
    names = cited.names_in(content)
    problems |= refused(cited.remarks(ctx.site, ctx.session, content.number, names, ctx.today()))
    if isinstance(content, Procedure):
        problems |= _in_texts(ctx.session, content, rules)
    if problems:
        raise Invalid(problems)


def _names_of_others(session: Session, content: Procedure | Template) -> dict[str, Message]:
    """A name stands for one document (DC-90)."""
    aliases = content.head.get("aliases", ())
    known = called.names(session) if aliases else {}
    for alias in aliases:
        if alias in known and known[alias].number != content.number:
            why = Message("{alias} is what {number} is called", alias=alias, number=known[alias].number)
            return {"aliases": why}
    return {}


def _in_texts(session: Session, content: Procedure, rules: cards.Rules) -> dict[str, Message]:
    """By place what is left to be filled in, leads nowhere, or is missing altogether (DC-31, DC-88)."""
    problems: dict[str, Message] = {}
    for language, text in content.texts.items():
        sections = rules.sections_of(content.level, language)
        lacking = lint.lacking(text.body, level=content.level, records=content.records, sections=sections)
        unfinished = lint.unfinished(text.body, meant_in(content), text.body_line)
        places = [(_LACKING[found.rule], found) for found in lacking]
        places += [(line_of(found.line), found) for found in (*unfinished, *dead_links(session, text))]
        for place, found in places:
            why = Message("{why} ({rule})", why=found.message, rule=found.rule)
            problems[in_text(language, place)] = why
    return problems


_LACKING: Final = {"DC-31": "sections", "DC-88": "records"}
"""Where it is told that a whole part of a document is missing."""


def check_number(session: Session, material: Material) -> None:
    """The number is one of the site's and free (DC-12); a department answers for the document (DC-109)."""
    _check_level(session, material.content.level)
    key = numbering.key(material.content.number)
    used = session.scalars(select(Document.number_key).where(Document.number_key == key)).all()
    numbering.check(material.content.number, material.content.level, find.schemes(session), used)
    name = file_name(material.content.number)
    if session.scalar(select(Document.id).where(Document.file_name == name)) is not None:
        raise Invalid(
            {
                "number": Message(
                    "{number} would have the file name of another document", number=material.content.number
                )
            }
        )
    unknown = _no_departments(session, {"department": (material.content.department,)})
    if unknown:
        raise Invalid(unknown)


def _check_level(session: Session, level: str) -> None:
    """A level is known by its key. Raises Invalid for what can be none, with those that there are."""
    known = session.scalars(select(ApprovalChain.level).order_by(ApprovalChain.level)).all()
    if level not in known and not _KEY.fullmatch(level):
        raise Invalid(
            {
                "level": Message(
                    "{level} is none of {levels}", level=Typed(level), levels=[Level(each) for each in known]
                )
            }
        )


_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def _no_departments(session: Session, said: Mapping[str, Iterable[str]]) -> dict[str, Message]:
    """By field the first of its keys that is no department of the site."""
    known = sorted(d.key for d in find.departments(session))
    unknown = {name: next((key for key in keys if key not in known), None) for name, keys in said.items()}
    return {
        name: Message(
            "{department} is none of {departments}",
            department=Typed(key),
            departments=[Post(each) for each in known],
        )
        for name, key in unknown.items()
        if key is not None
    }


def check_same_document(document: Document, material: Material) -> None:
    """A document keeps its number, and the year in it, whatever becomes of its text (DC-17)."""
    problems = {}
    if numbering.key(material.content.number) != document.number_key:
        problems["number"] = Message(
            "the file says {said}, the document is {number}",
            said=material.content.number,
            number=document.number,
        )
    said, known = material.content.level, document.level
    if said != known:
        problems["level"] = Message(
            "the file says {said}, the document is registered with {known}", said=said, known=known
        )
    said, known = material.content.department, document.department
    if said != known:
        problems["department"] = Message(
            "the file says {said}, the document belongs to {known}; document control moves it: {how}",
            said=Post(said),
            known=Post(known),
            how=moving.DOCUMENT,
        )
    if problems:
        raise Invalid(problems)


def target(
    session: Session, document: Document, label: str | None, shown: str | None
) -> tuple[Revision | None, str]:
    """The revision that a draft is saved to (None: a new one) and its label. Raises WrongState, Invalid."""
    issue.check_not_withdrawn(facts.document(document))
    known = find.revisions(session, document.id)
    newest = known[-1]
    if newest.state in (revisions.State.IN_REVIEW, revisions.State.APPROVED):
        raise WrongState(
            "{number} {label} is {state} and its content frozen; reject or retract it to change it",
            number=document.number,
            label=newest.label,
            state=newest.state,
        )
    check_newest(document, newest, shown)
    editable = newest.state in (revisions.State.DRAFT, revisions.State.DISCARDED)
    if label is None and editable:
        return newest, newest.label
    last = labels.parse_label(newest.label)
    wanted = labels.parse_label(label) if label else labels.next_label(last)
    _check_label(document, wanted, [r for r in known if not (editable and r is newest)])
    return (newest if editable else None), str(wanted)


def check_newest(document: Document, newest: Revision, shown: str | None) -> None:
    """Raises WrongState where the text is not the one that somebody has before them."""
    if shown is not None and not replacing.same(shown, newest.content):
        raise WrongState(
            "{number} {label} was saved by somebody else since it was shown to you; look at the "
            "newer text first",
            number=document.number,
            label=newest.label,
        )


def _check_label(document: Document, wanted: labels.RevisionLabel, others: Sequence[Revision]) -> None:
    """A label is never used again, and comes after those that were issued. Raises Invalid."""
    if any(labels.parse_label(r.label) == wanted for r in others):
        raise Invalid(
            {
                "revision": Message(
                    "{number} {label} was used before; take the next label",
                    number=document.number,
                    label=str(wanted),
                )
            }
        )
    issued = [labels.parse_label(r.label) for r in others if r.issued_at is not None]
    if issued and wanted < max(issued):
        raise Invalid(
            {
                "revision": Message(
                    "{label} does not come after {issued}, which was issued",
                    label=str(wanted),
                    issued=str(max(issued)),
                )
            }
        )
