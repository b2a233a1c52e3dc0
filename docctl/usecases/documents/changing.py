"""Change applications: apply, name who decides and carries out, sign, refuse, take back (DC-63 to DC-70)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.models.changes import ChangeApplication, ChangeNotice, ChangeSignature, ChangeStudy
from docctl.models.documents import Document, Revision, called
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, change_rows, changes, issue, signers
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.changes import Kind, State, Told
from docctl.rules.documents.revisions import State as RevisionState
from docctl.rules.people import LOGIN
from docctl.rules.text import clean
from docctl.standing import changes as standing
from docctl.standing import cited, facts, find, namesakes
from docctl.standing.bearers import bearers
from docctl.usecases.documents import carrying


@retried(Action.CHANGE_APPLY)
def apply_change(
    ctx: Context, number: str, *, kind: str, reason: str, rows: Sequence[Row], executor: str
) -> ChangeApplication:
    """Apply for a change of what was issued last, clause by clause, and name who is to carry it out.

    Who decides follows from who approved that (DC-64); nobody is asked who could not.
    """
    with ctx.act(Action.CHANGE_APPLY) as act:
        document = find.document(act.session, number)
        act.require(standing.subject_of_document(act.session, document))
        revision = standing.to_change(act.session, document)
        rows = [Row(*(clean(part).strip() for part in (row.clause, row.old, row.new))) for row in rows]
        person = _executor(act.session, document, executor)
        named = cited.names_of(act.turn.site, revision).clauses
        change_rows.check_applied(reason, rows, named, kind in set(Kind), person is not None)
        assert person is not None
        chain = _chain(act.session, document, revision)
        made = ChangeApplication(
            number=str((act.session.scalar(select(func.count(ChangeApplication.id))) or 0) + 1),
            document_id=document.id,
            revision_id=revision.id,
            kind=Kind(kind),
            reason=clean(reason).strip(),
            rows=change_rows.rows_to_data(rows),
            chain=approval.chain_to_data(chain),
            executor_id=person.id,
            state=State.APPLIED,
            applied_by_id=act.actor.person_id,
            applied_at=act.at,
        )
        _check_decidable(act, document, made)
        act.add(made)
        act.record(
            made,
            reason=made.reason,
            document=document.number,
            label=revision.label,
            content=standing.content_of(made, document, revision),
        )
        return made


@retried(Action.CHANGE_ASSIGN)
def assign_change(
    ctx: Context, number: str, *, reason: str, approver: str | None = None, executor: str | None = None
) -> ChangeApplication:
    """Name another post that approves (DC-65) or another person who carries it out (DC-66), and why."""
    with ctx.act(Action.CHANGE_ASSIGN) as act:
        change, document = _about(act, number)
        changes.after(change.state, act.action, change.number)
        changes.check_ended(reason)
        if approver is None and executor is None:
            raise Invalid({"approver": Message("name who approves, or who carries it out, or both")})
        if approver is not None:
            _substitute(act, change, document, approver, reason)
        if executor is not None:
            person = _executor(act.session, document, executor)
            change_rows.check_executor(person is not None)
            assert person is not None
            change.executor_id = person.id
        act.record(change, reason=clean(reason), document=document.number, chain=change.chain)
        return change


@retried(Action.CHANGE_STUDY)
def study_change(ctx: Context, number: str) -> ChangeStudy:
    """The background is opened: the text that is to be changed, and how it was approved (DC-65)."""
    with ctx.act(Action.CHANGE_STUDY) as act:
        change, document = _about(act, number)
        changes.after(change.state, act.action, change.number)
        case = standing.case(act.session, change, document)
        if act.actor.person_id in case.studied:
            raise WrongState("You have opened the background of application {number}.", number=change.number)
        revision = act.session.get_one(Revision, change.revision_id)
        study = ChangeStudy(
            change_id=change.id,
            person_id=act.actor.person_id,
            content=revision.content,
            studied_at=act.at,
        )
        act.add(study)
        act.record(study, key=change.number, document=document.number, content=revision.content)
        return study


@retried(Action.CHANGE_SIGN)
def sign_change(ctx: Context, number: str, *, comment: str | None = None) -> ChangeApplication:
    """Review or approve it, as whose turn it is. The last signature lets it be carried out."""
    with ctx.act(Action.CHANGE_SIGN) as act:
        change, document = _about(act, number)
        changes.after(change.state, act.action, change.number)
        issue.check_not_withdrawn(facts.document(document))
        case = standing.case(act.session, change, document)
        part = changes.check_decides(case, act.actor)
        changes.check_studied(case, part, act.actor)
        revision = act.session.get_one(Revision, change.revision_id)
        signature = _signature(act, change, part, standing.content_of(change, document, revision), comment)
        act.add(signature)
        change.state = changes.after(change.state, act.action, change.number, last=part.last)
        if part.last:
            carrying.tell(act, change, document, revision, Told.APPROVED)
        act.record(
            change,
            reason=comment,
            document=document.number,
            meaning=part.meaning.value,
            content=signature.content,
        )
        return change


@retried(Action.CHANGE_REFUSE)
def refuse_change(ctx: Context, number: str, *, reason: str) -> ChangeApplication:
    """There will be no change; whoever applied is told why."""
    with ctx.act(Action.CHANGE_REFUSE) as act:
        change, document = _about(act, number)
        state = changes.after(change.state, act.action, change.number)
        changes.check_decides(standing.case(act.session, change, document), act.actor)
        return _ended(act, change, document, state, reason)


@retried(Action.CHANGE_WITHDRAW)
def withdraw_change(ctx: Context, number: str, *, reason: str) -> ChangeApplication:
    """Take one's own application back, as long as no revision is handed in under it."""
    with ctx.act(Action.CHANGE_WITHDRAW) as act:
        change, document = _about(act, number)
        state = changes.after(change.state, act.action, change.number)
        made = act.session.get_one(Revision, change.result_id) if change.result_id else None
        on_its_way = made is not None and made.state in (RevisionState.IN_REVIEW, RevisionState.APPROVED)
        changes.check_not_handed_in(
            change.number, called(document, made) if made is not None and on_its_way else None
        )
        change.result_id = None
        return _ended(act, change, document, state, reason)


