"""What is said of a third person, they say themselves: approver and witnesses of a destruction sign for it."""

from __future__ import annotations

import pytest

from docctl.errors import Unauthenticated
from docctl.rules.copies import State
from docctl.standing import find
from docctl.usecases.copies import handing
from docctl.usecases.people import accounts, signing_in
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"
DESTROY = f"/copies/{NUMBER}%23001/destroy"
NAMED = {"approved_by": "gm", "witness_1": "rep", "witness_2": "head"}
RIGHT = {f"{who}_password": PASSWORD for who in NAMED}


@pytest.fixture
def returned(world: World) -> World:
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    handing.return_copy(world.as_("controller"), f"{NUMBER}#001")
    return world


def state(world: World) -> State:
    with world.site.reading() as session:
        return find.copy(session, f"{NUMBER}#001").state


@pytest.mark.parametrize("who", sorted(NAMED))
@pytest.mark.parametrize("password", ["", "not theirs"])
def test_without_the_password_of_each_nothing_is_destroyed(returned: World, who: str, password: str) -> None:
    desk = reader(returned, "controller")
    refused = desk.send(DESTROY, **NAMED, **{**RIGHT, f"{who}_password": password})
    assert refused.status_code == 422
    assert f'id="{who}_password-problem"' in refused.text
    assert PASSWORD not in refused.text, "no password comes back on a page"
    assert state(returned) is State.RETURNED
    assert desk.send(DESTROY, **NAMED, **RIGHT).status_code == 302
    assert state(returned) is State.DESTROYED


def test_a_locked_person_is_no_witness(returned: World) -> None:
    accounts.lock_user(returned.as_("admin"), "head", reason="离职")
    refused = reader(returned, "controller", "zh").send(DESTROY, **NAMED, **RIGHT)
    assert refused.status_code == 422
    assert "head：" in text_of(refused.text)
    assert state(returned) is State.RETURNED


def test_passwords_of_others_are_not_guessed_here_faster_than_at_sign_in(returned: World) -> None:
    desk = reader(returned, "controller")
    codes = [
        desk.send(DESTROY, **NAMED, **{**RIGHT, "approved_by_password": f"guess {n}"}).status_code
        for n in range(8)
    ]
    assert codes[-1] == 429
    for login in ("rep", "nobody"):
        with pytest.raises(Unauthenticated):
            signing_in.vouched(returned.site, login, "no", source="198.51.100.7")
