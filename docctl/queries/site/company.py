"""The company as it is set up: what it has decided, and what is to be done before its first document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.site import Site
from docctl.models.configuration import Department, NumberScheme, WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.models.people import AccountOneTime
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, examples
from docctl.rules.documents.approval import Step
from docctl.rules.documents.numbering import Scheme
from docctl.rules.documents.revisions import State
from docctl.rules.people import Bearer
from docctl.rules.roles import Role, holds_post
from docctl.rules.words import Words
from docctl.standing import address, find
from docctl.standing.bearers import bearers
from docctl.standing.configuration import configuration
from docctl.store.tree import dump_yaml


@dataclass(frozen=True, kw_only=True)
class LevelLine:
    """A level: its chain, an example of its numbers with the next free ones, and posts that nobody holds."""

    level: str
    steps: tuple[Step, ...]
    example: str
    following: tuple[str, ...]
    vacant: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Company:
    """What a company has decided and where its beginning stands.

    `looked_at`: the parts that were changed since the site was founded; the others are as docctl proposed.
    """

    name: str
    zone: str
    address: str
    """Where codes on paper lead; empty while copies are for trial only."""
    departments: Sequence[Words]
    levels: Sequence[LevelLine]
    people: int
    waiting: int
    """Accounts whose one-time password nobody has taken up yet."""
    registered: int
    issued: int
    looked_at: frozenset[str]

    @property
    def vacant(self) -> tuple[str, ...]:
        """Posts of procedures that nobody holds: nothing could be approved."""
        return next((line.vacant for line in self.levels if line.level == "procedure"), ())

    @property
    def begun(self) -> bool:
        """Whether the first document is in force, or on its way to a day."""
        return self.issued > 0


def company(ctx: Context) -> Company:
    """All of it. Needs no right: departments, numbers and who signs stand on every document."""
    session = ctx.session
    said = configuration(session)
    people = bearers(session, ctx.now())
    used = [*session.scalars(select(Document.number))]
    return Company(
        name=said["organisation"],
        zone=said["time_zone"],
        address=address.printed(session, ctx.site.settings),
        departments=[Words(each["title"]) for each in said["departments"]],
        levels=[_level(level, steps, said, used, people) for level, steps in said["chains"].items()],
        people=len(people),
        waiting=_count(session, AccountOneTime.person_id),
        registered=len(used),
        issued=_count(session, Revision.id, Revision.state.in_([State.ISSUED])),
        looked_at=frozenset(_looked_at(session)),
    )


def address_on_paper(site: Site) -> str:
    """Where the codes on paper lead; empty while copies are for trial only. For whoever has the machine."""
    with site.reading() as session:
        return address.printed(session, site.settings)


def is_begun(ctx: Context) -> bool:
    """Whether a first document was issued: from then on nobody is led any more."""
    return (
        ctx.session.scalar(select(Revision.id).where(Revision.state.in_([State.ISSUED])).limit(1)) is not None
    )


def configured(ctx: Context) -> dict[str, Any]:
    """The parts of a site.yaml as they stand, to be changed. Raises Forbidden."""
    ctx.require(Action.SITE_CONFIGURE, Subject())
    return configuration(ctx.session)


def next_numbers(ctx: Context, schemes: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By level what these schemes, be they those of the site or not, would propose next. Raises Forbidden."""
    ctx.require(Action.SITE_CONFIGURE, Subject())
    used = [*ctx.session.scalars(select(Document.number))]
    return {scheme["level"]: _following(scheme, used) for scheme in reversed(schemes)}


def exported(ctx: Context) -> str:
    """The same as the text of a site.yaml, for a file. Raises Forbidden."""
    return dump_yaml(configured(ctx))


def _level(
    level: str, steps: Any, said: Mapping[str, Any], used: Sequence[str], people: Sequence[Bearer]
) -> LevelLine:
    chain = approval.chain_from_data(steps)
    scheme = next((s for s in said["schemes"] if s["level"] == level), None)
    named = {who for step in chain[1:] for who in step.who}
    return LevelLine(
        level=level,
        steps=chain,
        example=scheme["example"] if scheme else "",
        following=tuple(_following(scheme, used)) if scheme else (),
        vacant=tuple(sorted(post for post in named if not _is_held(post, people))),
    )


def _following(scheme: Mapping[str, Any], used: Sequence[str]) -> list[str]:
    read = Scheme(scheme["key"], scheme["level"], scheme["pattern"], scheme["example"])
    return examples.next_numbers(read, used)


def _is_held(post: str, people: Sequence[Bearer]) -> bool:
    if post == Role.DEPARTMENT_HEAD:
        return any(post in person.actor.roles for person in people)
    return any(holds_post(person.actor, post, None) for person in people)


def _looked_at(session: Session) -> list[str]:
    """The parts of which a row was touched after the event that founded the site."""
    kinds = {"departments": Department, "numbers": NumberScheme, "calendar": WorkCalendar}
    first = find.organisation(session).id >> 16
    newest = {part: session.scalar(select(func.max(kind.last_seq))) or 0 for part, kind in kinds.items()}
    return [part for part, seq in newest.items() if seq > first]


def _count(session: Session, of: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count(of)).where(*conditions)) or 0
