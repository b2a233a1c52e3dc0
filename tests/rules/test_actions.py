"""One action, one name: in the permission, the event, the function and the command."""

from __future__ import annotations

import pytest

from docctl.rules.actions import READS, Action
from docctl.rules.surfaces import SURFACES

# Design 9, the commands that act on a site by an account's right, copied by hand.
CONTRACT = {
    "init": "site.init",
    "user add": "user.add",
    "user import": "user.add",
    "user password": "user.password",
    "user change-roles": "user.change_roles",
    "user confirm-roles": "user.confirm_roles",
    "user refuse-roles": "user.refuse_roles",
    "user lock": "user.lock",
    "user change": "user.change",
    "document move": "document.move",
    "user note": "user.note",
    "factor drop": "factor.drop",
    "factor reset": "factor.reset",
    "site configure": "site.configure",
    "site export": "site.configure",
    "document register": "document.register",
    "document show": "document.read",
    "document list": "document.read",
    "document withdraw": "document.withdraw",
    "document take-over": "document.take_over",
    "document import": "document.take_over",
    "draft save": "draft.save",
    "draft discard": "draft.discard",
    "revision submit": "revision.submit",
    "revision sign": "revision.sign",
    "revision reject": "revision.reject",
    "revision retract": "revision.retract",
    "document review": "document.review",
    "site confirm": "site.confirm",
    "site findings": "site.confirm",
    "revision prolong": "revision.prolong",
    "chain change": "chain.change",
    "shelf check": "shelf.check",
    "revision add-signer": "revision.add_signer",
    "revision send-back": "revision.send_back",
    "revision hand-over": "revision.hand_over",
    "revision urge": "revision.urge",
    "delegation add": "delegation.add",
    "delegation confirm": "delegation.confirm",
    "delegation refuse": "delegation.refuse",
    "delegation end": "delegation.end",
    "delegation show": "delegation.read",
    "comment add": "comment.add",
    "comment adopt": "comment.adopt",
    "comment refuse": "comment.refuse",
    "comment list": "draft.read",
    "change apply": "change.apply",
    "change assign": "change.assign",
    "change study": "change.study",
    "change sign": "change.sign",
    "change refuse": "change.refuse",
    "change withdraw": "change.withdraw",
    "change note": "change.note",
    "change list": "change.read",
    "change show": "change.read",
    "revision cancel": "revision.cancel",
    "revision issue": "revision.issue",
    "revision diff": "document.read",
    "distribution show": "document.read",
    "distribution change": "distribution.change",
    "request add": "request.add",
    "request approve": "request.approve",
    "request refuse": "request.refuse",
    "request list": "copy.read",
    "copy issue": "copy.issue",
    "copy acknowledge": "copy.acknowledge",
    "copy take-over": "copy.take_over",
    "copy recall": "copy.recall",
    "copy return": "copy.return",
    "copy keep": "copy.keep",
    "copy destroy": "copy.destroy",
    "copy replace": "copy.replace",
    "copy lose": "copy.lose",
    "copy place": "copy.place",
    "copy lend": "copy.lend",
    "copy take-back": "copy.take_back",
    "notice take": "notice.take",
    "reading call": "reading.call",
    "reading confirm": "reading.confirm",
    "reading list": "reading.read",
    "outsider add": "outsider.add",
    "outsider change": "outsider.change",
    "outsider erase": "outsider.erase",
    "outsider show": "outsider.read",
    "copy list": "copy.read",
    "copy reconcile": "copy.read",
    "copy check": "copy.check",
    "document print": "document.read",
    "document due": "document.read",
    "copy print": "copy.issue",
    "record open": "record.open",
    "record fill": "record.fill",
    "record correct": "record.correct",
    "record sign": "record.sign",
    "record complete": "record.complete",
    "record verify": "record.verify",
    "record send-back": "record.send_back",
    "record close": "record.close",
    "record void": "record.void",
    "record give": "record.give",
    "record attach": "record.attach",
    "record strike": "record.strike",
    "record vouch": "record.vouch",
    "record hold": "record.hold",
    "record release": "record.release",
    "disposal propose": "disposal.propose",
    "disposal approve": "disposal.approve",
    "disposal refuse": "disposal.refuse",
    "disposal destroy": "disposal.destroy",
    "disposal witness": "disposal.witness",
    "disposal show": "disposal.read",
    "duty excuse": "duty.excuse",
    "duty list": "record.read",
    "indicator list": "record.read",
    "indicator show": "record.read",
    "record file": "record.read",
    "record list": "record.read",
    "record show": "record.read",
    "record print": "record.read",
    "record dossier": "record.read",
    "record dossiers": "record.read",
    "trace": "trace.read",
    "trail": "trail.read",
    "ledger list": "trail.read",
    "user list": "user.read",
    "search": "document.search",
    "ledger checkpoint": "ledger.checkpoint",
    "check": "ledger.check",
    "system": "ledger.check",
    "ledger receipt": "trail.read",
    "evidence export": "evidence.export",
    "rebuild": "key.rotated",
    "restore": "site.restore",
    "site set-clock": "site.set_clock",
    "site upgrade": "schema.migrate",
}

