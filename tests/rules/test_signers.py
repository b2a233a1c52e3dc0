"""Whom a chain waits for, and which of its parts nobody could sign."""

from __future__ import annotations

import pytest

from docctl.errors import WrongState
from docctl.rules.documents.approval import SignatureFacts
from docctl.rules.documents.chains import parse_chain
from docctl.rules.documents.signers import Case, Cause, awaited, check_signable, gaps
from docctl.rules.people import Bearer
from docctl.rules.roles import Actor


def person(n: int, name: str, department: str, *roles: str, able: bool = True) -> Bearer:
    return Bearer(actor=Actor(n, name.lower(), frozenset(roles), department), name=name, able=able)


AUTHOR = person(1, "Author", "quality", "author", "department-head")
QUALITY = person(2, "Quality", "quality", "department-head")
SALES = person(3, "Sales", "sales", "department-head")
REP = person(4, "Rep", "administration", "management-representative")
BOTH = person(5, "Both", "administration", "management-representative", "general-manager")
ALL = [AUTHOR, QUALITY, SALES, REP, BOTH]
PREPARED = SignatureFacts(0, "author", 1)


def case(chain: str, *signatures: SignatureFacts, authors: frozenset[int] = frozenset({1})) -> Case:
    return Case(
        chain=parse_chain(chain, ["quality", "sales", "production"]),
        department="quality",
        authors=authors,
        signatures=signatures,
    )


MANUAL = "author,countersign:quality+sales,review:management-representative,approve:general-manager"


def asked(of: Case, people: list[Bearer]) -> list[tuple[str, bool, list[str]]]:
    return [(part.post, part.now, [p.name for p in part.people]) for part in awaited(of, people)]


def missing(of: Case, people: list[Bearer]) -> list[tuple[str, Cause, tuple[str, ...]]]:
    return [(gap.post, gap.cause, gap.names) for gap in gaps(of, people)]


def test_each_open_part_of_a_chain_names_its_own_people() -> None:
    assert asked(case(MANUAL, PREPARED), ALL) == [
        ("quality", True, ["Quality"]),
        ("sales", True, ["Sales"]),
        ("management-representative", False, ["Rep", "Both"]),
        ("general-manager", False, ["Both"]),
    ]
    given = PREPARED, SignatureFacts(1, "quality", 2)
    assert asked(case(MANUAL, *given), ALL)[0] == ("sales", True, ["Sales"])


def test_before_it_is_handed_in_every_part_comes_later() -> None:
    assert [now for _, now, _ in asked(case(MANUAL), ALL)] == [False] * 4


def test_who_has_signed_is_not_asked_again_and_a_void_signature_does_not_count() -> None:
    chain = "author,review:management-representative,approve:management-representative"
    signed = SignatureFacts(1, "", 4)
    assert asked(case(chain, PREPARED, signed), ALL) == [("management-representative", True, ["Both"])]
    voided = SignatureFacts(1, "", 4, voided=True)
    assert asked(case(chain, PREPARED, voided), ALL)[0][2] == ["Rep", "Both"]


def test_when_all_have_signed_nobody_is_waited_for() -> None:
    done = case("author,management-representative", PREPARED, SignatureFacts(1, "", 4))
    assert (asked(done, ALL), missing(done, ALL)) == ([], [])


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([AUTHOR, REP], [("quality", Cause.WROTE_IT, ("Author",))]),
        ([REP], [("quality", Cause.NOBODY, ())]),
        ([SALES, REP], [("quality", Cause.NOBODY, ())]),
        (
            [person(2, "Quality", "quality", "department-head", able=False), AUTHOR, REP],
            [("quality", Cause.LOCKED, ("Quality",))],
        ),
        ([QUALITY, AUTHOR, REP], []),
        (
            [],
            [("quality", Cause.NOBODY, ()), ("management-representative", Cause.NOBODY, ())],
        ),
    ],
)
def test_a_part_that_nobody_can_sign_says_why(
    people: list[Bearer], expected: list[tuple[str, Cause, tuple[str, ...]]]
) -> None:
    assert missing(case("author,quality,management-representative"), people) == expected


def test_one_person_with_two_posts_of_a_chain_is_one_signature_short() -> None:
    chain = "author,management-representative,general-manager"
    assert missing(case(chain), [BOTH]) == [("general-manager", Cause.OTHER_STEP, ("Both",))]
    # With somebody else for the first, it can be signed to its end, whatever the order of the accounts is.
    assert missing(case(chain), [BOTH, REP]) == missing(case(chain), [REP, BOTH]) == []
    # Unless the one who alone could approve has signed the review.
    given = PREPARED, SignatureFacts(1, "", BOTH.actor.person_id)
    assert missing(case(chain, *given), [BOTH, REP]) == [("general-manager", Cause.OTHER_STEP, ("Both",))]


def test_the_refusal_names_posts_reasons_and_the_way_out() -> None:
    check_signable("LX-CX-2019-101 A/0", [])
    found = gaps(case("author,quality,general-manager"), [AUTHOR])
    with pytest.raises(WrongState) as refused:
        check_signable("LX-CX-2019-101 A/0", found)
    said = str(refused.value)
    assert "LX-CX-2019-101 A/0" in said
    assert "quality (Author wrote it)" in said
    assert "general-manager (nobody holds it)" in said
    assert "docctl user change-roles LOGIN --grant ROLE" in said
    assert "docctl user password LOGIN" in said
