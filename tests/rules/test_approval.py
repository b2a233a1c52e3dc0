"""Chains: how they are written, whose turn it is, and who never signs."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.rules.documents import chains
from docctl.rules.documents.approval import (
    OF_CHAINS,
    Chain,
    Decision,
    Meaning,
    Part,
    Progress,
    SignatureFacts,
    Step,
    chain_from_data,
    chain_to_data,
    may_reject,
    may_sign,
    posts,
    progress,
)
from docctl.rules.documents.chains import checked_chain
from docctl.rules.documents.signers import Case, awaited
from docctl.rules.people import Bearer
from docctl.rules.roles import Actor
from tests.support.plain_site import CHAINS, DEPARTMENTS


def parse_chain(text: str, departments: Collection[str] = DEPARTMENTS) -> Chain:
    """With the departments of a plain site."""
    return chains.parse_chain(text, departments)


AUTHOR = Actor(1, "author", frozenset({"author", "general-manager"}), "quality")
QUALITY = Actor(2, "quality", frozenset({"department-head"}), "quality")
PRODUCTION = Actor(3, "production", frozenset({"department-head"}), "production")
REP = Actor(4, "rep", frozenset({"management-representative"}), "administration")
BOSS = Actor(5, "boss", frozenset({"general-manager", "management-representative"}), "administration")
CLERK = Actor(6, "clerk", frozenset({"staff", "document-controller", "admin"}), "quality")
PEOPLE = [AUTHOR, QUALITY, PRODUCTION, REP, BOSS, CLERK]

CHAIN = parse_chain(
    "author,countersign:quality+production,review:management-representative,approve:general-manager"
)
PREPARED = SignatureFacts(0, "author", AUTHOR.person_id)
BY_QUALITY = SignatureFacts(1, "quality", QUALITY.person_id)
BY_PRODUCTION = SignatureFacts(1, "production", PRODUCTION.person_id)
BY_REP = SignatureFacts(2, "", REP.person_id)
BY_BOSS = SignatureFacts(3, "general-manager", BOSS.person_id)
COUNTERSIGNED = [PREPARED, BY_QUALITY, BY_PRODUCTION]
SIGNED = [*COUNTERSIGNED, BY_REP, BY_BOSS]


def sign(actor: Actor, given: list[SignatureFacts]) -> Decision:
    return may_sign(CHAIN, given, actor, department="quality", authors=[AUTHOR.person_id])


def reject(actor: Actor, given: list[SignatureFacts]) -> Decision:
    return may_reject(CHAIN, given, actor, department="quality", authors=[AUTHOR.person_id])


def waiting(given: list[SignatureFacts], chain: Chain = CHAIN, department: str = "quality") -> list[str]:
    """Those whose turn it is: for whom may_sign gives a part, as signers.awaited says too."""
    case = Case(
        chain=chain, department=department, authors=frozenset({AUTHOR.person_id}), signatures=tuple(given)
    )
    people = [Bearer(actor=person, name=person.login) for person in PEOPLE]
    asked = [p.actor.login for part in awaited(case, people) if part.now for p in part.people]
    may = [
        person.login
        for person in PEOPLE
        if may_sign(chain, given, person, department=department, authors=[AUTHOR.person_id]).part
    ]
    assert sorted(asked) == sorted(may)
    return may


@pytest.mark.parametrize(
    ("level", "who"),
    [
        ("manual", "author,management-representative,general-manager"),
        ("procedure", "author,management-representative"),
        ("regulation", "author,management-representative"),
        ("form", "author,management-representative"),
        ("work-instruction", "author,manager-in-charge"),
        ("technical", "author,manager-in-charge"),
        ("departmental", "author,department-head"),
        ("external", "author,management-representative"),
    ],
)
def test_each_level_has_the_chain_of_the_design(level: str, who: str) -> None:
    assert CHAINS[level] == parse_chain(who)
    assert len(CHAINS) == 8


def test_bare_words_prepare_review_and_approve() -> None:
    assert parse_chain("author, quality ,production+sales,general-manager") == (
        Step(Meaning.PREPARE, ("author",)),
        Step(Meaning.REVIEW, ("quality",)),
        Step(Meaning.COUNTERSIGN, ("production", "sales")),
        Step(Meaning.APPROVE, ("general-manager",)),
    )


def test_a_chain_may_name_each_meaning_in_english_or_as_it_is_printed() -> None:
    english = parse_chain(
        "prepare:author,review:quality,countersign:quality+production,examine:technical,"
        "standards-check:administration,approve:general-manager"
    )
    printed = parse_chain(
        "编制：author，审核：quality，会签：quality＋production，审定：technical，标审：administration，批准：general-manager"
    )
    assert english == printed
    assert [step.meaning for step in english] == list(OF_CHAINS)


def test_departments_are_the_site_s_own() -> None:
    assert parse_chain("author,dispatch,general-manager", ["dispatch"])[1].who == ("dispatch",)
    with pytest.raises(Invalid, match="'quality' cannot sign"):
        parse_chain("author,quality,general-manager", ["dispatch"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with prepare:author"),
        ("author", "at least one other step"),
        ("general-manager,author", "begins with prepare:author"),
        ("review:author,general-manager", "begins with prepare:author"),
        ("author+author,general-manager", "begins with prepare:author"),
        ("author,prepare:author,general-manager", "once"),
        ("author,review:general-manager", "ends with its one approve step"),
        ("author,approve:quality,general-manager", "one approve step"),
        ("author,genral-manager", "'genral-manager' cannot sign"),
        ("author,review:author,general-manager", "'author' cannot sign"),
        ("author,document-controller", "'document-controller' cannot sign"),
        ("author,,general-manager", "'' cannot sign"),
        ("author,checked:quality,general-manager", "'checked' is not a kind of step"),
        ("author,:quality,general-manager", "'' is not a kind of step"),
        ("author,a:review:quality,general-manager", "'a:review' is not a kind of step"),
        ("author,quality+quality,general-manager", "one of them twice"),
        ("author,review:quality+sales,general-manager", "only departments can, in a countersign"),
        ("author,approve:quality+sales", "only departments can, in a countersign"),
        ("author,countersign:quality+general-manager,general-manager", "only departments can"),
    ],
)
def test_a_chain_that_cannot_be_is_refused_and_the_word_named(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        parse_chain(text)
    assert list(refused.value.problems) == ["chain"]


@pytest.mark.parametrize("chain", [*CHAINS.values(), CHAIN])
def test_a_chain_survives_json_and_its_check(chain: tuple[Step, ...]) -> None:
    assert chain_from_data(json.loads(json.dumps(chain_to_data(chain)))) == chain
    assert checked_chain(list(chain), DEPARTMENTS) == chain


def test_the_posts_of_a_chain_leave_out_its_author() -> None:
    assert posts(CHAIN) == {"quality", "production", "management-representative", "general-manager"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], Progress(0, ("author",))),
        ([PREPARED], Progress(1, ("quality", "production"))),
        ([PREPARED, BY_PRODUCTION], Progress(1, ("quality",))),
        (COUNTERSIGNED, Progress(2, ("management-representative",))),
        ([*COUNTERSIGNED, BY_REP], Progress(3, ("general-manager",))),
        (SIGNED, Progress(None)),
        ([PREPARED, replace(BY_QUALITY, voided=True), BY_PRODUCTION], Progress(1, ("quality",))),
        ([replace(s, voided=True) for s in SIGNED], Progress(0, ("author",))),
    ],
)
def test_a_chain_goes_on_step_by_step(given: list[SignatureFacts], expected: Progress) -> None:
    assert progress(CHAIN, given) == expected


@pytest.mark.parametrize(
    ("given", "logins"),
    [
        ([], []),
        ([PREPARED], ["quality", "production"]),
        ([PREPARED, BY_QUALITY], ["production"]),
        (COUNTERSIGNED, ["rep", "boss"]),
        ([*COUNTERSIGNED, BY_REP], ["boss"]),
        (SIGNED, []),
    ],
)
def test_waiting_for_are_those_whose_turn_it_is(given: list[SignatureFacts], logins: list[str]) -> None:
    assert waiting(given) == logins


def test_the_part_says_what_the_signature_means() -> None:
    assert sign(QUALITY, [PREPARED]).part_or_raise() == Part(1, "quality", Meaning.COUNTERSIGN, last=False)
    assert sign(BOSS, [*COUNTERSIGNED, BY_REP]).part == Part(3, "general-manager", Meaning.APPROVE, last=True)


def test_the_last_step_is_complete_only_with_its_last_part() -> None:
    chain = (CHAIN[0], Step(Meaning.COUNTERSIGN, ("quality", "production")))
    first = may_sign(chain, [PREPARED], QUALITY, department="sales", authors=[1])
    second = may_sign(chain, [PREPARED, BY_QUALITY], PRODUCTION, department="sales", authors=[1])
    assert first.part is not None
    assert second.part is not None
    assert (first.part.last, second.part.last) == (False, True)


@pytest.mark.rule("SE-33")
@pytest.mark.parametrize("given", [[PREPARED], COUNTERSIGNED, [*COUNTERSIGNED, BY_REP], SIGNED])
def test_the_author_never_signs_whoever_s_turn_it_is(given: list[SignatureFacts]) -> None:
    for decision in (sign(AUTHOR, given), reject(AUTHOR, given)):
        assert isinstance(decision.refusal, Forbidden)
        assert "wrote this revision" in decision.refusal.message


@pytest.mark.rule("SE-33")
def test_a_second_account_of_the_author_never_signs() -> None:
    second = Actor(AUTHOR.person_id, "author2", frozenset({"general-manager"}))
    assert isinstance(sign(second, [*COUNTERSIGNED, BY_REP]).refusal, Forbidden)


@pytest.mark.rule("SE-33")
def test_own_document_beats_twice_and_turn() -> None:
    given = [*COUNTERSIGNED, replace(BY_REP, person_id=AUTHOR.person_id)]
    assert isinstance(sign(AUTHOR, given).refusal, Forbidden)


@pytest.mark.rule("SE-35")
def test_who_holds_no_step_is_forbidden_even_out_of_turn() -> None:
    for decision in (sign(CLERK, [PREPARED]), sign(CLERK, SIGNED), reject(CLERK, [PREPARED])):
        assert isinstance(decision.refusal, Forbidden)
        assert "holds no step of this chain" in decision.refusal.message
        with pytest.raises(Forbidden):
            decision.part_or_raise()


@pytest.mark.rule("SE-34")
@pytest.mark.parametrize("given", [[*COUNTERSIGNED, replace(BY_REP, person_id=BOSS.person_id)], SIGNED])
def test_nobody_signs_twice(given: list[SignatureFacts]) -> None:
    refused = sign(BOSS, given).refusal
    assert isinstance(refused, WrongState)
    assert "nobody signs it twice" in refused.message


def test_who_signed_before_a_rejection_signs_again() -> None:
    first_round = [replace(s, voided=True) for s in COUNTERSIGNED]
    assert sign(QUALITY, [*first_round, PREPARED]).part == Part(1, "quality", Meaning.COUNTERSIGN, last=False)


@pytest.mark.rule("SE-37")
@pytest.mark.parametrize("ask", [sign, reject])
def test_nobody_acts_before_their_turn(ask: object) -> None:
    assert callable(ask)
    refused = ask(REP, [PREPARED]).refusal
    assert isinstance(refused, WrongState)
    assert "step 2 of 4 (countersign) waits for quality, production" in refused.message


def test_a_complete_chain_takes_no_further_signature_and_no_rejection() -> None:
    late = Actor(9, "late", frozenset({"general-manager"}))
    assert isinstance(sign(late, SIGNED).refusal, WrongState)
    refused = reject(late, SIGNED).refusal
    assert isinstance(refused, WrongState)
    assert "cannot reject it any more" in refused.message


def test_department_head_means_the_head_of_the_owning_department() -> None:
    chain = CHAINS["departmental"]
    assert waiting([PREPARED], chain, "production") == ["production"]


@pytest.mark.parametrize("actor", [QUALITY, PRODUCTION])
def test_who_may_sign_the_running_step_may_reject_instead(actor: Actor) -> None:
    assert reject(actor, [PREPARED]).part_or_raise().step == 1


def test_who_signed_an_open_countersign_step_no_longer_rejects_it() -> None:
    assert isinstance(reject(QUALITY, [PREPARED, BY_QUALITY]).refusal, WrongState)


def test_having_reviewed_does_not_hinder_from_rejecting_at_the_approval() -> None:
    given = [*COUNTERSIGNED, replace(BY_REP, person_id=BOSS.person_id)]
    part = reject(BOSS, given).part
    assert part is not None
    assert part.meaning is Meaning.APPROVE


def test_each_meaning_is_printed_in_both_languages() -> None:
    assert [m.words["zh"] for m in Meaning] == [
        "编制",
        "审核",
        "会签",
        "审定",
        "标审",
        "批准",
        "接收自纸质",
        "与纸质核对",
    ]
    assert [m.words["en"] for m in Meaning] == [
        "prepared by",
        "reviewed by",
        "countersigned by",
        "examined by",
        "standards check by",
        "approved by",
        "taken over from paper by",
        "compared with the paper by",
    ]
