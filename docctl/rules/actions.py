"""Every action by its one name. Knows nothing of who may; where it is reached stands in surfaces.py.

`copy.recall` is the permission, the row of the state table, the ledger event, the function `recall_copy`,
the last part of the URL, the API operation and the command `docctl copy recall`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from docctl.rules.act_words import WORDS


class Action(StrEnum):
    """NOUN.VERB. The value is the name of the event in the ledger and never changes once used."""

    SITE_INIT = "site.init"
    SITE_CONFIGURE = "site.configure"
    SITE_CONFIRM = "site.confirm"
    SITE_SET_CLOCK = "site.set_clock"
    SITE_RESTORE = "site.restore"
    SCHEMA_MIGRATE = "schema.migrate"
    KEY_ROTATED = "key.rotated"
    LEDGER_CHECKPOINT = "ledger.checkpoint"

    USER_ADD = "user.add"
    USER_PASSWORD = "user.password"  # noqa: S105 (the name of an act, not a secret)
    USER_CHANGE_ROLES = "user.change_roles"
    USER_CONFIRM_ROLES = "user.confirm_roles"
    USER_REFUSE_ROLES = "user.refuse_roles"
    USER_LOCK = "user.lock"
    USER_CHANGE = "user.change"
    USER_NOTE = "user.note"

    DELEGATION_ADD = "delegation.add"
    DELEGATION_CONFIRM = "delegation.confirm"
    DELEGATION_REFUSE = "delegation.refuse"
    DELEGATION_END = "delegation.end"

    FACTOR_ENROL = "factor.enrol"
    FACTOR_DROP = "factor.drop"
    FACTOR_RESET = "factor.reset"

    DOCUMENT_REGISTER = "document.register"
    DOCUMENT_TAKE_OVER = "document.take_over"
    DOCUMENT_WITHDRAW = "document.withdraw"
    DOCUMENT_REVIEW = "document.review"
    DOCUMENT_MOVE = "document.move"
    DRAFT_SAVE = "draft.save"
    DRAFT_DISCARD = "draft.discard"
    REVISION_SUBMIT = "revision.submit"
    REVISION_SIGN = "revision.sign"
    REVISION_REJECT = "revision.reject"
    REVISION_RETRACT = "revision.retract"
    REVISION_ADD_SIGNER = "revision.add_signer"
    REVISION_SEND_BACK = "revision.send_back"
    REVISION_HAND_OVER = "revision.hand_over"
    REVISION_URGE = "revision.urge"
    REVISION_ISSUE = "revision.issue"
    REVISION_CANCEL = "revision.cancel"
    REVISION_PROLONG = "revision.prolong"

    COMMENT_ADD = "comment.add"
    COMMENT_ADOPT = "comment.adopt"
    COMMENT_REFUSE = "comment.refuse"

    CHANGE_APPLY = "change.apply"
    CHANGE_ASSIGN = "change.assign"
    CHANGE_STUDY = "change.study"
    CHANGE_SIGN = "change.sign"
    CHANGE_REFUSE = "change.refuse"
    CHANGE_WITHDRAW = "change.withdraw"
    CHANGE_NOTE = "change.note"

    CHAIN_CHANGE = "chain.change"
    DISTRIBUTION_CHANGE = "distribution.change"
    REQUEST_ADD = "request.add"
    REQUEST_APPROVE = "request.approve"
    REQUEST_REFUSE = "request.refuse"

    COPY_ISSUE = "copy.issue"
    COPY_TAKE_OVER = "copy.take_over"
    COPY_ACKNOWLEDGE = "copy.acknowledge"
    COPY_RECALL = "copy.recall"
    COPY_RETURN = "copy.return"
    COPY_KEEP = "copy.keep"
    COPY_DESTROY = "copy.destroy"
    COPY_REPLACE = "copy.replace"
    COPY_LOSE = "copy.lose"
    COPY_PLACE = "copy.place"
    COPY_LEND = "copy.lend"
    COPY_TAKE_BACK = "copy.take_back"

    SHELF_CHECK = "shelf.check"

    NOTICE_TAKE = "notice.take"

    READING_CALL = "reading.call"
    READING_CONFIRM = "reading.confirm"

    OUTSIDER_ADD = "outsider.add"
    OUTSIDER_CHANGE = "outsider.change"
    OUTSIDER_ERASE = "outsider.erase"

    RECORD_OPEN = "record.open"
    RECORD_FILL = "record.fill"
    RECORD_CORRECT = "record.correct"
    RECORD_SIGN = "record.sign"
    RECORD_COMPLETE = "record.complete"
    RECORD_VERIFY = "record.verify"
    RECORD_SEND_BACK = "record.send_back"
    RECORD_CLOSE = "record.close"
    RECORD_VOID = "record.void"
    RECORD_GIVE = "record.give"
    RECORD_ATTACH = "record.attach"
    RECORD_STRIKE = "record.strike"
    RECORD_VOUCH = "record.vouch"
    RECORD_HOLD = "record.hold"
    RECORD_RELEASE = "record.release"

    DISPOSAL_PROPOSE = "disposal.propose"
    DISPOSAL_APPROVE = "disposal.approve"
    DISPOSAL_REFUSE = "disposal.refuse"
    DISPOSAL_DESTROY = "disposal.destroy"
    DISPOSAL_WITNESS = "disposal.witness"

    DUTY_EXCUSE = "duty.excuse"

    DOCUMENT_READ = "document.read"
    DOCUMENT_SEARCH = "document.search"
    DRAFT_READ = "draft.read"
    CHANGE_READ = "change.read"
    DELEGATION_READ = "delegation.read"
    COPY_READ = "copy.read"
    COPY_CHECK = "copy.check"
    OUTSIDER_READ = "outsider.read"
    READING_READ = "reading.read"
    RECORD_READ = "record.read"
    DISPOSAL_READ = "disposal.read"
    TRACE_READ = "trace.read"
    TRAIL_READ = "trail.read"
    USER_READ = "user.read"
    LEDGER_CHECK = "ledger.check"
    EVIDENCE_EXPORT = "evidence.export"

    @property
    def noun(self) -> str:
        return self.value.partition(".")[0]

    @property
    def verb(self) -> str:
        return self.value.partition(".")[2]

    @property
    def changes(self) -> bool:
        """Whether it writes an event. The others are reads: they need a right and leave no trace."""
        return self not in READS

    @property
    def confirmed(self) -> bool:
        """Whether it needs the password of whoever acts, in the same request."""
        return self in CONFIRMED

    @property
    def words(self) -> str:
        """For a sentence after "may not": `recall this copy`."""
        return WORDS.get(self.value, f"{self.verb} this {self.noun}")


READS: Final = frozenset(
    {
        Action.DOCUMENT_READ,
        Action.DOCUMENT_SEARCH,
        Action.DRAFT_READ,
        Action.CHANGE_READ,
        Action.DELEGATION_READ,
        Action.COPY_READ,
        Action.COPY_CHECK,
        Action.OUTSIDER_READ,
        Action.READING_READ,
        Action.RECORD_READ,
        Action.DISPOSAL_READ,
        Action.TRACE_READ,
        Action.TRAIL_READ,
        Action.USER_READ,
        Action.LEDGER_CHECK,
        Action.EVIDENCE_EXPORT,
    }
)

CONFIRMED: Final = frozenset(
    {
        Action.USER_ADD,
        Action.USER_PASSWORD,
        Action.USER_CHANGE_ROLES,
        Action.USER_CONFIRM_ROLES,
        Action.USER_REFUSE_ROLES,
        Action.USER_LOCK,
        Action.USER_CHANGE,
        Action.DELEGATION_ADD,
        Action.DELEGATION_CONFIRM,
        Action.DELEGATION_REFUSE,
        Action.FACTOR_ENROL,
        Action.FACTOR_DROP,
        Action.FACTOR_RESET,
        Action.SITE_SET_CLOCK,
        Action.DOCUMENT_TAKE_OVER,
        Action.DOCUMENT_WITHDRAW,
        Action.DOCUMENT_REVIEW,
        Action.DOCUMENT_MOVE,
        Action.REVISION_SUBMIT,
        Action.REVISION_SIGN,
        Action.REVISION_REJECT,
        Action.REVISION_RETRACT,
        Action.REVISION_ADD_SIGNER,
        Action.REVISION_SEND_BACK,
        Action.REVISION_HAND_OVER,
        Action.REVISION_ISSUE,
        Action.REVISION_CANCEL,
        Action.REVISION_PROLONG,
        Action.COMMENT_REFUSE,
        Action.CHANGE_ASSIGN,
        Action.CHANGE_SIGN,
        Action.CHANGE_REFUSE,
        Action.CHAIN_CHANGE,
        Action.COPY_DESTROY,
        Action.COPY_LOSE,
        Action.SHELF_CHECK,
        Action.RECORD_SIGN,
        Action.RECORD_COMPLETE,
        Action.RECORD_VERIFY,
        Action.RECORD_SEND_BACK,
        Action.RECORD_CLOSE,
        Action.RECORD_VOID,
        Action.RECORD_STRIKE,
        Action.RECORD_VOUCH,
        Action.RECORD_HOLD,
        Action.RECORD_RELEASE,
        Action.DISPOSAL_PROPOSE,
        Action.DISPOSAL_APPROVE,
        Action.DISPOSAL_REFUSE,
        Action.DISPOSAL_DESTROY,
        Action.DISPOSAL_WITNESS,
        Action.DUTY_EXCUSE,
    }
)
"""Pages ask for the password where one of these is done. The door asks by what was written: confirming."""
