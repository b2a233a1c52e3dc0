"""Where every revision stands that does not govern yet: what comes next, who can do it, since when it waits.

A fixed number of queries, however many are being made. Nothing of it is stored: it follows from the rows, so
it is true at once when a signer is locked or a role is taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from docctl.door.context import Context
from docctl.models.base import Instant
from docctl.models.configuration import ApprovalChain
from docctl.models.delegations import Delegation, Urging
from docctl.models.documents import Document, DocumentAuthor, Revision, Signature, Submission
from docctl.models.people import AccountOneTime, Person, PersonRole
from docctl.models.rerouting import Reroute
from docctl.queries.desk.followed import SINCE, Followed, rows_of, touched
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, signers
from docctl.rules.documents.readers import READERS
from docctl.rules.documents.rerouting import Kind
from docctl.rules.documents.revisions import OPEN, State, Status
from docctl.rules.documents.signers import Awaited, Case, Gap
from docctl.rules.people import Bearer
from docctl.rules.roles import Handed, Role
from docctl.rules.words import Words
from docctl.standing import facts, reroutes, urgings
from docctl.standing.bearers import bearers
from docctl.standing.signers import logins


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A revision on its way. `people` can do what comes next: its authors, signers, the QA office.

    `since` is the instant from which it waits for them. `parts` are those of its chain that are not signed,
    `gaps` those among them that nobody can sign. `outcome` and `said`: why a draft came back, if it did.
    """

    document_id: int
    number: str
    title: Words
    label: str
    status: Status
    effective: date | None
    content: str
    since: datetime
    people: tuple[Bearer, ...]
    parts: tuple[Awaited, ...] = ()
    gaps: tuple[Gap, ...] = ()
    submitted_by: int | None = None
    outcome: str | None = None
    said: str | None = None
    urged: tuple[str, datetime] | None = None
    """Who last reminded those who are asked now, and when."""
    subject: Subject

    @property
    def waiting_for(self) -> list[str]:
        """The logins of those who can sign now."""
        return logins(self.parts)

    def is_by(self, person_id: int) -> bool:
        """Whether that person registered the document, is its co-author, or handed this revision in."""
        return person_id in (self.subject.authors or ()) or person_id == self.submitted_by


def under_way(ctx: Context) -> list[UnderWay]:
    """Those that the reader may read, the one that waits longest first."""
    return [one for one in every_one(ctx) if _may_read(ctx, one)]


def under_way_of(ctx: Context, number: str) -> UnderWay | None:
    """The one of this document that is being made, else the one that waits for its day; if it may be read."""
    found = [one for one in every_one(ctx, Document.number == number) if _may_read(ctx, one)]
    return next(iter(sorted(found, key=lambda one: one.status is Status.ISSUED)), None)


def every_one(
    ctx: Context, of: ColumnElement[bool] | None = None, people: Sequence[Bearer] | None = None
) -> list[UnderWay]:
    """All of them, whoever asks: for those who tell a reader only what is theirs to know.

    `people` may be others than those of the site: as they would be if somebody could not sign.
    """
    if of is None and people is None:
        return [*KEPT.told(ctx, _sorted)]
    return _sorted(_worked_out(ctx, of, people))


def _sorted(found: Mapping[int, UnderWay]) -> list[UnderWay]:
    return sorted(found.values(), key=lambda one: (one.since, one.number))


def _of_revisions(ctx: Context, keys: Collection[int] | None) -> Mapping[int, UnderWay]:
    return _worked_out(ctx, None if keys is None else Revision.id.in_(keys))


