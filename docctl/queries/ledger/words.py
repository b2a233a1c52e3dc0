"""What was done, in the words of people: for trails on pages, in workbooks and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message
from docctl.queries.ledger.events import UNREADABLE
from docctl.rules.actions import Action

DONE: Final[Mapping[Action, Message]] = MappingProxyType(
    {
        Action.SITE_INIT: Message("site founded"),
        Action.SITE_CONFIGURE: Message("site configured"),
        Action.SCHEMA_MIGRATE: Message("tables migrated"),
        Action.KEY_ROTATED: Message("new site key"),
        Action.SITE_CONFIRM: Message("approver confirmed"),
        Action.SITE_SET_CLOCK: Message("clock confirmed"),
        Action.SITE_RESTORE: Message("site restored from a backup"),
        Action.LEDGER_CHECKPOINT: Message("checkpoint made"),
        Action.USER_ADD: Message("account added"),
        Action.USER_PASSWORD: Message("password set"),
        Action.USER_CHANGE_ROLES: Message("roles changed"),
        Action.USER_CONFIRM_ROLES: Message("roles confirmed"),
        Action.USER_REFUSE_ROLES: Message("roles refused"),
        Action.USER_LOCK: Message("account locked"),
        Action.USER_CHANGE: Message("name or department of an account changed"),
        Action.DOCUMENT_MOVE: Message("document moved to another department"),
        Action.USER_NOTE: Message("note taken of what was done to the account"),
        Action.DELEGATION_ADD: Message("delegate named"),
        Action.DELEGATION_CONFIRM: Message("delegate confirmed"),
        Action.DELEGATION_REFUSE: Message("delegate refused"),
        Action.DELEGATION_END: Message("delegation ended"),
        Action.FACTOR_ENROL: Message("second factor set up"),
        Action.FACTOR_DROP: Message("second factor turned off"),
        Action.FACTOR_RESET: Message("second factor taken away"),
        Action.DOCUMENT_REGISTER: Message("document registered"),
        Action.DOCUMENT_TAKE_OVER: Message("document taken over from paper"),
        Action.DOCUMENT_WITHDRAW: Message("document withdrawn"),
        Action.DOCUMENT_REVIEW: Message("document reviewed"),
        Action.CHAIN_CHANGE: Message("approval chain changed"),
        Action.REVISION_PROLONG: Message("trial prolonged"),
        Action.DRAFT_SAVE: Message("draft saved"),
        Action.DRAFT_DISCARD: Message("draft discarded"),
        Action.REVISION_SUBMIT: Message("submitted for approval"),
        Action.REVISION_SIGN: Message("signed"),
        Action.REVISION_REJECT: Message("rejected"),
        Action.REVISION_RETRACT: Message("taken back"),
        Action.REVISION_ADD_SIGNER: Message("another signature asked for"),
        Action.REVISION_SEND_BACK: Message("sent back to a step"),
        Action.REVISION_HAND_OVER: Message("step handed over"),
        Action.REVISION_URGE: Message("signers reminded"),
        Action.REVISION_ISSUE: Message("issued"),
        Action.REVISION_CANCEL: Message("issue cancelled"),
        Action.DISTRIBUTION_CHANGE: Message("distribution list changed"),
        Action.COMMENT_ADD: Message("review comment made"),
        Action.COMMENT_ADOPT: Message("review comment adopted"),
        Action.COMMENT_REFUSE: Message("review comment not adopted"),
        Action.CHANGE_APPLY: Message("change applied for"),
        Action.CHANGE_ASSIGN: Message("change given to somebody else"),
        Action.CHANGE_STUDY: Message("background of a change opened"),
        Action.CHANGE_SIGN: Message("change application signed"),
        Action.CHANGE_REFUSE: Message("change application refused"),
        Action.CHANGE_WITHDRAW: Message("change application taken back"),
        Action.CHANGE_NOTE: Message("note taken of a change"),
        Action.REQUEST_ADD: Message("copy asked for"),
        Action.REQUEST_APPROVE: Message("request for a copy approved"),
        Action.REQUEST_REFUSE: Message("request for a copy refused"),
        Action.COPY_ISSUE: Message("copies handed out"),
        Action.COPY_TAKE_OVER: Message("copies on paper entered"),
        Action.COPY_ACKNOWLEDGE: Message("receipt of a copy confirmed"),
        Action.COPY_RECALL: Message("copy recalled"),
        Action.COPY_RETURN: Message("copy returned"),
        Action.COPY_KEEP: Message("obsolete copy kept"),
        Action.COPY_DESTROY: Message("copy destroyed"),
        Action.COPY_REPLACE: Message("damaged copy exchanged"),
        Action.COPY_LOSE: Message("copy lost"),
        Action.SHELF_CHECK: Message("shelf walk entered"),
        Action.COPY_PLACE: Message("place of a copy changed"),
        Action.COPY_LEND: Message("copy lent"),
        Action.COPY_TAKE_BACK: Message("copy back from its loan"),
        Action.NOTICE_TAKE: Message("changes of the departments' lists taken note of"),
        Action.READING_CALL: Message("revision made known"),
        Action.READING_CONFIRM: Message("read and understood"),
        Action.OUTSIDER_ADD: Message("holder outside registered"),
        Action.OUTSIDER_CHANGE: Message("holder outside changed"),
        Action.OUTSIDER_ERASE: Message("contact of a holder outside erased"),
        Action.RECORD_OPEN: Message("record opened"),
        Action.RECORD_FILL: Message("record filled in"),
        Action.RECORD_CORRECT: Message("entry corrected"),
        Action.RECORD_SIGN: Message("record signed"),
        Action.RECORD_COMPLETE: Message("record completed"),
        Action.RECORD_VERIFY: Message("record verified"),
        Action.RECORD_SEND_BACK: Message("record sent back"),
        Action.RECORD_CLOSE: Message("record closed"),
        Action.RECORD_VOID: Message("record voided"),
        Action.RECORD_GIVE: Message("copy of a record given"),
        Action.RECORD_ATTACH: Message("file attached to a record"),
        Action.RECORD_STRIKE: Message("attachment struck out"),
        Action.RECORD_VOUCH: Message("copy compared with its original"),
        Action.RECORD_HOLD: Message("record put on hold"),
        Action.RECORD_RELEASE: Message("hold of a record lifted"),
        Action.DISPOSAL_PROPOSE: Message("destruction of records proposed"),
        Action.DISPOSAL_APPROVE: Message("destruction of records approved"),
        Action.DISPOSAL_REFUSE: Message("destruction of records refused"),
        Action.DISPOSAL_DESTROY: Message("records destroyed"),
        Action.DISPOSAL_WITNESS: Message("destruction of records witnessed"),
        Action.DUTY_EXCUSE: Message("due record excused"),
    }
)
"""A word for each action that leaves an event."""

_OTHERS: Final = {
    "account.locked": Message("sign-in closed for a while"),
    "attempts.counted": Message("further refused attempts"),
    UNREADABLE: Message("This event cannot be read. Check the ledger."),
}
"""Events that are no action of anybody."""

_REFUSED: Final = ".refused"


def done(name: str) -> Message | str:
    """What an event says that was done, by its name: `copy.recall`, `revision.sign.refused`."""
    act = name.removesuffix(_REFUSED)
    if act in _OTHERS:
        return _OTHERS[act]
    try:
        said = DONE[Action(act)]
    except (KeyError, ValueError):
        return name
    return Message("refused: {act}", act=said) if name.endswith(_REFUSED) else said
