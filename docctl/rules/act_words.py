"""What acts are called after "may not", where their verb and noun do not say it: by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "site.init": "initialise a site",
        "site.confirm": "confirm an approver",
        "site.set_clock": "say that the clock is right",
        "site.restore": "restore a site",
        "schema.migrate": "migrate the schema",
        "key.rotated": "make a new site key",
        "ledger.checkpoint": "make a checkpoint",
        "user.add": "add this account",
        "user.password": "set this password",
        "user.change_roles": "change these roles",
        "user.confirm_roles": "confirm these roles",
        "user.refuse_roles": "refuse these roles",
        "user.lock": "lock this account",
        "user.change": "change the name or the department of this account",
        "user.note": "take note of what was done to this account",
        "factor.enrol": "set up this second factor",
        "factor.drop": "turn off this second factor",
        "factor.reset": "take this second factor away",
        "document.search": "search the library",
        "copy.issue": "issue copies of this document",
        "copy.acknowledge": "acknowledge receipt of this copy",
        "copy.lose": "report this copy lost",
        "record.send_back": "send this record back",
        "trace.read": "trace this",
        "trail.read": "read the audit trail",
        "user.read": "read the accounts",
        "ledger.check": "check the ledger",
        "evidence.export": "take evidence away",
        "change.apply": "apply for a change of this document",
        "change.assign": "say who approves or carries out this change",
        "change.study": "open the background of this application",
        "change.sign": "sign this application",
        "change.refuse": "refuse this application",
        "change.withdraw": "take this application back",
        "change.note": "take note of this change",
        "change.read": "read the change applications",
        "document.move": "move this document to another department",
        "chain.change": "change the approval chain of this document",
        "distribution.change": "change the distribution list of this document",
        "request.add": "ask for this copy",
        "copy.place": "say where this copy lies",
        "copy.take_back": "take this copy back from its loan",
        "outsider.add": "register this outsider",
        "notice.take": "take note of what changed",
        "reading.call": "make this revision known",
        "reading.confirm": "confirm that they have read this",
        "reading.read": "see who has read this",
        "record.give": "give a copy of this record",
        "record.attach": "attach a file here",
        "record.strike": "strike out this attachment",
        "record.vouch": "vouch for this copy",
        "duty.excuse": "excuse what is due",
    }
)
