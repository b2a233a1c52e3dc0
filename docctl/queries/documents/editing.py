"""The text of a draft for whoever writes it, what it will look like, and what a new document begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.errors import Invalid, NotFound, WrongState
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.queries.documents.draft_findings import NO_FINDINGS, Findings, findings_of
from docctl.queries.documents.redline import ON_A_PAGE, FigureAddress, department_titles, parts_of
from docctl.queries.people.departments import department_words
from docctl.render.sheets import Form
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import issue, labels, numbering, takeovers
from docctl.rules.documents.revisions import State
from docctl.rules.languages import Language
from docctl.rules.words import NOTHING, Own, Words
from docctl.standing import facts, find
from docctl.standing.document import may_read, readable
from docctl.standing.form import form_of
from docctl.store.material import figures_of, is_figure, main_of, others_of
from docctl.store.objects import blob_id
from docctl.store.template import Template
from docctl.store.written import material_of


@dataclass(frozen=True)
class Editing:
    """A draft as it is stored. `content` is what the writer began from, `label` what will be saved.

    `texts`: those it has; a record template is one in the primary language. `figures`: by their paths
    those it has, which lie in `folder`. `returned`: why it came back, if it did.
    """

    number: str
    title: Words
    label: str
    state: State
    content: str
    texts: Mapping[Language, str]
    figures: Mapping[str, bytes]
    folder: str
    is_template: bool
    returned: str


@dataclass(frozen=True)
class Part:
    """One language of a preview (empty for a record template); `html` is clean."""

    language: str
    html: str


@dataclass(frozen=True)
class Preview:
    """What a text would look like, or why it cannot be accepted yet, by the place in it.

    `findings`: what is wrong with it all the same, before it is handed in.
    """

    parts: tuple[Part, ...] = ()
    form: Form | None = None
    problems: Mapping[str, Message] | None = None
    findings: Findings = NO_FINDINGS


def editing(ctx: Context, number: str) -> Editing:
    """The draft, or the newest text where the next revision is to begin. Raises Forbidden, WrongState."""
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    ctx.require(Action.DRAFT_SAVE, facts.subject(ctx.session, document, newest))
    issue.check_not_withdrawn(facts.document(document))
    if newest.state in (State.IN_REVIEW, State.APPROVED):
        raise WrongState(
            "{number} {label} is {state} and its content frozen; reject or retract it to change it",
            number=document.number,
            label=newest.label,
            state=newest.state,
        )
    files = readable(ctx, document, newest).files()
    main = main_of(files)
    texts = {languages.PRIMARY: files[main], **others_of(files)}
    return Editing(
        document.number,
        newest.title,
        _label(newest),
        newest.state,
        newest.content,
        {language: _begun(data, newest) for language, data in texts.items()},
        figures_of(files),
        document.file_name,
        main.endswith(".yaml"),
        _returned(ctx.session, newest),
    )


def preview(
    ctx: Context, number: str | None, text: bytes, others: Mapping[Language, bytes], address: FigureAddress
) -> Preview:
    """The text as readers will see it, with the figures that document `number` has already."""
    kept = editing(ctx, number).figures if number is not None else {}
    try:
        content = material_of(text, others, {}, kept).content
        blobs = {path: blob_id(data) for path, data in kept.items()}
        return Preview(
            tuple(
                Part(*part) for part in parts_of(content, blobs, address, department_titles(ctx), ON_A_PAGE)
            ),
            form_of(content, department_words(ctx)) if isinstance(content, Template) else None,
            findings=findings_of(ctx, content),
        )
    except Invalid as error:
        return Preview(problems=error.problems)


def figure(ctx: Context, number: str, blob: str) -> tuple[str, bytes]:
    """File name and bytes of a figure of any revision that the reader may read.

    Raises NotFound, Forbidden, Tampered.
    """
    document = find.document(ctx.session, number)
    showing = [r for r in find.revisions(ctx.session, document.id) if _figures(r, blob)]
    if not showing:
        raise NotFound("{number} has no such figure", number=document.number)
    shown = next((r for r in showing if may_read(ctx, document, r)), showing[-1])
    (path, *_) = _figures(shown, blob)
    return PurePosixPath(path).name, readable(ctx, document, shown).file(path)


@dataclass(frozen=True)
class Offer:
    """A number scheme with its next free number; none where its numbers do not run."""

    scheme: str
    level: str
    example: str
    number: str | None


def offers(ctx: Context) -> list[Offer]:
    """The schemes of the site. Raises Forbidden for whoever may not register."""
    ctx.require(Action.DOCUMENT_REGISTER, Subject())
    used = ctx.session.scalars(select(Document.number)).all()
    return [_offer(scheme, used) for scheme in find.schemes(ctx.session)]


def skeleton(offer: Offer, department: str) -> str:
    """The text that a new document begins with."""
    form = _TEMPLATE if offer.level == "form" else _PROCEDURE
    level = "procedure" if offer.level == numbering.ANY_LEVEL else offer.level
    return form.format(
        number=offer.number or offer.example,
        title=_in_each(NOTHING),
        level=level,
        department=department,
        chapters="\n\n".join(f"# {n} {chapter.primary}" for n, chapter in enumerate(_CHAPTERS, 1)),
        reported=_in_each(_REPORTED),
    )


_PROCEDURE: Final = """---
number: {number}
title: {title}
level: {level}
department: {department}
---
{chapters}

4.1  {{#4.1}}
"""
_CHAPTERS: Final = (
    Own(zh="目的", en="Purpose"),
    Own(zh="范围", en="Scope"),
    Own(zh="职责", en="Responsibilities"),
    Own(zh="程序", en="Procedure"),
)
_TEMPLATE: Final = """number: {number}
title: {title}
level: form
department: {department}
governed_by: {{document: , clauses: []}}
keeper: {department}
retention: {{years: 3, from: closed}}
schema:
  type: object
  required: [reported_at]
  properties:
    reported_at: {{type: string, format: date-time, title: {reported}}}
steps:
  - {{name: report, role: {department}, fields: [reported_at]}}
"""
_REPORTED: Final = Own(zh="报告时间", en="Reported at")


def _in_each(words: Words) -> str:
    """Words as a template has them; empty ones to be filled in."""
    return "{" + ", ".join(f"{each}: {words.get(each, '')}" for each in languages.ALL) + "}"


def _offer(scheme: numbering.Scheme, used: Iterable[str]) -> Offer:
    return Offer(scheme.key, scheme.level, scheme.example, numbering.next_number(scheme, used))


def _begun(data: bytes, newest: Revision) -> str:
    """The text as it was left; the next revision of one taken over says no more what its paper said."""
    text = data.decode("utf-8")
    return takeovers.without(text) if newest.state is State.ISSUED else text


def _label(newest: Revision) -> str:
    if newest.state in (State.DRAFT, State.DISCARDED):
        return newest.label
    return str(labels.next_label(labels.parse_label(newest.label)))


def _returned(session: Session, newest: Revision) -> str:
    if newest.state is not State.DRAFT or not newest.submission:
        return ""
    handed_in = find.submission(session, newest)
    return (handed_in.outcome_reason or "") if handed_in.outcome == "rejected" else ""


def _figures(known: Revision, blob: str) -> list[str]:
    """The paths under which a revision has a figure with these bytes."""
    return [e["path"] for e in known.manifest if e["blob"] == blob and is_figure(e["path"])]
