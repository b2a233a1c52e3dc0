"""Where each action is reached: its function, its commands, its page. Knows nothing of who may."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.rules.actions import Action
from docctl.rules.reads import READS
from docctl.rules.surface import Surface

# What a person can do on pages they can do by command, and the other way round; else `alone` says why.
_ACTS: Final[Mapping[Action, Surface]] = MappingProxyType(
    {
        Action.SITE_INIT: Surface(
            "site.founding.init_site", "init", alone="there is no page before there is a site"
        ),
        Action.SITE_CONFIGURE: Surface(
            "site.configuring.configure_site",
            "site configure",
            web="company.configure",
            also=("site export",),
        ),
        Action.SITE_CONFIRM: Surface(
            "site.confirming.confirm_site", "site confirm", web="approvers.confirm", also=("site findings",)
        ),
        Action.SITE_SET_CLOCK: Surface(
            "site.clock.set_clock_site", "site set-clock", alone="it is about the clock of the machine"
        ),
        Action.SITE_RESTORE: Surface(
            "site.restoring.restore_site", "restore", alone="there is no page before there is a site"
        ),
        Action.SCHEMA_MIGRATE: Surface(
            "site.migrating.migrate_schema",
            "site upgrade",
            alone="it needs the files of the site and nobody at work on it",
        ),
        Action.KEY_ROTATED: Surface(
            "site.rebuilding.rotate_key",
            "rebuild",
            alone="a part of rebuild, which needs the files of the site",
        ),
        Action.LEDGER_CHECKPOINT: Surface(
            "site.checkpointing.checkpoint_ledger", "ledger checkpoint", web="ledger.checkpoint"
        ),
        Action.USER_ADD: Surface(
            "people.accounts.add_user", "user add", web="people.add", also=("user import",)
        ),
        Action.USER_PASSWORD: Surface(
            "people.accounts.set_user_password", "user password", web="people.password"
        ),
        Action.USER_CHANGE_ROLES: Surface(
            "people.accounts.change_user_roles", "user change-roles", web="people.change_roles"
        ),
        Action.USER_CONFIRM_ROLES: Surface(
            "people.granting.confirm_user_roles", "user confirm-roles", web="people.confirm_roles"
        ),
        Action.USER_REFUSE_ROLES: Surface(
            "people.granting.refuse_user_roles", "user refuse-roles", web="people.refuse_roles"
        ),
        Action.USER_LOCK: Surface("people.accounts.lock_user", "user lock", web="people.lock"),
        Action.USER_CHANGE: Surface("people.moving.change_user", "user change", web="people.change"),
        Action.DOCUMENT_MOVE: Surface("documents.moving.move_document", "document move", web="moving.move"),
        Action.USER_NOTE: Surface("people.noting.note_user", "user note", web="people.note"),
        Action.DELEGATION_ADD: Surface(
            "people.delegating.add_delegation", "delegation add", web="delegations.add"
        ),
        Action.DELEGATION_CONFIRM: Surface(
            "people.delegating.confirm_delegation", "delegation confirm", web="delegations.confirm"
        ),
        Action.DELEGATION_REFUSE: Surface(
            "people.delegating.refuse_delegation", "delegation refuse", web="delegations.refuse"
        ),
        Action.DELEGATION_END: Surface(
            "people.delegating.end_delegation", "delegation end", web="delegations.end"
        ),
        Action.FACTOR_ENROL: Surface(
            "people.factors.enrol_factor", web="people.enrol", alone="a phone reads a picture from the page"
        ),
        Action.FACTOR_DROP: Surface("people.factors.drop_factor", "factor drop", web="people.drop"),
        Action.FACTOR_RESET: Surface("people.factors.reset_factor", "factor reset", web="people.reset"),
        Action.DOCUMENT_REGISTER: Surface(
            "documents.drafting.register_document", "document register", web="drafts.register"
        ),
        Action.DOCUMENT_TAKE_OVER: Surface(
            "documents.taking_over.take_over_document",
            "document take-over",
            web="takeovers.take_over",
            also=("document import",),
        ),
        Action.DOCUMENT_WITHDRAW: Surface(
            "documents.issuing.withdraw_document", "document withdraw", web="issuing.withdraw"
        ),
        Action.DOCUMENT_REVIEW: Surface(
            "documents.reviewing.review_document", "document review", web="reviews.review"
        ),
        Action.DRAFT_SAVE: Surface("documents.drafting.save_draft", "draft save", web="drafts.save"),
        Action.DRAFT_DISCARD: Surface(
            "documents.drafting.discard_draft", "draft discard", web="drafts.discard"
        ),
        Action.REVISION_SUBMIT: Surface(
            "documents.drafting.submit_revision", "revision submit", web="drafts.submit"
        ),
        Action.REVISION_SIGN: Surface(
            "documents.approving.sign_revision", "revision sign", web="revisions.sign"
        ),
        Action.REVISION_REJECT: Surface(
            "documents.approving.reject_revision", "revision reject", web="revisions.reject"
        ),
        Action.REVISION_RETRACT: Surface(
            "documents.approving.retract_revision", "revision retract", web="revisions.retract"
        ),
        Action.REVISION_ADD_SIGNER: Surface(
            "documents.rerouting.add_signer_revision", "revision add-signer", web="rerouting.add_signer"
        ),
        Action.REVISION_SEND_BACK: Surface(
            "documents.rerouting.send_back_revision", "revision send-back", web="rerouting.send_back"
        ),
        Action.REVISION_HAND_OVER: Surface(
            "documents.rerouting.hand_over_revision", "revision hand-over", web="rerouting.hand_over"
        ),
        Action.REVISION_URGE: Surface(
            "documents.urging.urge_revision", "revision urge", web="revisions.urge"
        ),
        Action.REVISION_ISSUE: Surface(
            "documents.issuing.issue_revision", "revision issue", web="issuing.issue"
        ),
        Action.REVISION_CANCEL: Surface(
            "documents.issuing.cancel_revision", "revision cancel", web="issuing.cancel"
        ),
        Action.REVISION_PROLONG: Surface(
            "documents.trying.prolong_revision", "revision prolong", web="trials.prolong"
        ),
        Action.COMMENT_ADD: Surface("documents.commenting.add_comment", "comment add", web="comments.add"),
        Action.COMMENT_ADOPT: Surface(
            "documents.commenting.adopt_comment", "comment adopt", web="comments.adopt"
        ),
        Action.COMMENT_REFUSE: Surface(
            "documents.commenting.refuse_comment", "comment refuse", web="comments.refuse"
        ),
        Action.CHANGE_APPLY: Surface("documents.changing.apply_change", "change apply", web="changes.apply"),
        Action.CHANGE_ASSIGN: Surface(
            "documents.changing.assign_change", "change assign", web="changes.assign"
        ),
        Action.CHANGE_STUDY: Surface("documents.changing.study_change", "change study", web="changes.study"),
        Action.CHANGE_SIGN: Surface("documents.changing.sign_change", "change sign", web="changes.sign"),
        Action.CHANGE_REFUSE: Surface(
            "documents.changing.refuse_change", "change refuse", web="changes.refuse"
        ),
        Action.CHANGE_WITHDRAW: Surface(
            "documents.changing.withdraw_change", "change withdraw", web="changes.withdraw"
        ),
        Action.CHANGE_NOTE: Surface("documents.changing.note_change", "change note", web="changes.note"),
        Action.CHAIN_CHANGE: Surface("documents.chaining.change_chain", "chain change", web="chains.change"),
        Action.DISTRIBUTION_CHANGE: Surface(
            "copies.distributing.change_distribution",
            "distribution change",
            web="copies.change_distribution",
        ),
        Action.REQUEST_ADD: Surface("copies.requesting.add_request", "request add", web="copies.add_request"),
        Action.REQUEST_APPROVE: Surface(
            "copies.requesting.approve_request", "request approve", web="copies.approve"
        ),
        Action.REQUEST_REFUSE: Surface(
            "copies.requesting.refuse_request", "request refuse", web="copies.refuse"
        ),
        Action.COPY_ISSUE: Surface(
            "copies.handing.issue_copies", "copy issue", web="copies.issue", also=("copy print",)
        ),
        Action.COPY_TAKE_OVER: Surface(
            "copies.taking_over.take_over_copies", "copy take-over", web="copies.take_over"
        ),
        Action.COPY_ACKNOWLEDGE: Surface(
            "copies.handing.acknowledge_copy", "copy acknowledge", web="copies.acknowledge"
        ),
        Action.COPY_RECALL: Surface("copies.handing.recall_copy", "copy recall", web="copies.recall"),
        Action.COPY_RETURN: Surface("copies.handing.return_copy", "copy return", web="copies.return_copy"),
        Action.COPY_KEEP: Surface("copies.disposing.keep_copy", "copy keep", web="copies.keep"),
        Action.COPY_DESTROY: Surface("copies.disposing.destroy_copy", "copy destroy", web="copies.destroy"),
        Action.COPY_REPLACE: Surface("copies.disposing.replace_copy", "copy replace", web="copies.replace"),
        Action.COPY_LOSE: Surface("copies.disposing.lose_copy", "copy lose", web="copies.lose"),
        Action.COPY_PLACE: Surface("copies.lending.place_copy", "copy place", web="copies.place"),
        Action.COPY_LEND: Surface("copies.lending.lend_copy", "copy lend", web="copies.lend"),
        Action.COPY_TAKE_BACK: Surface(
            "copies.lending.take_back_copy", "copy take-back", web="copies.take_back"
        ),
        Action.SHELF_CHECK: Surface("copies.shelving.check_shelf", "shelf check", web="copies.check_shelf"),
        Action.OUTSIDER_ADD: Surface(
            "copies.outside.add_outsider", "outsider add", web="copies.add_outsider"
        ),
        Action.OUTSIDER_CHANGE: Surface(
            "copies.outside.change_outsider", "outsider change", web="copies.change"
        ),
        Action.OUTSIDER_ERASE: Surface("copies.outside.erase_outsider", "outsider erase", web="copies.erase"),
        Action.RECORD_OPEN: Surface("records.opening.open_record", "record open", web="records.open_record"),
        Action.RECORD_FILL: Surface("records.recording.fill_record", "record fill", web="records.fill"),
        Action.RECORD_CORRECT: Surface(
            "records.recording.correct_record", "record correct", web="records.correct"
        ),
        Action.RECORD_SIGN: Surface("records.recording.sign_record", "record sign", web="records.sign"),
        Action.RECORD_COMPLETE: Surface(
            "records.sealing.complete_record", "record complete", web="records.complete"
        ),
        Action.RECORD_VERIFY: Surface("records.sealing.verify_record", "record verify", web="records.verify"),
        Action.RECORD_SEND_BACK: Surface(
            "records.sealing.send_back_record", "record send-back", web="records.send_back"
        ),
        Action.RECORD_CLOSE: Surface("records.sealing.close_record", "record close", web="records.close"),
        Action.RECORD_VOID: Surface("records.sealing.void_record", "record void", web="records.void"),
        Action.RECORD_GIVE: Surface("records.giving.give_record", "record give", web="records.give"),
        Action.RECORD_ATTACH: Surface(
            "records.attaching.attach_record", "record attach", web="records.attach"
        ),
        Action.RECORD_STRIKE: Surface(
            "records.attaching.strike_record", "record strike", web="records.strike"
        ),
        Action.RECORD_VOUCH: Surface("records.attaching.vouch_record", "record vouch", web="records.vouch"),
        Action.RECORD_HOLD: Surface("records.holding.hold_record", "record hold", web="records.hold"),
        Action.RECORD_RELEASE: Surface(
            "records.holding.release_record", "record release", web="records.release"
        ),
        Action.DISPOSAL_PROPOSE: Surface(
            "records.disposing.propose_disposal", "disposal propose", web="disposals.propose"
        ),
        Action.DISPOSAL_APPROVE: Surface(
            "records.disposing.approve_disposal", "disposal approve", web="disposals.approve"
        ),
        Action.DISPOSAL_REFUSE: Surface(
            "records.disposing.refuse_disposal", "disposal refuse", web="disposals.refuse"
        ),
        Action.DISPOSAL_DESTROY: Surface(
            "records.destroying.destroy_disposal", "disposal destroy", web="disposals.destroy"
        ),
        Action.DISPOSAL_WITNESS: Surface(
            "records.destroying.witness_disposal", "disposal witness", web="disposals.witness"
        ),
        Action.DUTY_EXCUSE: Surface("records.filling.excuse_duty", "duty excuse", web="duties.excuse"),
        Action.NOTICE_TAKE: Surface("copies.noticing.take_notice", "notice take", web="copies.take_notice"),
        Action.READING_CALL: Surface("readings.reading.call_reading", "reading call", web="documents.call"),
        Action.READING_CONFIRM: Surface(
            "readings.reading.confirm_reading", "reading confirm", web="documents.confirm"
        ),
    }
)

SURFACES: Final[Mapping[Action, Surface]] = MappingProxyType({**_ACTS, **READS})
