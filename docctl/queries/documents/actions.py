"""What somebody can do next with a document: only what their rights and its state both allow.

For the buttons of pages. Each act asks again, inside the writer's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.documents import Document, Revision
from docctl.queries.documents import rerouting
from docctl.queries.documents.reviews import review_preview
from docctl.queries.documents.trying import trial_preview
from docctl.rules import moving
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, issue, revisions, takeovers
from docctl.rules.documents.revisions import State
from docctl.standing import changes, facts, find, reroutes, signers, urgings
from docctl.standing.bearers import bearers
from docctl.standing.document import may_read


@dataclass(frozen=True)
class DocumentActions:
    """`label` and `state` are those of the revision that was begun last, which all but withdrawing is about.

    `actions` are in the order in which a document lives. `waiting_for`: the logins who may sign now.
    """

    number: str
    label: str
    state: State
    actions: tuple[Action, ...]
    waiting_for: tuple[str, ...]


def actions_for(ctx: Context, number: str) -> DocumentActions:
    """What the person of `ctx` can do now. Raises NotFound."""
    document = find.document(ctx.session, number)
    known = find.revisions(ctx.session, document.id)
    newest = known[-1]
    subject = _subject(ctx, document, newest)
    allowed: set[Action] = {
        action
        for action in _ORDER
        if action is not Action.CHANGE_APPLY
        and ctx.may(action, subject)
        and _is_time(ctx, document, newest, action)
    }
    if _may_apply(ctx, document, known):
        allowed.add(Action.CHANGE_APPLY)
    waiting: list[str] = []
    if may_read(ctx, document, newest):
        waiting = signers.waiting_for(ctx.session, document, newest, ctx.now(), ctx.today())
    return DocumentActions(
        document.number,
        newest.label,
        newest.state,
        tuple(action for action in _ORDER if action in allowed),
        tuple(waiting),
    )


def _subject(ctx: Context, document: Document, newest: Revision) -> Subject:
    """What the rights are asked about; of what is in review also who handed it in."""
    subject = facts.subject(ctx.session, document, newest)
    if newest.state is not State.IN_REVIEW:
        return subject
    return replace(subject, asker=find.submission(ctx.session, newest).submitted_by_id)


_ORDER = (
    Action.REVISION_SIGN,
    Action.REVISION_REJECT,
    Action.REVISION_ISSUE,
    Action.DOCUMENT_TAKE_OVER,
    Action.REVISION_SUBMIT,
    Action.DRAFT_SAVE,
    Action.DRAFT_DISCARD,
    Action.REVISION_RETRACT,
    Action.REVISION_SEND_BACK,
    Action.REVISION_HAND_OVER,
    Action.REVISION_ADD_SIGNER,
    Action.REVISION_URGE,
    Action.REVISION_CANCEL,
    Action.REVISION_PROLONG,
    Action.DOCUMENT_REVIEW,
    Action.CHANGE_APPLY,
    Action.CHAIN_CHANGE,
    Action.DOCUMENT_MOVE,
    Action.DOCUMENT_WITHDRAW,
)


_REROUTING = (Action.REVISION_SEND_BACK, Action.REVISION_HAND_OVER, Action.REVISION_ADD_SIGNER)


def _is_time(ctx: Context, document: Document, newest: Revision, action: Action) -> bool:
    """Whether the state allows it today, and the turn."""
    if action in (Action.REVISION_SIGN, Action.REVISION_REJECT):
        return newest.state is State.IN_REVIEW and _is_turn(ctx, document, newest, action)
    if action in _REROUTING:
        return newest.state is State.IN_REVIEW and rerouting.is_open(ctx, document, newest, action)
    if action is Action.REVISION_URGE:
        return newest.state is State.IN_REVIEW and _may_be_reminded(ctx, document, newest)
    if action is Action.DOCUMENT_TAKE_OVER and takeovers.since(newest.head) is None:
        return False  # only what was taken over and sent back is taken over again
    if action is Action.REVISION_PROLONG and not ctx.may(action, facts.approving(ctx.session, document)):
        return False
    try:
        _check(ctx, document, newest, action)
    except WrongState:
        return False
    return True


def _check(ctx: Context, document: Document, newest: Revision, action: Action) -> None:
    """The rules of the act. Raises WrongState."""
    if action is Action.REVISION_PROLONG:
        trial_preview(ctx, document.number)
    elif action is Action.DOCUMENT_REVIEW:
        review_preview(ctx, document.number)
    elif action is Action.DOCUMENT_WITHDRAW:
        known = find.revisions(ctx.session, document.id)
        issue.check_withdraw(facts.document(document), facts.revisions(known))
    elif action is Action.REVISION_CANCEL:
        issue.check_cancel(facts.of_revision(newest), ctx.today())
    elif action is Action.CHAIN_CHANGE:
        issue.check_not_withdrawn(facts.document(document))
    elif action is Action.DOCUMENT_MOVE:
        issue.check_not_withdrawn(facts.document(document))
        moving.check_not_signed(document.number, newest.label, newest.state, document.department)
    elif action is Action.DRAFT_DISCARD:
        revisions.after(newest.state, action)
    else:
        issue.check_not_withdrawn(facts.document(document))
        if action is not Action.DRAFT_SAVE or newest.state in revisions.OPEN:
            # Where no revision is being made, saving begins the next one.
            revisions.after(newest.state, action)


def _may_apply(ctx: Context, document: Document, known: Sequence[Revision]) -> bool:
    """Whether the reader may apply for a change of what was issued."""
    if document.withdrawn_day is not None or all(r.state is not State.ISSUED for r in known):
        return False
    return ctx.may(Action.CHANGE_APPLY, changes.subject_of_document(ctx.session, document))


def _may_be_reminded(ctx: Context, document: Document, newest: Revision) -> bool:
    """Whether anybody is asked, and was not reminded today."""
    people = bearers(ctx.session, ctx.now(), ctx.today())
    asked = [part for part in signers.awaited(ctx.session, document, newest, people) if part.now]
    handed_in = find.submission(ctx.session, newest)
    before = urgings.of_step(ctx.session, handed_in.id, asked[0].step, ctx.today()) if asked else None
    return bool(signers.logins(asked)) and before is None


def _is_turn(ctx: Context, document: Document, newest: Revision, action: Action) -> bool:
    submission = find.submission(ctx.session, newest)
    ask = approval.may_sign if action is Action.REVISION_SIGN else approval.may_reject
    decision = ask(
        approval.chain_from_data(submission.chain),
        facts.signatures(find.signatures(ctx.session, submission.id)),
        ctx.actor,
        department=document.department,
        authors=facts.authors(ctx.session, document) | frozenset(newest.contributors),
        handed=reroutes.of_revision(ctx.session, newest),
    )
    return decision.part is not None
