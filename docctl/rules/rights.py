"""Who may do what: alternatives read downwards, conditions read across. What is not in it is refused.

A person may have several roles; their rights add up. So a role takes nothing away: an admin who is also
general manager signs as general manager, by that role alone. Whether somebody may: see permissions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message
from docctl.rules import disposal_conditions as ends
from docctl.rules.account_conditions import (
    COULD_BEFORE,
    DID_NOT_PROPOSE,
    IS_ANOTHERS_ACCOUNT,
    IS_NOT_AWAY,
    IS_NOT_OWN_ACCOUNT,
    IS_NOT_THE_DELEGATE,
    IS_OWN_ACCOUNT,
    IS_THE_DELEGATE,
)
from docctl.rules.actions import Action
from docctl.rules.conditions import (
    ACTS_FOR_A_SIGNER,
    ADMIN,
    ANYBODY,
    ANYONE,
    APPLIED_FOR_IT,
    AUTHOR,
    CAME_FROM_OUTSIDE,
    CARRIES_IT_OUT,
    CLERK,
    CONCERNED,
    CONTROLLER,
    DID_NOT_APPLY,
    DID_NOT_ASK,
    DID_NOT_ATTACH_IT,
    DOES_NOT_APPROVE_OR_WITNESS,
    ENTERED_IT,
    FILLS_THE_STEP,
    HANDED_IT_IN,
    HEAD,
    HOLDS_A_STEP,
    HOLDS_THE_COPY,
    IN_CHARGE,
    IS_FOR_NO_AUTHOR,
    IS_NOT_AUTHOR,
    IS_NOT_PERFORMER,
    IS_OPERATOR,
    KEEPS_SUCH,
    MAY_EDIT,
    OF_ITS_DEPARTMENT,
    READS_EVERYTHING,
    SIGNER,
    TAKES_PART,
    VERIFIER,
    WORKS,
    WORKS_AT_ALL,
    Condition,
)

_BY_POST: Final = ((SIGNER, HOLDS_A_STEP, IS_NOT_AUTHOR),)
# Who acts for somebody that is away needs no such role, and is bound by all that binds those who have it.
_SIGNING: Final = (*_BY_POST, (WORKS_AT_ALL, ACTS_FOR_A_SIGNER, IS_FOR_NO_AUTHOR, IS_NOT_AUTHOR))
_DID_NOT_WRITE_IT: Final = replace(
    IS_NOT_AUTHOR,
    duty=Message(
        "Nobody approves that a comment on their own text is not adopted (DC-32). The head of its department "
        "or the manager in charge has to do it, who did not write it."
    ),
)
_ANOTHERS_FACTOR: Final = replace(
    IS_NOT_OWN_ACCOUNT,
    duty=Message(
        "Nobody takes their own second factor away without a code: turn it off with one, or with a recovery "
        "code. Else another admin has to do it."
    ),
)
_SECOND: Final = (DID_NOT_PROPOSE, IS_NOT_AWAY, IS_NOT_THE_DELEGATE, COULD_BEFORE)
_DECIDING: Final = ((SIGNER, HOLDS_A_STEP, DID_NOT_APPLY),)
_READING_RECORDS: Final = ((WORKS, TAKES_PART), (VERIFIER,), (CONTROLLER,), (READS_EVERYTHING,))

PERMISSIONS: Final[Mapping[Action, tuple[tuple[Condition, ...], ...]]] = MappingProxyType(
    {
        Action.SITE_INIT: ((IS_OPERATOR,),),
        Action.SITE_CONFIGURE: ((CONTROLLER,),),
        Action.SITE_CONFIRM: ((CONTROLLER,),),
        Action.SITE_SET_CLOCK: ((ADMIN,),),
        Action.SITE_RESTORE: ((IS_OPERATOR,),),
        Action.SCHEMA_MIGRATE: ((IS_OPERATOR,),),
        Action.KEY_ROTATED: ((ADMIN,), (IS_OPERATOR,)),
        Action.LEDGER_CHECKPOINT: ((ADMIN,),),
        Action.USER_ADD: ((ADMIN, IS_NOT_OWN_ACCOUNT),),
        # The machine lets an admin back in who is the only one: a password for one time, and an event.
        Action.USER_PASSWORD: ((ADMIN,), (ANYONE, IS_OWN_ACCOUNT), (IS_OPERATOR,)),
        Action.USER_CHANGE_ROLES: ((ADMIN, IS_NOT_OWN_ACCOUNT),),
        # Two people for roles that sign; where there is one admin only, the quality office is the second.
        Action.USER_CONFIRM_ROLES: (
            (ADMIN, DID_NOT_PROPOSE, IS_NOT_OWN_ACCOUNT, COULD_BEFORE),
            (CONTROLLER, DID_NOT_PROPOSE, IS_NOT_OWN_ACCOUNT, COULD_BEFORE),
        ),
        Action.USER_REFUSE_ROLES: ((ADMIN,), (CONTROLLER,)),
        Action.USER_LOCK: ((ADMIN, IS_ANOTHERS_ACCOUNT),),
        # Nobody chooses the name that will stand under what they sign.
        Action.USER_CHANGE: ((ADMIN, IS_ANOTHERS_ACCOUNT),),
        Action.USER_NOTE: ((ANYONE, IS_OWN_ACCOUNT),),
        # Who cannot get in is helped by the office; to lend a role that signs takes a second person.
        Action.DELEGATION_ADD: ((SIGNER, IS_OWN_ACCOUNT), (CONTROLLER,)),
        Action.DELEGATION_CONFIRM: ((ADMIN, *_SECOND), (CONTROLLER, *_SECOND)),
        Action.DELEGATION_REFUSE: ((ADMIN,), (CONTROLLER,)),
        Action.DELEGATION_END: ((ANYONE, IS_OWN_ACCOUNT), (CONTROLLER,)),
        Action.FACTOR_ENROL: ((ANYONE, IS_OWN_ACCOUNT),),
        Action.FACTOR_DROP: ((ANYONE, IS_OWN_ACCOUNT),),
        # Nobody gets rid of the code of their own phone without one; the machine helps the only admin.
        Action.FACTOR_RESET: ((ADMIN, _ANOTHERS_FACTOR), (IS_OPERATOR,)),
        Action.DOCUMENT_REGISTER: ((AUTHOR,),),
        # The head of its department compares it with the paper: nobody takes a document over alone.
        Action.DOCUMENT_TAKE_OVER: ((CONTROLLER,),),
        Action.DOCUMENT_WITHDRAW: ((CONTROLLER,),),
        # Departments answer for the documents of their own field; the office sees to it that it is done.
        Action.DOCUMENT_REVIEW: ((HEAD, OF_ITS_DEPARTMENT), (CONTROLLER,)),
        Action.DOCUMENT_MOVE: ((CONTROLLER,),),
        Action.DRAFT_SAVE: ((AUTHOR, MAY_EDIT),),
        Action.DRAFT_DISCARD: ((AUTHOR, MAY_EDIT),),
        Action.REVISION_SUBMIT: ((AUTHOR, MAY_EDIT, CARRIES_IT_OUT),),
        Action.REVISION_SIGN: _SIGNING,
        Action.REVISION_REJECT: _SIGNING,
        # Taking back what one handed in is the right of those who may hand it in.
        Action.REVISION_RETRACT: ((AUTHOR, MAY_EDIT),),
        Action.REVISION_URGE: ((WORKS, HANDED_IT_IN), (CONTROLLER,)),
        # To ask one more is the safe direction; who signs goes back, and hands over what is their own.
        Action.REVISION_ADD_SIGNER: ((WORKS, HANDED_IT_IN), (CONTROLLER,), *_SIGNING),
        Action.REVISION_SEND_BACK: _SIGNING,
        Action.REVISION_HAND_OVER: _BY_POST,
        Action.REVISION_ISSUE: ((CONTROLLER,),),
        Action.REVISION_CANCEL: ((CONTROLLER,),),
        # Who approved it for a time: nobody else lets it go on for longer.
        Action.REVISION_PROLONG: _BY_POST,
        # Who reviews it says what should be different; who writes it takes that up; that something is not
        # taken up, the responsible manager approves (DC-32, PR-77).
        Action.COMMENT_ADD: _SIGNING,
        Action.COMMENT_ADOPT: ((AUTHOR, MAY_EDIT),),
        Action.COMMENT_REFUSE: (
            (HEAD, OF_ITS_DEPARTMENT, _DID_NOT_WRITE_IT),
            (IN_CHARGE, HOLDS_A_STEP, _DID_NOT_WRITE_IT),
        ),
        # The manual is changed by the department that keeps it (DC-63).
        Action.CHANGE_APPLY: ((AUTHOR, KEEPS_SUCH), (WORKS, CONCERNED, KEEPS_SUCH)),
        Action.CHANGE_ASSIGN: ((CONTROLLER, DID_NOT_APPLY),),
        Action.CHANGE_STUDY: ((SIGNER, HOLDS_A_STEP),),
        Action.CHANGE_SIGN: _DECIDING,
        Action.CHANGE_REFUSE: _DECIDING,
        Action.CHANGE_WITHDRAW: ((WORKS, APPLIED_FOR_IT),),
        Action.CHANGE_NOTE: ((WORKS, CONCERNED),),
        # Who writes a document does not choose who signs it.
        Action.CHAIN_CHANGE: ((CONTROLLER,),),
        # Who hands out decides not to whom (DC-50): the list is what the department in charge approved.
        Action.DISTRIBUTION_CHANGE: ((HEAD, OF_ITS_DEPARTMENT),),
        Action.REQUEST_ADD: ((CONTROLLER,), (WORKS, HOLDS_THE_COPY)),
        Action.REQUEST_APPROVE: ((HEAD, OF_ITS_DEPARTMENT, DID_NOT_ASK),),
        Action.REQUEST_REFUSE: ((HEAD, OF_ITS_DEPARTMENT, DID_NOT_ASK),),
        Action.COPY_ISSUE: ((CONTROLLER, KEEPS_SUCH),),
        Action.COPY_TAKE_OVER: ((CONTROLLER, KEEPS_SUCH),),
        # The controller too, for holders without an account: departments and outsiders sign on paper.
        Action.COPY_ACKNOWLEDGE: ((CONTROLLER,), (WORKS, HOLDS_THE_COPY)),
        Action.COPY_RECALL: ((CONTROLLER, KEEPS_SUCH),),
        Action.COPY_RETURN: ((CONTROLLER,), (CLERK, HOLDS_THE_COPY)),
        Action.COPY_KEEP: ((CONTROLLER,),),
        Action.COPY_DESTROY: ((CONTROLLER, DOES_NOT_APPROVE_OR_WITNESS),),
        Action.COPY_REPLACE: ((CONTROLLER, KEEPS_SUCH),),
        Action.COPY_LOSE: ((CONTROLLER, KEEPS_SUCH),),
        Action.COPY_PLACE: ((CONTROLLER,), (WORKS, HOLDS_THE_COPY)),
        # Clerks look after what their own department holds (DC-10).
        Action.SHELF_CHECK: ((CONTROLLER,), (CLERK, HOLDS_THE_COPY)),
        # The administration department is told of every change of a list (DC-58).
        Action.NOTICE_TAKE: ((CONTROLLER, KEEPS_SUCH), (CLERK, KEEPS_SUCH)),
        Action.READING_CALL: ((CONTROLLER,), (HEAD, OF_ITS_DEPARTMENT)),
        Action.READING_CONFIRM: ((WORKS,),),
        Action.COPY_LEND: ((CONTROLLER,),),
        Action.COPY_TAKE_BACK: ((CONTROLLER,),),
        Action.OUTSIDER_ADD: ((CONTROLLER,),),
        Action.OUTSIDER_CHANGE: ((CONTROLLER,),),
        Action.OUTSIDER_ERASE: ((CONTROLLER,),),
        Action.RECORD_OPEN: ((WORKS,),),
        Action.RECORD_FILL: ((WORKS, FILLS_THE_STEP),),
        # An entry is corrected by who made it (DC-97, PR-78).
        Action.RECORD_CORRECT: ((WORKS, ENTERED_IT),),
        Action.RECORD_SIGN: ((WORKS, FILLS_THE_STEP),),
        Action.RECORD_COMPLETE: ((WORKS, TAKES_PART),),
        Action.RECORD_VERIFY: ((VERIFIER, IS_NOT_PERFORMER),),
        Action.RECORD_SEND_BACK: ((VERIFIER, IS_NOT_PERFORMER),),
        Action.RECORD_CLOSE: ((CONTROLLER,),),
        Action.RECORD_VOID: ((CONTROLLER,),),
        Action.RECORD_GIVE: ((CONTROLLER,), (WORKS, TAKES_PART)),
        # The office files what comes back from outside (DC-99), and nothing in the place of who works.
        Action.RECORD_ATTACH: ((WORKS, FILLS_THE_STEP), (CONTROLLER, CAME_FROM_OUTSIDE)),
        Action.RECORD_STRIKE: ((WORKS, ENTERED_IT),),
        Action.RECORD_VOUCH: (
            (WORKS, TAKES_PART, DID_NOT_ATTACH_IT),
            (VERIFIER, DID_NOT_ATTACH_IT),
            (CONTROLLER, DID_NOT_ATTACH_IT),
        ),
        # Who keeps a record, and who answers for quality, holds it back; nobody lifts a hold of their own.
        Action.RECORD_HOLD: ((HEAD, ends.KEEPS_THEM), (ends.REPRESENTATIVE,), (CONTROLLER,)),
        Action.RECORD_RELEASE: (
            (HEAD, ends.KEEPS_THEM, ends.DID_NOT_HOLD_IT),
            (ends.REPRESENTATIVE, ends.DID_NOT_HOLD_IT),
            (CONTROLLER, ends.DID_NOT_HOLD_IT),
        ),
        # Proposed by who keeps them, approved by somebody else, carried out by document control, witnessed.
        Action.DISPOSAL_PROPOSE: ((HEAD, ends.KEEPS_THEM), (CLERK, ends.KEEPS_THEM), (CONTROLLER,)),
        Action.DISPOSAL_APPROVE: (
            (HEAD, ends.KEEPS_THEM, ends.DID_NOT_PROPOSE_IT),
            (ends.REPRESENTATIVE, ends.DID_NOT_PROPOSE_IT),
        ),
        Action.DISPOSAL_REFUSE: ((HEAD, ends.KEEPS_THEM), (ends.REPRESENTATIVE,), (CONTROLLER,)),
        Action.DISPOSAL_DESTROY: ((CONTROLLER, ends.DID_NOT_APPROVE_IT),),
        Action.DISPOSAL_WITNESS: ((WORKS, ends.TOOK_NO_PART),),
        # Whose form it is says that it need not be made, or the office does; it is signed, and stays named.
        Action.DUTY_EXCUSE: ((HEAD, OF_ITS_DEPARTMENT), (CONTROLLER,)),
        Action.DOCUMENT_READ: ((ANYONE,),),
        Action.DOCUMENT_SEARCH: ((ANYONE,),),
        Action.DRAFT_READ: (
            (AUTHOR, MAY_EDIT),
            (SIGNER, HOLDS_A_STEP),
            (WORKS_AT_ALL, ACTS_FOR_A_SIGNER),
            # Who approves that a comment on it is not adopted reads what it is about (DC-32).
            (HEAD, OF_ITS_DEPARTMENT),
            (CONTROLLER,),
            (READS_EVERYTHING,),
        ),
        Action.CHANGE_READ: ((ANYONE,),),
        Action.DELEGATION_READ: (
            (CONTROLLER,),
            (READS_EVERYTHING,),
            (ANYONE, IS_OWN_ACCOUNT),
            (ANYONE, IS_THE_DELEGATE),
        ),
        Action.COPY_READ: ((CONTROLLER,), (READS_EVERYTHING,), (ANYONE, HOLDS_THE_COPY)),
        Action.COPY_CHECK: ((ANYBODY,),),
        Action.READING_READ: ((CONTROLLER,), (READS_EVERYTHING,), (HEAD, OF_ITS_DEPARTMENT)),
        Action.OUTSIDER_READ: ((CONTROLLER,), (READS_EVERYTHING,)),
        Action.RECORD_READ: _READING_RECORDS,
        Action.DISPOSAL_READ: ((ANYONE,),),
        Action.TRACE_READ: _READING_RECORDS,
        Action.TRAIL_READ: ((CONTROLLER,), (READS_EVERYTHING,)),
        Action.USER_READ: ((READS_EVERYTHING,),),
        Action.LEDGER_CHECK: ((READS_EVERYTHING,),),
        # It leaves no event: it changes nothing, and of one checkpoint it is the same file for everybody.
        Action.EVIDENCE_EXPORT: ((CONTROLLER,), (READS_EVERYTHING,)),
    }
)
