"""The words of an evidence file, in every language: of sections, columns, and what events call by a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from docctl.errors.message import Message, Reader, Value, told
from docctl.queries.ledger.words import done
from docctl.rules.actions import Action
from docctl.rules.copies import State as CopyState
from docctl.rules.copies import Status
from docctl.rules.delegating import State as DelegationState
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.comments import State as CommentState
from docctl.rules.documents.reviews import Verdict
from docctl.rules.documents.revisions import State as RevisionState
from docctl.rules.recalls import Cause
from docctl.rules.records.attachments import Mark
from docctl.rules.records.disposal import State as DisposalState
from docctl.rules.records.entries import Cause as EntryCause
from docctl.rules.records.life import State as RecordState
from docctl.rules.roles import Role

_SECTIONS: Final[Mapping[str, Message]] = {
    "subject": Message("What this file is about"),
    "documents": Message("Documents"),
    "revisions": Message("Revisions that governed"),
    "submissions": Message("Submissions for approval"),
    "signatures": Message("Signatures under revisions"),
    "trial_extensions": Message("Trials that were prolonged"),
    "review_comments": Message("Review comments"),
    "document_reviews": Message("Periodic reviews"),
    "copies": Message("Controlled copies"),
    "copy_steps": Message("What was done with the copies"),
    "exchanged_prints": Message("Damaged prints that were exchanged"),
    "recalls": Message("Recalls"),
    "records": Message("Records"),
    "record_entries": Message("Values of the records, with corrections"),
    "record_previous": Message("Earlier records on which they rest"),
    "record_signatures": Message("Signatures in the records"),
    "record_attachments": Message("Files of the records"),
    "attachment_marks": Message("What was said of these files"),
    "record_voidings": Message("Records made void by later ones"),
    "record_holds": Message("Holds on records"),
    "disposals": Message("Disposals"),
    "disposal_items": Message("Records in these disposals"),
    "disposal_signatures": Message("Signatures under disposals"),
    "delegations": Message("Delegates of who was away"),
    "people": Message("People who are named"),
    "roles": Message("Roles"),
    "files": Message("Texts, prints and records in this file"),
    "events": Message("Events of the audit trail"),
}
_ABOUT: Final[Mapping[str, Message]] = {
    "evidence": Message(
        "Every line here was taken from events of the audit trail, and every event is proved to be under the "
        "checkpoint named below. verify.py works all of it out again, on any machine with Python 3.9 or "
        "later; README.txt says how. The word in small letters is the one that the events use."
    ),
    "revisions": Message("Their texts and prints lie beside this page; see the list of files."),
    "record_entries": Message(
        "A correction is a line of its own: it names the entry that it corrects, and why."
    ),
}
_COLUMNS: Final[Mapping[str, Message]] = {
    "fact": Message("What"),
    "value": Message("Value"),
    "fact.kind": Message("Kind"),
    "fact.name": Message("Name or number"),
    "fact.from": Message("From"),
    "fact.to": Message("To"),
    "fact.size": Message("Events under the checkpoint"),
    "fact.root": Message("Root of the checkpoint"),
    "path": Message("File"),
    "size": Message("Bytes"),
    "sha256": Message("SHA-256 digest"),
    "seq": Message("Event"),
    "act": Message("What was done"),
    "by": Message("By"),
    "object": Message("Kind of thing"),
    "event.key": Message("To what"),
    "why": Message("Reason"),
    "number": Message("Number"),
    "level": Message("Level"),
    "department": Message("Department"),
    "registered_at": Message("Registered at"),
    "registered_by_id": Message("Registered by"),
    "withdrawn_day": Message("Withdrawn on"),
    "withdrawn_by_id": Message("Withdrawn by"),
    "withdrawn_reason": Message("Reason of the withdrawal"),
    "revision.id": Message("Revision"),
    "revision_id": Message("Revision"),
    "title": Message("Title"),
    "state": Message("State"),
    "effective_day": Message("Effective from"),
    "trial_until": Message("Trial until"),
    "until": Message("Until"),
    "review_comment.running": Message("Comment No."),
    "clause": Message("Clause"),
    "review_comment.comment": Message("Review comment"),
    "made_at": Message("Made at"),
    "review_comment.content": Message("Content commented on (SHA-256)"),
    "review_comment.state": Message("Disposal"),
    "answer": Message("Answer"),
    "answered_by_id": Message("Answered by"),
    "answered_name": Message("Name as answered"),
    "answered_at": Message("Answered at"),
    "document_review.part": Message("Annex"),
    "document_review.verdict": Message("Verdict"),
    "document_review.evidence": Message("Evidence of the review"),
    "issued_at": Message("Issued at"),
    "issued_by_id": Message("Issued by"),
    "issued_day": Message("Issued on"),
    "cancelled_at": Message("Cancelled at"),
    "cancel_reason": Message("Reason of the cancellation"),
    "content": Message("Content that was signed (SHA-256)"),
    "pdf_sha256": Message("Print (SHA-256)"),
    "submitted_at": Message("Submitted at"),
    "submitted_by_id": Message("Submitted by"),
    "reason": Message("Reason"),
    "outcome": Message("Outcome"),
    "outcome_at": Message("Outcome at"),
    "outcome_by_id": Message("Outcome by"),
    "outcome_reason": Message("Reason of the outcome"),
    "submission_id": Message("Submission"),
    "meaning": Message("Meaning"),
    "part": Message("Department"),
    "person_name": Message("Name as signed"),
    "person_id": Message("Account"),
    "for_name": Message("For whom, who was away"),
    "for_id": Message("Account of who was away"),
    "delegation_id": Message("Delegation"),
    "absent_name": Message("Away"),
    "absent_id": Message("Account of who was away"),
    "delegate_name": Message("Acts for them"),
    "delegate_id": Message("Account of the delegate"),
    "roles": Message("Roles"),
    "until_day": Message("Last day"),
    "delegation.from_day": Message("First day"),
    "entered_by_id": Message("Entered by"),
    "entered_at": Message("Entered at"),
    "revoked_by_id": Message("Ended by"),
    "delegation.revoked_at": Message("Ended at"),
    "signed_at": Message("Signed at"),
    "comment": Message("Comment"),
    "voided_at": Message("Void since"),
    "holder": Message("Holder"),
    "holder_name": Message("Name of the holder"),
    "print_no": Message("Print"),
    "replaces_id": Message("Replaces"),
    "copy_id": Message("Copy"),
    "action": Message("What was done"),
    "day": Message("Day"),
    "at": Message("Time"),
    "by_id": Message("By"),
    "approved_by_id": Message("Approved by"),
    "witness_1_id": Message("First witness"),
    "witness_2_id": Message("Second witness"),
    "from_day": Message("From"),
    "cause": Message("Cause"),
    "template_revision_id": Message("Template"),
    "procedure_revision_id": Message("Procedure"),
    "opened_at": Message("Opened at"),
    "opened_by_id": Message("Opened by"),
    "closed_at": Message("Closed at"),
    "void_reason": Message("Reason of the voiding"),
    "sealed_sha256": Message("Sealed record (SHA-256)"),
    "record_id": Message("Record"),
    "record_entry.id": Message("Entry"),
    "previous_id": Message("Earlier record"),
    "later_id": Message("Later record"),
    "record_previous.name": Message("Called"),
    "record_previous.content": Message("What it said then (SHA-256)"),
    "field": Message("Field"),
    "corrects_id": Message("Corrects the entry"),
    "step": Message("Step"),
    "running": Message("Number"),
    "media": Message("Kind of file"),
    "signed_day": Message("Signed on"),
    "returned_day": Message("Came back on"),
    "record_attachment.at": Message("Filed at"),
    "record_attachment.name": Message("File"),
    "attachment_mark.content": Message("File (SHA-256)"),
    "keeper": Message("Keeper"),
    "disposal_id": Message("Disposal number"),
    "ended_day": Message("Closed or void since"),
    "kept_until": Message("Kept until"),
    "disposal_item.content": Message("What is destroyed (SHA-256)"),
    "record_hold.entered_at": Message("On hold since"),
    "record_hold.entered_by_id": Message("Placed by"),
    "record_hold.revoked_at": Message("Lifted at"),
    "record_hold.revoked_by_id": Message("Lifted by"),
    "record_hold.answer": Message("Why lifted"),
    "login": Message("Login"),
    "name": Message("Name"),
    "active": Message("Active"),
    "role": Message("Role"),
    "granted_at": Message("Granted at"),
    "revoked_at": Message("Revoked at"),
}
_OUTCOMES: Final[Mapping[str, Message]] = {
    "approved": Message("approved"),
    "rejected": Message("rejected"),
    "retracted": Message("taken back"),
}
_CAUSES: Final[Mapping[EntryCause, Message]] = {
    EntryCause.CORRECTED: Message("entry corrected"),
    EntryCause.SENT_BACK: Message("record sent back"),
}


_MARKED: Final[Mapping[Mark, str]] = {Mark.STRUCK: "strike", Mark.TRUE_COPY: "vouch"}


def _acts(noun: str, key: str) -> Iterator[tuple[str, Value]]:
    return (
        (key + action.verb, done(action.value)) for action in Action if action.noun == noun and action.changes
    )


def _words() -> Iterator[tuple[str, Value]]:
    yield "evidence", Message("Evidence file")
    yield from ((f"section.{name}", said) for name, said in _SECTIONS.items())
    yield from ((f"about {name}", said) for name, said in _ABOUT.items())
    yield from _COLUMNS.items()
    yield from ((f"act.{action}{end}", done(action + end)) for action in _DONE for end in ("", ".refused"))
    yield from ((f"revision.state.{state}", state) for state in RevisionState)
    yield from ((f"record.state.{state}", state) for state in RecordState)
    # A stored state has the words of the status of the same name.
    yield from ((f"copy{step}.state.{s}", Status(s.value)) for s in CopyState for step in ("", "_step"))
    yield from ((f"signature.meaning.{meaning}", meaning) for meaning in Meaning)
    yield from ((f"review_comment.state.{state}", state) for state in CommentState)
    yield from ((f"delegation.state.{state}", state) for state in DelegationState)
    yield from ((f"document_review.verdict.{verdict}", verdict) for verdict in Verdict)
    yield from ((f"recall.cause.{cause}", cause) for cause in Cause)
    yield from ((f"person_role.role.{role}", role) for role in Role)
    yield from ((f"submission.outcome.{outcome}", said) for outcome, said in _OUTCOMES.items())
    yield from ((f"record_entry.cause.{cause}", said) for cause, said in _CAUSES.items())
    yield from ((f"attachment_mark.meaning.{mark}", done(f"record.{_MARKED[mark]}")) for mark in Mark)
    yield from _acts("copy", "copy_step.action.")
    yield from _acts("record", "record_signature.meaning.")
    yield "record_signature.meaning.destroy", done(Action.DISPOSAL_DESTROY.value)
    yield from ((f"disposal.state.{state}", state) for state in DisposalState)
    yield from _acts("disposal", "disposal_signature.meaning.")


_DONE: Final = [action.value for action in Action if action.changes] + ["account.locked", "attempts.counted"]


def words(readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Each key of the page with its words, by language."""
    return {key: {of: told(said, reader) for of, reader in readers.items()} for key, said in _words()}
