"""The life of a record, cell by cell; whose turn it is; what must be there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules import permissions
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import life, outsiders, stepwise
from docctl.rules.records.entries import EntryFacts
from docctl.rules.records.life import TRANSITIONS, State, Verification, after
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.roles import Actor
from docctl.rules.words import Words
from tests.support.said import said

AT = datetime(2026, 3, 12, tzinfo=UTC)
RECORD_ACTIONS = [action for action in Action if action.noun == "record"]

REPORT, SOLVE, CONFIRM = STEPS = stepwise.parse_steps(
    [
        {"name": "report", "role": "sales", "fields": ["reported_at", "customer"]},
        {"name": "solve", "role": "technical", "fields": ["cause", "action"]},
        {"name": "confirm", "by": "customer", "fields": ["satisfied"], "evidence": "signature-or-scan"},
    ]
)
REQUIRED = ["reported_at", "customer", "cause"]
FULL = {"reported_at": "2026-03-12", "customer": "某厂", "cause": "loose bolt"}

SELLER = Actor(1, "wang", frozenset({"staff"}), "sales")
TECHNICIAN = Actor(2, "li", frozenset({"staff"}), "technical")
STRANGER = Actor(3, "zhao", frozenset({"staff"}), "finance")


def signed(*people: int) -> tuple[StepFacts, ...]:
    """The steps, the first ones signed by these people."""
    return tuple(
        replace(step, signed=(person,)) if person else step
        for step, person in zip(STEPS, [*people, 0, 0, 0][:3], strict=True)
    )


def held(actor: Actor) -> set[str]:
    return {actor.department, *actor.roles}


def may(action: Action, actor: Actor, step: StepFacts) -> bool:
    subject = Subject(step_posts=stepwise.posts(STEPS, step))
    return permissions.refusal(action, actor, subject) is None


@pytest.mark.parametrize(("state", "action"), list(product(State, RECORD_ACTIONS)))
def test_a_pair_is_in_the_table_or_refused(state: State, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert after(state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState) as refusal:
            after(state, action, "LX-R-003-2026-0001")
        assert refusal.value.message.startswith(f"LX-R-003-2026-0001 is {state}: ")


@pytest.mark.parametrize("action", RECORD_ACTIONS)
@pytest.mark.parametrize("verification", Verification)
@pytest.mark.parametrize("state", [State.CLOSED, State.VOID])
def test_nothing_is_done_to_a_closed_or_void_record(
    state: State, verification: Verification, action: Action
) -> None:
    with pytest.raises(WrongState):
        after(state, action, verification=verification)


@pytest.mark.parametrize("state", [State.OPEN, State.COMPLETED, State.VERIFIED])
def test_a_record_is_voided_by_a_later_step_until_it_is_sealed(state: State) -> None:
    assert after(state, Action.RECORD_VOID) is State.VOID


def test_a_record_is_closed_unverified_only_where_its_template_asks_for_no_verification() -> None:
    for verification in Verification:
        if verification is Verification.NONE:
            assert after(State.COMPLETED, Action.RECORD_CLOSE, verification=verification) is State.CLOSED
            continue
        with pytest.raises(WrongState, match="It has to be verified"):
            after(State.COMPLETED, Action.RECORD_CLOSE, verification=verification)
    assert after(State.COMPLETED, Action.RECORD_VERIFY, verification=Verification.NONE) is State.VERIFIED
    with pytest.raises(WrongState):
        after(State.OPEN, Action.RECORD_CLOSE, verification=Verification.NONE)


@pytest.mark.parametrize("state", [State.COMPLETED, State.VERIFIED])
def test_what_did_not_work_is_sent_back(state: State) -> None:
    assert after(state, Action.RECORD_SEND_BACK) is State.OPEN


def test_every_state_has_its_chinese_word() -> None:
    assert len({state.words["zh"] for state in State}) == len(State)


@pytest.mark.parametrize(
    ("people", "current"),
    [((), "report"), ((1,), "solve"), ((1, 2), "confirm"), ((1, 2, 2), None), ((0, 2), "report")],
)
def test_the_first_step_that_is_not_signed_is_the_current_one(
    people: tuple[int, ...], current: str | None
) -> None:
    step = stepwise.current_step(signed(*people))
    assert (step and step.name) == current


@pytest.mark.parametrize(
    ("field", "step"), [("reported_at", REPORT), ("cause", SOLVE), ("satisfied", CONFIRM)]
)
def test_each_field_belongs_to_one_step(field: str, step: StepFacts) -> None:
    assert stepwise.step_of(STEPS, field) == step


def test_a_field_that_no_step_fills_is_refused_by_its_name() -> None:
    with pytest.raises(Invalid) as refusal:
        stepwise.step_of(STEPS, "colour")
    assert set(refusal.value.problems) == {"colour"}


@pytest.mark.parametrize("action", [Action.RECORD_FILL, Action.RECORD_SIGN])
@pytest.mark.parametrize(
    ("actor", "step", "allowed"),
    [
        (SELLER, REPORT, True),
        (SELLER, SOLVE, False),
        (SELLER, CONFIRM, False),
        (TECHNICIAN, REPORT, False),
        (TECHNICIAN, SOLVE, True),
        (TECHNICIAN, CONFIRM, True),  # writes for the customer, having performed the step before
        (STRANGER, REPORT, False),
        (STRANGER, CONFIRM, False),
    ],
)
def test_a_step_is_filled_and_signed_by_its_role_or_department(
    action: Action, actor: Actor, step: StepFacts, allowed: bool
) -> None:
    assert may(action, actor, step) is allowed


def test_a_step_may_be_of_a_role_instead_of_a_department() -> None:
    step = StepFacts("release", roles=("manager-in-charge",))
    assert stepwise.posts([step], step) == {"manager-in-charge"}
    manager = Actor(4, "sun", frozenset({"manager-in-charge"}), "finance")
    assert stepwise.step_to_sign([step], held(manager)) == step


def test_a_step_may_be_of_several_roles_and_departments() -> None:
    (step,) = stepwise.parse_steps([{"name": "approve", "role": ["manager-in-charge", "quality"]}])
    assert stepwise.posts([step], step) == {"manager-in-charge", "quality"}
    assert str(step.who) == "manager-in-charge or quality"
    with pytest.raises(WrongState, match=r"Step approve comes first \(manager-in-charge, quality\)"):
        life.check_fill([step, REPORT], REPORT)


def test_a_step_keeps_its_title_and_clause() -> None:
    source = {"name": "a", "role": "sales", "title": {"zh": "报告", "en": "Report"}, "clause": "5.1"}
    (step,) = stepwise.parse_steps([source])
    assert (step.title, step.clause) == (Words(zh="报告", en="Report"), "5.1")


@pytest.mark.parametrize(
    ("name", "expected"),
    [(None, {"report", "solve", "confirm"}), ("solve", {"solve", "confirm"}), ("confirm", {"confirm"})],
)
def test_what_is_done_again_begins_with_the_step_that_is_named(name: str | None, expected: set[str]) -> None:
    assert stepwise.steps_from(STEPS, name) == expected
    with pytest.raises(Invalid, match="there is no step lost; the steps are report, solve, confirm"):
        stepwise.steps_from(STEPS, "lost")


def test_two_steps_of_the_customer_are_both_written_by_the_last_step_of_ours() -> None:
    stamp = StepFacts("stamp", by="customer")
    assert stepwise.posts([*STEPS, stamp], stamp) == {"technical"}


@pytest.mark.parametrize(
    ("people", "actor", "expected"),
    [
        ((), SELLER, "report"),
        ((), TECHNICIAN, "solve"),  # theirs, but too early
        ((), STRANGER, "report"),
        ((1,), TECHNICIAN, "solve"),
        ((1,), SELLER, "report"),  # theirs, but signed
        ((1, 2), TECHNICIAN, "confirm"),
        ((1, 2, 2), TECHNICIAN, "confirm"),
        ((1, 2, 2), STRANGER, None),
    ],
)
def test_a_signature_means_the_step_of_who_signs(
    people: tuple[int, ...], actor: Actor, expected: str | None
) -> None:
    step = stepwise.step_to_sign(signed(*people), held(actor))
    assert (step and step.name) == expected


@pytest.mark.parametrize(
    ("people", "index", "sentence"),
    [
        ((), 0, ""),
        ((), 1, "not yet the turn of step solve. Step report comes first \\(sales\\)"),
        ((), 2, "not yet the turn of step confirm"),
        ((1,), 0, "Step report is signed"),
        ((1,), 1, ""),
        ((1,), 2, "Step solve comes first \\(technical\\)"),
        ((1, 2), 2, ""),
        ((1, 2, 2), 2, "Step confirm is signed"),
    ],
)
def test_a_step_is_filled_and_signed_in_its_turn_and_once(
    people: tuple[int, ...], index: int, sentence: str
) -> None:
    steps = signed(*people)
    if not sentence:
        life.check_fill(steps, steps[index])
        life.check_sign(steps, steps[index], REQUIRED, FULL)
        return
    with pytest.raises(WrongState, match=sentence):
        life.check_fill(steps, steps[index])
    with pytest.raises(WrongState, match=sentence):
        life.check_sign(steps, steps[index], REQUIRED, FULL)


def test_who_signs_the_last_step_twice_hears_what_is_next() -> None:
    steps = signed(1, 2, 2)
    with pytest.raises(WrongState, match="complete the record next"):
        life.check_sign(steps, steps[2], [], {})


def test_a_step_is_not_signed_while_one_of_its_required_fields_is_missing() -> None:
    with pytest.raises(Invalid) as refusal:
        life.check_sign(STEPS, REPORT, REQUIRED, {"customer": "某厂"})
    assert set(refusal.value.problems) == {"reported_at"}  # not cause, which is a later step's
    with pytest.raises(Invalid) as refusal:
        life.check_sign(STEPS, REPORT, REQUIRED, {"customer": "某厂"}, {"customer": Message("is too short")})
    assert said(refusal.value.problems) == {
        "reported_at": "is required; fill it",
        "customer": "is too short",
    }


@pytest.mark.parametrize(
    ("people", "with_evidence", "missing"),
    [((1, 2), [], set()), ((1, 2, 2), [], {"confirm"}), ((1, 2, 2), ["confirm"], set())],
)
def test_what_the_customer_said_misses_its_evidence_until_it_is_attached(
    people: tuple[int, ...], with_evidence: list[str], missing: set[str]
) -> None:
    assert set(outsiders.missing_evidence(signed(*people), with_evidence)) == missing


def entry(id: int, field: str, by: int) -> EntryFacts:  # noqa: A002
    return EntryFacts(id, field, "seal", by, AT)


def test_a_record_is_complete_when_all_required_fields_and_all_signatures_are_there() -> None:
    life.check_complete(signed(1, 2, 2), REQUIRED, FULL)
    with pytest.raises(Invalid) as refusal:
        life.check_complete(signed(1), REQUIRED, {"reported_at": "2026-03-12", "customer": "  "})
    assert set(refusal.value.problems) == {"customer", "cause", ""}
    assert "solve, confirm" in str(refusal.value.problems[""])
    with pytest.raises(Invalid) as refusal:
        life.check_complete(signed(1, 2, 2), REQUIRED, {})
    assert set(refusal.value.problems) == set(REQUIRED)
    with pytest.raises(WrongState, match="solve, confirm"):
        life.check_complete(signed(1), REQUIRED, FULL)
    with pytest.raises(Invalid, match="cause: is too short"):
        life.check_complete(signed(1, 2, 2), REQUIRED, FULL, {"cause": Message("is too short")})


def test_everybody_who_signed_or_entered_something_performed() -> None:
    entries = [entry(1, "cause", 5), entry(2, "cause", 6)]
    assert stepwise.performers(signed(1, 2), entries) == {1, 2, 5, 6}


@pytest.mark.parametrize("person", [1, 2, 5, 7])
def test_a_performer_cannot_verify_their_own_record(person: int) -> None:
    performed = stepwise.performers(signed(1, 2), [entry(1, "cause", 5)])
    verifier = Actor(person, "chen", frozenset({"verifier"}), "quality")
    refusal = permissions.refusal(Action.RECORD_VERIFY, verifier, Subject(performers=performed))
    assert (refusal is None) is (person == 7)


@pytest.mark.parametrize("verification", Verification)
@pytest.mark.parametrize("department", ["sales", "quality"])
def test_verification_is_done_by_another_department_where_the_template_asks(
    verification: Verification, department: str
) -> None:
    if verification is Verification.OTHER_DEPARTMENT and department == "sales":
        with pytest.raises(Forbidden, match="sales performed"):
            life.check_verifier(verification, department, ["sales", "technical"])
    else:
        life.check_verifier(verification, department, ["sales", "technical"])


@pytest.mark.parametrize("reason", ["", " \n"])
def test_sending_back_and_voiding_need_a_reason(reason: str) -> None:
    with pytest.raises(Invalid, match="required"):
        life.check_reason(reason)
    life.check_reason("wrong customer")


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([{"name": "a"}], "either a role"),
        ([{"name": "a", "role": "sales", "by": "customer"}], "either a role"),
        ([{"name": "a", "by": "customer"}], "a step of ours must come before it"),
        ([{"name": "a", "role": "sales"}, {"name": "a", "role": "sales"}], "the name of two steps"),
        (
            [{"name": "b", "role": "sales", "fields": ["x", "y"]}, {"name": "a", "role": "sales", "fields": ["x"]}],
            "fills x, which another step fills already",
        ),
    ],
)  # fmt: skip
def test_steps_that_nobody_could_follow_are_refused(steps: list[dict[str, object]], problem: str) -> None:
    with pytest.raises(Invalid, match=problem) as refusal:
        stepwise.parse_steps(steps)
    assert set(refusal.value.problems) == {"steps.a"}
