"""Every action by its one name, and the surfaces through which it can be reached. Knows nothing of who may.

`copy.recall` is the permission, the row of the state table, the ledger event, the function `recall_copy`,
the last part of the URL, the API operation and the command `docctl copy recall`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
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
    USER_LOCK = "user.lock"

    DOCUMENT_REGISTER = "document.register"
    DOCUMENT_WITHDRAW = "document.withdraw"
    DOCUMENT_REVIEW = "document.review"
    DRAFT_SAVE = "draft.save"
    DRAFT_DISCARD = "draft.discard"
    REVISION_SUBMIT = "revision.submit"
    REVISION_SIGN = "revision.sign"
    REVISION_REJECT = "revision.reject"
    REVISION_RETRACT = "revision.retract"
    REVISION_ISSUE = "revision.issue"
    REVISION_CANCEL = "revision.cancel"
    REVISION_PROLONG = "revision.prolong"

    COPY_ISSUE = "copy.issue"
    COPY_ACKNOWLEDGE = "copy.acknowledge"
    COPY_RECALL = "copy.recall"
    COPY_RETURN = "copy.return"
    COPY_KEEP = "copy.keep"
    COPY_DESTROY = "copy.destroy"
    COPY_REPLACE = "copy.replace"
    COPY_LOSE = "copy.lose"

    RECORD_OPEN = "record.open"
    RECORD_FILL = "record.fill"
    RECORD_CORRECT = "record.correct"
    RECORD_SIGN = "record.sign"
    RECORD_COMPLETE = "record.complete"
    RECORD_VERIFY = "record.verify"
    RECORD_SEND_BACK = "record.send_back"
    RECORD_CLOSE = "record.close"
    RECORD_VOID = "record.void"

    DOCUMENT_READ = "document.read"
    DOCUMENT_SEARCH = "document.search"
    DRAFT_READ = "draft.read"
    COPY_READ = "copy.read"
    COPY_CHECK = "copy.check"
    RECORD_READ = "record.read"
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


@dataclass(frozen=True)
class Surface:
    """Where an action is reached. None: not there.

    `function` is dotted, below docctl.usecases. `command` is what follows `docctl`, `also` the commands that
    show the same thing otherwise. `web` is a Flask endpoint. `alone`: why it is reached by pages only, or by
    command only.
    """

    function: str | None
    command: str | None = None
    web: str | None = None
    also: tuple[str, ...] = ()
    alone: str = ""

    @property
    def commands(self) -> tuple[str, ...]:
        return ((self.command,) if self.command else ()) + self.also


READS: Final = frozenset(
    {
        Action.DOCUMENT_READ,
        Action.DOCUMENT_SEARCH,
        Action.DRAFT_READ,
        Action.COPY_READ,
        Action.COPY_CHECK,
        Action.RECORD_READ,
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
        Action.USER_LOCK,
        Action.SITE_SET_CLOCK,
        Action.DOCUMENT_WITHDRAW,
        Action.DOCUMENT_REVIEW,
        Action.REVISION_SUBMIT,
        Action.REVISION_SIGN,
        Action.REVISION_REJECT,
        Action.REVISION_RETRACT,
        Action.REVISION_ISSUE,
        Action.REVISION_CANCEL,
        Action.REVISION_PROLONG,
        Action.COPY_DESTROY,
        Action.COPY_LOSE,
        Action.RECORD_SIGN,
        Action.RECORD_COMPLETE,
        Action.RECORD_VERIFY,
        Action.RECORD_SEND_BACK,
        Action.RECORD_CLOSE,
        Action.RECORD_VOID,
    }
)
"""Pages ask for the password where one of these is done. The door asks by what was written: confirming."""

# Reads have no function here: what they show is made in docctl.queries, by several functions each.
# What a person can do on pages they can do by command, and the other way round; else `alone` says why.
SURFACES: Final[Mapping[Action, Surface]] = MappingProxyType(
    {
        Action.SITE_INIT: Surface(
            "site.founding.init_site", "init", alone="there is no page before there is a site"
        ),
        Action.SITE_CONFIGURE: Surface(
            "site.configuring.configure_site",
            "site configure",
            alone="a site.yaml is kept by whoever runs the machine; no page shows it yet",
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
        Action.USER_ADD: Surface("people.accounts.add_user", "user add", web="people.add"),
        Action.USER_PASSWORD: Surface(
            "people.accounts.set_user_password", "user password", web="people.password"
        ),
        Action.USER_CHANGE_ROLES: Surface(
            "people.accounts.change_user_roles", "user change-roles", web="people.change_roles"
        ),
        Action.USER_LOCK: Surface("people.accounts.lock_user", "user lock", web="people.lock"),
        Action.DOCUMENT_REGISTER: Surface(
            "documents.drafting.register_document", "document register", web="drafts.register"
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
        Action.REVISION_ISSUE: Surface(
            "documents.issuing.issue_revision", "revision issue", web="issuing.issue"
        ),
        Action.REVISION_CANCEL: Surface(
            "documents.issuing.cancel_revision", "revision cancel", web="issuing.cancel"
        ),
        Action.REVISION_PROLONG: Surface(
            "documents.trying.prolong_revision", "revision prolong", web="trials.prolong"
        ),
        Action.COPY_ISSUE: Surface(
            "copies.handing.issue_copies", "copy issue", web="copies.issue", also=("copy print",)
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
        Action.DOCUMENT_READ: Surface(
            None,
            "document show",
            web="documents.index",
            also=("document list", "document due", "document print", "revision diff"),
        ),
        Action.DOCUMENT_SEARCH: Surface(None, "search", web="search.index"),
        Action.DRAFT_READ: Surface(
            None,
            web="documents.show_revision",
            alone="document show and list tell of drafts",
        ),
        Action.COPY_READ: Surface(None, "copy list", web="copies.index", also=("copy reconcile",)),
        Action.COPY_CHECK: Surface(None, "copy check", web="scan.check"),
        Action.RECORD_READ: Surface(None, "record show", web="records.show", also=("record list",)),
        Action.TRACE_READ: Surface(None, "trace", web="trace.index"),
        Action.TRAIL_READ: Surface(None, "ledger list", web="ledger.index", also=("trail",)),
        Action.USER_READ: Surface(None, "user list", web="people.index"),
        Action.LEDGER_CHECK: Surface(None, "check", web="ledger.check"),
        Action.EVIDENCE_EXPORT: Surface(None, "evidence export", web="evidence.index"),
    }
)