def _worked_out(
    ctx: Context, of: ColumnElement[bool] | None = None, people: Sequence[Bearer] | None = None
) -> Mapping[int, UnderWay]:
    """By the keys of the revisions."""
    asked = _OPEN.where(or_(Revision.state.in_(OPEN), _to_come(ctx.today())))
    rows = ctx.session.execute(asked if of is None else asked.where(of)).all()
    if not rows:
        return {}
    reviewed = [row[2].id for row in rows if row[0].state is State.IN_REVIEW]
    changed = reroutes.among(ctx.session, reviewed)
    known = _Known(
        people=bearers(ctx.session, ctx.now(), ctx.today()) if people is None else people,
        levels={row.level: row.steps for row in ctx.session.execute(_CHAINS)},
        authors=_authors(ctx),
        signed=_signatures(ctx, reviewed),
        urged=urgings.newest(ctx.session, reviewed),
        rerouted={row.submission_id: row.at for row in changed if row.kind is not Kind.HANDED_OVER},
        handed=reroutes.handed_in(ctx.session, changed),
    )
    return {revision.id: known.one(revision, document, handed_in) for revision, document, handed_in in rows}


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What all of them are judged by."""

    people: Sequence[Bearer]
    levels: Mapping[str, Any]
    authors: Mapping[int, Sequence[int]]
    signed: Mapping[int, Sequence[Signature]]
    urged: Mapping[tuple[int, int], Urging]
    rerouted: Mapping[int, datetime]
    handed: Mapping[int, tuple[Handed, ...]]

    def one(self, revision: Revision, document: Document, handed_in: Submission | None) -> UnderWay:
        case, subject = self._case(revision, document, handed_in)
        reviewed = revision.state is State.IN_REVIEW
        parts = signers.awaited(case, self.people) if reviewed else ()
        turn = next((part.step for part in parts if part.now), 0)
        since = _since(revision, handed_in, case, self._given(handed_in), self.rerouted)
        urged = self.urged.get((handed_in.id, turn)) if handed_in and reviewed else None
        if urged is not None and urged.urged_at < since:
            urged = None  # of another turn: it went back since, or somebody was put before
        return UnderWay(
            document_id=document.id,
            number=document.number,
            title=revision.title,
            label=revision.label,
            status=Status[revision.state.name],
            effective=revision.effective_day,
            content=revision.content,
            since=since,
            people=_with(revision.state, parts, subject, self.people),
            parts=parts,
            gaps=signers.gaps(case, self.people) if reviewed else (),
            submitted_by=handed_in.submitted_by_id if handed_in else None,
            outcome=handed_in.outcome if handed_in else None,
            said=handed_in.outcome_reason if handed_in else None,
            urged=(urged.by_name, urged.urged_at) if urged else None,
            subject=subject,
        )

    def _case(
        self, revision: Revision, document: Document, handed_in: Submission | None
    ) -> tuple[Case, Subject]:
        steps = revision.chain or document.chain or self.levels.get(document.level, ())
        chain = approval.chain_from_data(steps)
        authors = frozenset({document.registered_by_id, *self.authors.get(document.id, ())})
        contributors = frozenset(revision.contributors)
        handed = self.handed.get(handed_in.id, ()) if handed_in else ()
        case = Case(
            chain=chain,
            department=document.department,
            authors=authors | contributors,
            signatures=tuple(facts.signatures(self._given(handed_in))),
            handed=handed,
        )
        return case, Subject(
            department=document.department,
            authors=authors,
            contributors=contributors,
            posts=approval.posts(chain),
            handed=handed,
        )

    def _given(self, handed_in: Submission | None) -> Sequence[Signature]:
        return () if handed_in is None else self.signed.get(handed_in.id, ())


def _with(
    state: State, parts: Iterable[Awaited], subject: Subject, people: Sequence[Bearer]
) -> tuple[Bearer, ...]:
    """Whoever can do what comes next. What is issued waits for its day and for nobody."""
    if state is State.IN_REVIEW:
        # By the part, so that who signs for somebody is told with both names.
        named = {p.actor.person_id: p for part in parts if part.now for p in part.people}
        return tuple(named[p.actor.person_id] for p in people if p.actor.person_id in named)
    if state is State.DRAFT:
        asked = set(subject.authors or ())
    elif state is State.APPROVED:
        asked = {p.actor.person_id for p in people if p.able and Role.DOCUMENT_CONTROLLER in p.actor.roles}
    else:
        asked = set()
    return tuple(person for person in people if person.actor.person_id in asked)


def _since(
    revision: Revision,
    handed_in: Submission | None,
    case: Case,
    signed: Iterable[Signature],
    rerouted: Mapping[int, datetime],
) -> datetime:
    """The instant of the event by which the turn came: of a step of a chain, the last one before it.

    `rerouted`: when somebody was put before, or it went back, by submission.
    """
    if revision.state is State.ISSUED and revision.issued_at is not None:
        return revision.issued_at
    if handed_in is None:
        return revision.drafted_at
    if revision.state is not State.IN_REVIEW:
        return handed_in.outcome_at or handed_in.submitted_at
    turn = approval.progress(case.chain, case.signatures).current or 0
    before = [row.signed_at for row in signed if row.voided_at is None and row.step < turn]
    return max([*before, rerouted.get(handed_in.id, handed_in.submitted_at), handed_in.submitted_at])


def _may_read(ctx: Context, one: UnderWay) -> bool:
    return ctx.may(READERS[State[one.status.name]], one.subject)


def _signatures(ctx: Context, submissions: Iterable[int]) -> Mapping[int, list[Signature]]:
    found: dict[int, list[Signature]] = {}
    for row in ctx.session.scalars(select(Signature).where(Signature.submission_id.in_(submissions))):
        found.setdefault(row.submission_id, []).append(row)
    return found


def _authors(ctx: Context) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for document_id, person_id in ctx.session.execute(_CO_AUTHORS):
        found.setdefault(document_id, []).append(person_id)
    return found


def _to_come(day: date) -> ColumnElement[bool]:
    return and_(
        Revision.state.in_([State.ISSUED]), Revision.effective_day > day, Document.withdrawn_day.is_(None)
    )


_OPEN: Final = (
    select(Revision, Document, Submission)
    .join(Document, Document.id == Revision.document_id)
    .outerjoin(
        Submission, (Submission.revision_id == Revision.id) & (Submission.number == Revision.submission)
    )
)
_CO_AUTHORS: Final = select(DocumentAuthor.document_id, DocumentAuthor.person_id).where(
    DocumentAuthor.revoked_at.is_(None)
)
_CHAINS: Final = select(ApprovalChain.level, ApprovalChain.steps)
_LAPSED: Final = select(func.count()).where(AccountOneTime.until <= bindparam("now", type_=Instant))
"""How many passwords for one time have lapsed, so that their people can no longer sign."""


def _signers(ctx: Context) -> Hashable:
    """Another as soon as others may be those who can sign; a password that lapses is the only clock there."""
    touched_last = rows_of(ApprovalChain, Delegation, Person, PersonRole)(ctx)
    return touched_last, ctx.session.scalar(_LAPSED, {"now": ctx.now()})


KEPT: Final = Followed(
    what="under way",
    rows=(
        touched(Revision, Revision.id),
        touched(Submission, Submission.revision_id),
        *(
            select(Submission.revision_id)
            .join(kind, kind.submission_id == Submission.id)
            .where(kind.last_seq > SINCE)
            for kind in (Signature, Urging, Reroute)
        ),
        select(Revision.id)
        .join(Document, Document.id == Revision.document_id)
        .where(Document.last_seq > SINCE),
        select(Revision.id)
        .join(DocumentAuthor, DocumentAuthor.document_id == Revision.document_id)
        .where(DocumentAuthor.last_seq > SINCE),
    ),
    whole=_signers,
    make=_of_revisions,
)