# Where the verb of the action is no verb of English, or the act is about several things at once.
FUNCTION_NAMES = {
    Action.COPY_ISSUE: "issue_copies",
    Action.COPY_TAKE_OVER: "take_over_copies",
    Action.USER_PASSWORD: "set_user_password",
    Action.KEY_ROTATED: "rotate_key",
    Action.USER_CHANGE_ROLES: "change_user_roles",
    Action.USER_CONFIRM_ROLES: "confirm_user_roles",
    Action.USER_REFUSE_ROLES: "refuse_user_roles",
}


def test_each_command_of_the_contract_belongs_to_one_action() -> None:
    told = [(command, action.value) for action in Action for command in SURFACES[action].commands]
    assert len(told) == len(dict(told))
    assert dict(told) == CONTRACT


def test_every_action_has_its_surfaces() -> None:
    assert set(SURFACES) == set(Action)


@pytest.mark.parametrize("action", [a for a in Action if a.changes])
def test_the_function_of_an_act_bears_its_name(action: Action) -> None:
    function = SURFACES[action].function
    assert function is not None
    noun, module, name = function.split(".")
    assert noun.isidentifier()
    assert module.isidentifier()
    assert name == FUNCTION_NAMES.get(action, f"{action.verb}_{action.noun}")


@pytest.mark.parametrize("action", [a for a in Action if a.changes and SURFACES[a].command])
def test_the_command_of_an_act_bears_its_name(action: Action) -> None:
    shorter = {
        Action.SITE_INIT: "init",
        Action.SCHEMA_MIGRATE: "site upgrade",
        Action.KEY_ROTATED: "rebuild",
        Action.SITE_RESTORE: "restore",
    }
    assert SURFACES[action].command == shorter.get(action, f"{action.noun} {action.verb.replace('_', '-')}")


@pytest.mark.parametrize("action", Action)
def test_the_member_is_named_after_its_value(action: Action) -> None:
    assert action.name == action.value.upper().replace(".", "_")


def test_a_read_has_no_function_among_the_use_cases() -> None:
    assert all(SURFACES[action].function is None for action in READS)
    assert {action for action in Action if not action.changes} == READS


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action.COPY_RECALL, "recall this copy"),
        (Action.REVISION_SIGN, "sign this revision"),
        (Action.RECORD_SEND_BACK, "send this record back"),
        (Action.LEDGER_CHECK, "check the ledger"),
        (Action.EVIDENCE_EXPORT, "take evidence away"),
    ],
)
def test_an_action_can_be_said_in_a_sentence(action: Action, words: str) -> None:
    assert action.words == words


def test_what_is_on_pages_is_a_command_too_and_the_other_way_round_or_it_is_said_why_not() -> None:
    one_sided = {action for action, at in SURFACES.items() if not (at.command and at.web)}
    assert one_sided == {action for action, at in SURFACES.items() if at.alone}
