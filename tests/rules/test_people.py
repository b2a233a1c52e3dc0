"""Accounts: which logins, names, departments and roles are accepted, and what is said of the others."""

from __future__ import annotations

from itertools import product

import pytest

from docctl.errors import Invalid
from docctl.rules.people import LONGEST_NAME, check_account, check_reason, check_roles
from docctl.rules.roles import Role
from tests.support.said import said

DEPARTMENTS = {"sales", "quality"}
GOOD = {"login": "li.wei", "name": "李伟", "department": "sales", "role": "staff"}
BAD = {"login": "Li Wei", "name": " ", "department": "kitchen", "role": "king"}


def problems(
    login: str = "li.wei", name: str = "李伟", department: str = "sales", role: str = "staff"
) -> set[str]:
    """The fields that are refused."""
    try:
        check_account(login, name, department, [role], DEPARTMENTS)
    except Invalid as error:
        return set(error.problems)
    return set()


@pytest.mark.parametrize("login", ["a", "7", "li.wei", "li-wei_2", "a" * 64])
def test_a_login_of_small_letters_and_digits_is_accepted(login: str) -> None:
    assert check_account(login, "李伟", "sales", ["staff"], DEPARTMENTS) == (Role.STAFF,)


@pytest.mark.parametrize(
    "login", ["", ".a", "-a", "_a", "A", "li wei", "李伟", "a/b", "a\n", "a@b", "ａ", "٣", "a" * 65]
)
def test_a_login_that_could_be_misread_is_refused(login: str) -> None:
    assert problems(login=login) == {"login"}


@pytest.mark.parametrize("name", ["李伟", "Li Wei", "O’Neill", "𠮷野", "x" * LONGEST_NAME])
def test_a_name_is_what_people_are_called(name: str) -> None:
    assert problems(name=name) == set()


@pytest.mark.parametrize(
    "name", ["", "  ", "李\n伟", "李\0伟", "a\u202eb", "\ud800", "x" * (LONGEST_NAME + 1)]
)
def test_a_name_that_cannot_be_printed_on_a_page_is_refused(name: str) -> None:
    assert problems(name=name) == {"name"}


@pytest.mark.parametrize("wrong", list(product([False, True], repeat=len(GOOD))))
def test_whatever_is_wrong_with_an_account_is_told_at_once(wrong: tuple[bool, ...]) -> None:
    fields = {key: (BAD if bad else GOOD)[key] for key, bad in zip(GOOD, wrong, strict=True)}
    assert problems(**fields) == {key for key, bad in zip(GOOD, wrong, strict=True) if bad}


def test_the_refusal_names_the_departments_and_roles_that_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        check_account("li.wei", "李伟", "kitchen", ["king", "staff", "pawn"], DEPARTMENTS)
    assert said(refused.value.problems) == {
        "department": "'kitchen' is none of quality, sales",
        "role": f"king, pawn is none of {', '.join(Role)}",
    }


def test_an_account_may_have_no_role_yet() -> None:
    assert check_account("li.wei", "李伟", "sales", [], DEPARTMENTS) == ()


@pytest.mark.parametrize("role", Role)
def test_every_role_can_be_granted(role: Role) -> None:
    assert check_roles([role.value]) == (role,)


def test_a_role_named_twice_is_granted_once_and_the_order_is_kept() -> None:
    assert check_roles(["verifier", "author", "verifier"]) == (Role.VERIFIER, Role.AUTHOR)


@pytest.mark.parametrize("role", ["", "Author", "author ", "AUTHOR"])
def test_a_word_that_is_nearly_a_role_grants_nothing(role: str) -> None:
    with pytest.raises(Invalid, match="is none of"):
        check_roles(["staff", role])


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_an_account_is_locked_for_a_reason_and_blanks_are_none(blank: str) -> None:
    check_reason("离职")
    with pytest.raises(Invalid, match="Say why; the reason is kept"):
        check_reason(blank)