@retried(Action.CHANGE_NOTE)
def note_change(ctx: Context, number: str) -> ChangeNotice:
    """Take note of what one's department is told of a change (DC-70)."""
    with ctx.act(Action.CHANGE_NOTE) as act:
        change = find.change(act.session, number)
        document = act.session.get_one(Document, change.document_id)
        mine = ChangeNotice.change_id == change.id, ChangeNotice.department == act.actor.department
        told = act.session.scalars(select(ChangeNotice).where(*mine).order_by(ChangeNotice.id)).all()
        concerned = frozenset(notice.department for notice in told)
        act.require(Subject(name=f"{document.number} / {change.number}", concerned=concerned))
        if told[-1].noted_at is not None:
            raise WrongState("Your department has taken note of it already.")
        told[-1].noted_at, told[-1].noted_by_id = act.at, act.actor.person_id
        act.record(told[-1], key=change.number, document=document.number, about=told[-1].about.value)
        return told[-1]


def _chain(session: Session, document: Document, revision: Revision) -> approval.Chain:
    post, _ = standing.original_approver(session, revision)
    return changes.chain_for(document.level, post)


def _about(act: Act, number: str) -> tuple[ChangeApplication, Document]:
    change = find.change(act.session, number)
    document = act.session.get_one(Document, change.document_id)
    act.require(standing.subject(change, document))
    return change, document


def _executor(session: Session, document: Document, login: str) -> Person | None:
    """Who is named, if they may write and hand in the revision."""
    if not LOGIN.fullmatch(login):
        return None
    own = facts.authors(session, document)
    known = find.people(session, Person.login == login)
    return next((one for one, roles in known if standing.may_carry_out(document, own, one, roles)), None)


def _substitute(act: Act, change: ChangeApplication, document: Document, post: str, reason: str) -> None:
    if change.state is not State.APPLIED:
        raise WrongState("Application {number} is approved already.", number=change.number)
    departments = [d.key for d in find.departments(act.session)]
    chain = approval.chain_from_data(change.chain)
    chain = changes.with_substitute(chain, post.strip(), document.level, departments)
    revision = act.session.get_one(Revision, change.revision_id)
    original, _ = standing.original_approver(act.session, revision)
    change.chain = approval.chain_to_data(chain)
    is_original = changes.approver(chain) == original
    change.substitute = None if is_original else changes.approver(chain)
    change.substitute_reason = None if is_original else clean(reason)
    _check_decidable(act, document, change)


def _check_decidable(act: Act, document: Document, change: ChangeApplication) -> None:
    """Nobody applies for what nobody could approve. Raises WrongState."""
    case = signers.Case(
        chain=approval.chain_from_data(change.chain),
        department=document.department,
        authors=frozenset({change.applied_by_id}),
        signatures=(approval.SignatureFacts(0, "", change.applied_by_id),),
    )
    gaps = signers.gaps(case, bearers(act.session, act.at))
    signers.check_signable(f"{document.number} / {change.number}", gaps)


def _signature(
    act: Act, change: ChangeApplication, part: approval.Part, content: str, comment: str | None
) -> ChangeSignature:
    return ChangeSignature(
        change_id=change.id,
        step=part.step,
        part=part.who,
        meaning=part.meaning,
        person_id=act.actor.person_id,
        person_name=namesakes.signed_as(act),
        content=content,
        signed_at=act.at,
        comment=comment,
    )


def _ended(
    act: Act, change: ChangeApplication, document: Document, state: State, reason: str
) -> ChangeApplication:
    changes.check_ended(reason)
    change.state, change.ended_reason = state, clean(reason)
    change.ended_at, change.ended_by_id = act.at, act.actor.person_id
    act.record(change, reason=change.ended_reason, document=document.number)
    return change
