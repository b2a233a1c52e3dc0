"""Every cell of action and role, against a table that was written by hand from design 9.1."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from docctl.errors import Defect, Forbidden
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.matrix import YES, matrix
from docctl.rules.permissions import refusal
from docctl.rules.rights import PERMISSIONS
from docctl.rules.roles import SIGNERS, Absent, Actor, Handed, Role
from tests.rules.expected_rights import EXPECTED, EXPECTED_OF_A_STRANGER, NOT_AUDITOR

ME, SOMEBODY_ELSE = 1, 2


OWN = {Action.USER_PASSWORD, Action.USER_NOTE, Action.FACTOR_ENROL, Action.FACTOR_DROP}
OWN |= {Action.DELEGATION_ADD, Action.DELEGATION_END, Action.DELEGATION_READ}
ASKED_BY_ME = (Action.CHANGE_WITHDRAW, Action.REVISION_URGE, Action.REVISION_ADD_SIGNER)
CELLS = list(product(Action, Role))

STRANGE = Subject(
    department="finance",
    authors=frozenset({SOMEBODY_ELSE}),
    contributors=frozenset({SOMEBODY_ELSE}),
    posts=frozenset({"finance"}),
    performers=frozenset({SOMEBODY_ELSE}),
    step_posts=frozenset({"finance"}),
    entered_by=SOMEBODY_ELSE,
    attached_by=SOMEBODY_ELSE,
    holder="li",
    kept_by="finance",
    asker=ME,
    concerned=frozenset({"finance"}),
    executor=SOMEBODY_ELSE,
    account=SOMEBODY_ELSE,
    delegate=3,
    seconds=frozenset({SOMEBODY_ELSE}),
    approver=SOMEBODY_ELSE,
    witnesses=frozenset({SOMEBODY_ELSE}),
)
FAVOURABLE = replace(
    STRANGE,
    department="quality",
    posts=frozenset(SIGNERS),
    step_posts=frozenset({"quality"}),
    entered_by=ME,
    from_outside=True,
    holder="zhang",
    kept_by="quality",
    asker=SOMEBODY_ELSE,
    seconds=frozenset({ME}),
    concerned=frozenset({"quality"}),
    executor=ME,
)


DELEGATED = (
    Action.REVISION_SIGN,
    Action.REVISION_REJECT,
    Action.REVISION_SEND_BACK,
    Action.COMMENT_ADD,
    Action.DRAFT_READ,
)
"""What whoever acts for somebody does by the role of that person."""


def actor(*roles: str, department: str = "quality", person_id: int = ME) -> Actor:
    return Actor(person_id, "zhang", frozenset(roles), department)


def sentence(action: Action, who: Actor, subject: Subject) -> str:
    answer = refusal(action, who, subject)
    assert answer is not None
    return str(answer.said)


def allowed(action: Action, subject: Subject) -> set[str]:
    """The roles, each alone, with which one may."""
    return {role.value for role in Role if refusal(action, actor(role), subject) is None}


def favourable(action: Action) -> Subject:
    own = replace(FAVOURABLE, account=ME) if action in OWN else FAVOURABLE
    return replace(own, asker=ME) if action in ASKED_BY_ME else own


@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("action", Action)
def test_a_role_may_what_design_says_when_the_thing_is_theirs(action: Action) -> None:
    assert allowed(action, favourable(action)) == set(EXPECTED[action].split())


@pytest.mark.parametrize("action", Action)
def test_a_role_may_only_what_needs_no_tie_when_the_thing_is_a_strangers(action: Action) -> None:
    assert allowed(action, STRANGE) == set(EXPECTED_OF_A_STRANGER[action].split())


def test_every_action_is_in_the_table_and_in_the_expected_one() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert set(EXPECTED) == {action.value for action in Action}


@pytest.mark.parametrize("action", Action)
def test_without_a_role_nothing_but_the_scan_is_open(action: Action) -> None:
    assert (refusal(action, actor(), favourable(action)) is None) == (action is Action.COPY_CHECK)


@pytest.mark.parametrize("action", Action)
def test_the_operator_of_the_machine_has_no_account_s_rights(action: Action) -> None:
    operator = Actor(0, "root", operator=True)
    open_to = {
        Action.SITE_INIT,
        Action.SITE_RESTORE,
        Action.SCHEMA_MIGRATE,
        Action.KEY_ROTATED,
        Action.FACTOR_RESET,
        Action.USER_PASSWORD,
        Action.COPY_CHECK,
    }
    assert (refusal(action, operator, STRANGE) is None) == (action in open_to)


def test_an_action_that_is_not_in_the_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docctl.rules.permissions.PERMISSIONS", {})
    assert refusal(Action.COPY_CHECK, actor(*Role), FAVOURABLE) is not None


@pytest.mark.parametrize("action", Action)
def test_a_refused_act_is_an_attempt_and_a_refused_read_is_not(action: Action) -> None:
    answer = refusal(action, replace(actor(), login="wang"), STRANGE)
    if action is not Action.COPY_CHECK:
        assert answer is not None
        assert answer.attempt == action.changes


def test_rights_of_several_roles_add_up() -> None:
    both = actor("admin", "general-manager")
    assert refusal(Action.REVISION_SIGN, both, FAVOURABLE) is None
    assert refusal(Action.USER_ADD, both, FAVOURABLE) is None
    assert refusal(Action.RECORD_OPEN, actor("auditor", "staff"), FAVOURABLE) is None


def test_a_refusal_names_who_may() -> None:
    assert sentence(Action.COPY_KEEP, actor("staff"), FAVOURABLE) == (
        "zhang may not keep this copy. Needed is someone with the role document-controller."
    )
    refused = sentence(Action.RECORD_FILL, actor("staff"), STRANGE)
    assert refused.endswith("whose role or department fills this step (finance).")
    assert "who holds it (li)" in sentence(Action.COPY_ACKNOWLEDGE, actor("staff"), STRANGE)
    assert ", or someone with the role document-controller" in sentence(
        Action.DRAFT_READ, actor("staff"), STRANGE
    )


def test_a_refusal_becomes_an_error_that_forbids() -> None:
    answer = refusal(Action.COPY_RECALL, actor("staff"), STRANGE)
    assert answer is not None
    assert isinstance(answer.error(), Forbidden)
    assert answer.error().said == answer.said


@pytest.mark.parametrize(
    ("person", "department", "may"),
    [(ME, "quality", True), (ME, "sales", True), (3, "quality", True), (3, "sales", False), (3, "", False)],
)
def test_a_draft_is_open_to_its_authors_and_to_authors_of_its_department(
    person: int, department: str, may: bool
) -> None:
    subject = replace(FAVOURABLE, authors=frozenset({ME}))
    who = actor("author", department=department, person_id=person)
    assert (refusal(Action.DRAFT_SAVE, who, subject) is None) == may
    assert refusal(Action.DRAFT_SAVE, who, Subject(department=None)) is not None


@pytest.mark.rule("SE-33")
@pytest.mark.parametrize("action", [Action.REVISION_SIGN, Action.REVISION_REJECT])
@pytest.mark.parametrize("fact", ["authors", "contributors"])
@pytest.mark.parametrize("role", SIGNERS)
def test_whoever_wrote_it_neither_signs_nor_rejects_it(action: Action, fact: str, role: Role) -> None:
    own = replace(FAVOURABLE, **{fact: frozenset({ME, SOMEBODY_ELSE})})  # type: ignore[arg-type]
    answer = refusal(action, actor(role), own)
    assert answer is not None
    assert answer.attempt
    assert "own document" in str(answer.said)


@pytest.mark.rule("SE-33")
def test_a_second_account_of_an_author_is_the_author() -> None:
    own = replace(FAVOURABLE, authors=frozenset({ME}))
    second = Actor(ME, "zhang2", frozenset({"general-manager"}), "administration")
    assert refusal(Action.REVISION_SIGN, second, own) is not None


@pytest.mark.rule("SE-33")
@pytest.mark.parametrize("action", [Action.RECORD_VERIFY, Action.RECORD_SEND_BACK])
def test_a_performer_never_verifies_their_own_record(action: Action) -> None:
    own = replace(FAVOURABLE, performers=frozenset({ME}))
    assert sentence(action, actor("verifier"), own).startswith("Nobody verifies a record of their own work.")


def test_an_entry_is_corrected_by_who_made_it() -> None:
    assert refusal(Action.RECORD_CORRECT, actor("staff"), replace(STRANGE, entered_by=ME)) is None
    assert refusal(Action.RECORD_CORRECT, actor("staff"), replace(FAVOURABLE, entered_by=3)) is not None
    assert refusal(Action.RECORD_CORRECT, actor("staff"), Subject()) is not None


def test_a_step_is_filled_by_its_role_or_its_department() -> None:
    by_role = replace(STRANGE, step_posts=frozenset({"verifier"}))
    assert refusal(Action.RECORD_SIGN, actor("verifier", department="sales"), by_role) is None
    assert refusal(Action.RECORD_SIGN, actor("staff", department="sales"), by_role) is not None
    assert refusal(Action.RECORD_SIGN, actor("staff", department="finance"), STRANGE) is None
    assert refusal(Action.RECORD_SIGN, actor("staff"), Subject()) is not None


def test_whoever_performed_a_step_may_read_and_complete_the_record() -> None:
    mine = replace(STRANGE, performers=frozenset({ME}))
    assert refusal(Action.RECORD_READ, actor("staff"), mine) is None
    assert refusal(Action.RECORD_COMPLETE, actor("staff"), mine) is None


@pytest.mark.parametrize(
    ("holder", "may"), [("zhang", True), ("quality", True), ("li", False), ("sales", False), (None, False)]
)
def test_a_copy_is_acknowledged_by_its_holder_or_a_member_of_the_department(
    holder: str | None, may: bool
) -> None:
    subject = replace(STRANGE, holder=holder)
    assert (refusal(Action.COPY_ACKNOWLEDGE, actor("staff"), subject) is None) == may


@pytest.mark.parametrize(
    "own", [replace(STRANGE, approver=ME), replace(STRANGE, witnesses=frozenset({ME, 3}))]
)
def test_who_destroys_a_copy_neither_approves_nor_witnesses_it(own: Subject) -> None:
    assert "DC-76" in sentence(Action.COPY_DESTROY, actor("document-controller"), own)
    # Somebody without the right is told that first.
    assert "document-controller" in sentence(Action.COPY_DESTROY, actor("staff"), own)


@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("action", [Action.USER_ADD, Action.USER_CHANGE_ROLES])
def test_nobody_grants_rights_to_themselves(action: Action) -> None:
    assert sentence(action, actor("admin"), replace(STRANGE, account=ME)).startswith("Nobody grants rights")


def test_nobody_locks_their_own_account() -> None:
    own = sentence(Action.USER_LOCK, actor("admin"), replace(STRANGE, account=ME))
    assert own.startswith("Nobody locks their own account")


@pytest.mark.parametrize(
    "action", [Action.REVISION_SIGN, Action.RECORD_VERIFY, Action.COPY_DESTROY], ids=lambda a: a.value
)
def test_a_forgotten_fact_of_separation_of_duties_is_a_defect_and_no_open_door(action: Action) -> None:
    with pytest.raises(Defect, match="without saying who the"):
        refusal(action, actor(*Role), Subject(department="quality", posts=frozenset(SIGNERS)))


def test_only_who_handed_it_in_and_the_office_remind_of_it() -> None:
    handed_in = replace(FAVOURABLE, asker=SOMEBODY_ELSE)
    assert refusal(Action.REVISION_URGE, actor("author"), handed_in) is not None
    assert refusal(Action.REVISION_URGE, actor("document-controller"), handed_in) is None


AWAY = Absent(SOMEBODY_ELSE, "li", "李", frozenset({"general-manager"}), "administration", 7)
HEAD_AWAY = replace(AWAY, roles=frozenset({"department-head"}), department="quality")
UNWRITTEN = replace(FAVOURABLE, authors=frozenset({3}), contributors=frozenset({3}))


@pytest.mark.parametrize("action", DELEGATED, ids=lambda action: action.value)
@pytest.mark.parametrize(
    ("role", "department", "away", "subject", "may"),
    [
        ("staff", "sales", AWAY, UNWRITTEN, True),
        ("auditor", "sales", AWAY, UNWRITTEN, False),
        ("staff", "quality", HEAD_AWAY, UNWRITTEN, True),
        ("staff", "sales", HEAD_AWAY, UNWRITTEN, False),
        ("staff", "sales", replace(AWAY, roles=frozenset({"verifier"})), UNWRITTEN, False),
        ("staff", "sales", AWAY, replace(UNWRITTEN, authors=frozenset({ME})), False),
        ("staff", "sales", AWAY, replace(UNWRITTEN, contributors=frozenset({SOMEBODY_ELSE})), False),
    ],
)
def test_a_delegate_may_what_they_could_with_the_role_and_nothing_of_who_wrote_it(
    action: Action, role: str, department: str, away: Absent, subject: Subject, may: bool
) -> None:
    who = replace(actor(role, department=department), acts_for=(away,))
    reads = action is Action.DRAFT_READ and (role == "auditor" or subject is not UNWRITTEN)
    assert (refusal(action, who, subject) is None) == (may or reads)


@pytest.mark.parametrize(
    "action",
    [
        Action.REVISION_PROLONG,
        Action.REVISION_HAND_OVER,
        Action.COMMENT_REFUSE,
        Action.USER_ADD,
        Action.CHANGE_SIGN,
    ],
)
def test_a_delegate_gets_no_other_right_of_who_is_away(action: Action) -> None:
    everything = replace(AWAY, roles=frozenset(Role), department="quality")
    assert refusal(action, replace(actor("staff"), acts_for=(everything,)), UNWRITTEN) is not None


def test_who_took_a_step_over_may_what_its_holder_could_and_nothing_of_who_wrote_it() -> None:
    taken = replace(UNWRITTEN, handed=(Handed(2, "general-manager", ME, replace(AWAY, delegation=None)),))
    by_author = replace(taken, authors=frozenset({SOMEBODY_ELSE}))
    for action in (Action.REVISION_SIGN, Action.REVISION_REJECT, Action.COMMENT_ADD):
        assert refusal(action, actor("staff"), UNWRITTEN) is not None
        assert refusal(action, actor("staff"), taken) is None
        assert refusal(action, actor("staff", person_id=9), taken) is not None
        assert refusal(action, actor("staff"), by_author) is not None
    lost = replace(AWAY, roles=frozenset({"staff"}))
    none_left = replace(UNWRITTEN, handed=(Handed(2, "general-manager", ME, lost),))
    assert refusal(Action.REVISION_SIGN, actor("staff"), none_left) is not None
    assert refusal(Action.REVISION_HAND_OVER, actor("staff"), taken) is not None


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (replace(FAVOURABLE, delegate=ME), "that they act for somebody"),
        (replace(FAVOURABLE, account=ME), "a delegate of their own"),
        (replace(FAVOURABLE, asker=ME), "what they proposed themselves"),
    ],
)
@pytest.mark.parametrize("role", ["admin", "document-controller"])
def test_a_delegate_is_confirmed_by_a_third_person(role: str, own: Subject, said: str) -> None:
    assert refusal(Action.DELEGATION_CONFIRM, actor(role), FAVOURABLE) is None
    assert said in sentence(Action.DELEGATION_CONFIRM, actor(role), own)


def test_the_matrix_tells_the_same_as_the_table() -> None:
    rows = {row.action.value: row for row in matrix()}
    assert set(rows) == {action.value for action in Action}
    for action, role in CELLS:
        assert bool(rows[action.value].cells[role.value]) == (role in _may_in_some_case(action)), (
            action,
            role,
        )
    assert [name for name, row in rows.items() if row.operator] == [
        "site.init",
        "site.restore",
        "schema.migrate",
        "key.rotated",
        "user.password",
        "factor.reset",
    ]


def _may_in_some_case(action: Action) -> list[str]:
    working = NOT_AUDITOR.split() if action in DELEGATED else []
    return [*EXPECTED[action].split(), *working]


def test_the_matrix_says_under_which_conditions() -> None:
    rows = {row.action.value: row for row in matrix()}
    assert rows["copy.keep"].cells["document-controller"] is YES
    assert rows["copy.keep"].cells["staff"] is None
    assert rows["copy.acknowledge"].cells["document-controller"] is YES
    assert str(rows["copy.acknowledge"].cells["staff"]) == "who holds it"
    assert str(rows["record.verify"].cells["verifier"]) == "who performed no step of it"
    assert rows["copy.recall"].changes
    assert not rows["copy.read"].changes
    assert rows["copy.check"].cells["staff"] is YES
    assert "{" not in "".join(str(cell) for row in matrix() for cell in row.cells.values())


def test_every_role_has_its_chinese_name() -> None:
    assert len({role.words["zh"] for role in Role}) == len(Role)
    assert Role.DOCUMENT_CONTROLLER.words["zh"] == "文控员"
