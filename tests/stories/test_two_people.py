"""Nobody makes anybody a signer alone: one proposes, a second person confirms (21 CFR 11.100, SE-35)."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docctl.door import accounts as door
from docctl.door.seconding import needs_two
from docctl.errors import Forbidden, NotFound, Unproved, Unseconded, WrongState
from docctl.models.people import Person, PersonRole, RoleProposal
from docctl.queries.desk.inbox import inbox
from docctl.queries.integrity import check_site
from docctl.queries.people.proposals import waiting_for
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.rules.seconding import ESTRANGED_FOR
from docctl.standing import find
from docctl.usecases.people import accounts, granting
from docctl.usecases.site import configuring, founding
from tests.support.planted import events
from tests.support.sites import PASSWORD, World, configuration

REP = "management-representative"


def roles(world: World, login: str) -> set[str]:
    with world.site.reading() as session:
        held = select(PersonRole.role).join(Person, Person.id == PersonRole.person_id)
        return set(session.scalars(held.where(Person.login == login, PersonRole.revoked_at.is_(None))))


def proposes(world: World, login: str, *grant: str, by: str = "admin") -> None:
    accounts.change_user_roles(world.as_(by), login, grant=list(grant), revoke=[])


def waits(world: World, login: str) -> list[str]:
    """Who is proposed, as this person's inbox has it."""
    ctx = world.as_(login)
    ctx.session.rollback()
    return [item.number for item in inbox(ctx).to_confirm]


@pytest.mark.regulation("P11-100b")
@pytest.mark.rule("SE-35")
def test_a_role_that_signs_counts_once_a_second_person_confirms_it(two_people: World) -> None:
    world = two_people
    proposes(world, "staff", REP, "author")
    assert roles(world, "staff") == {"staff", "author"}  # what signs nothing counts at once
    assert waits(world, "controller") == ["staff"]
    assert waits(world, "admin") == waits(world, "rep") == waits(world, "auditor") == []
    granting.confirm_user_roles(world.as_("controller"), "staff")
    assert roles(world, "staff") == {"staff", "author", REP}
    assert waits(world, "controller") == []
    bodies = events(world)[-2:]
    assert [(b["act"], b["actor"]["login"]) for b in bodies] == [
        ("user.change_roles", "admin"),
        ("user.confirm_roles", "controller"),
    ]
    assert bodies[0]["details"] == {"granted": ["author"], "revoked": [], "proposed": [REP]}
    assert bodies[1]["details"] == {"granted": [REP], "proposed_by": "管理员"}
    assert check_site(world.site).findings == ()


@pytest.mark.regulation("DI-02")
@pytest.mark.rule("SE-35")
def test_neither_who_proposed_nor_whom_it_concerns_confirms(two_people: World) -> None:
    world = two_people
    proposes(world, "controller", REP)
    with pytest.raises(Forbidden, match="Nobody confirms what they proposed"):
        granting.confirm_user_roles(world.as_("admin"), "controller")
    with pytest.raises(Forbidden, match="Nobody grants rights to themselves"):
        granting.confirm_user_roles(world.as_("controller"), "controller")
    for other in ("rep", "gm", "auditor", "staff"):
        with pytest.raises(Forbidden):
            granting.confirm_user_roles(world.as_(other), "controller")
    assert roles(world, "controller") == {"document-controller"}


@pytest.mark.regulation("P11-100b")
@pytest.mark.rule("SE-35")
def test_an_account_with_roles_that_sign_is_added_by_two_people(two_people: World) -> None:
    world = two_people
    given: dict[str, Any] = {
        "name": "新人",
        "department": "quality",
        "roles": ["staff", "admin"],
        "password": PASSWORD,
    }
    accounts.add_user(world.as_("admin"), "second", **given)
    assert roles(world, "second") == {"staff"}
    granting.confirm_user_roles(world.as_("controller"), "second")
    assert roles(world, "second") == {"staff", "admin"}


@pytest.mark.rule("SE-35")
def test_whoever_could_confirm_only_since_the_proposal_does_not(two_people: World) -> None:
    world = two_people
    proposes(world, "staff2", "admin")
    proposes(world, "staff", REP)
    granting.confirm_user_roles(world.as_("controller"), "staff2")
    world.forget()
    assert waits(world, "staff2") == []
    with pytest.raises(Forbidden, match="before the proposal"):
        granting.confirm_user_roles(world.as_("staff2"), "staff")
    proposes(world, "head", REP)  # of this one they were there before
    granting.confirm_user_roles(world.as_("staff2"), "head")


@pytest.mark.rule("SE-35")
def test_whose_password_the_proposer_has_just_set_does_not_confirm(two_people: World) -> None:
    world = two_people
    accounts.set_user_password(world.as_("admin"), "controller", "a new password")
    proposes(world, "staff", REP)
    with pytest.raises(Forbidden, match="last 7 days"):
        granting.confirm_user_roles(world.as_("controller"), "staff")
    granting.refuse_user_roles(world.as_("admin"), "staff", reason="口令刚设过")
    world.clock.advance(seconds=(ESTRANGED_FOR + timedelta(minutes=1)).total_seconds())
    proposes(world, "staff", REP)
    granting.confirm_user_roles(world.as_("controller"), "staff")
    assert REP in roles(world, "staff")


def test_a_proposal_is_refused_with_a_reason_and_can_be_made_again(two_people: World) -> None:
    world = two_people
    proposes(world, "staff", REP)
    with pytest.raises(WrongState, match="wait for a second person already"):
        proposes(world, "staff", "verifier")
    granting.refuse_user_roles(world.as_("controller"), "staff", reason="不担任此职")
    with pytest.raises(WrongState, match="stays as it was decided"):
        granting.confirm_user_roles(world.as_("controller"), "staff")
    assert roles(world, "staff") == {"staff"}
    proposes(world, "staff", REP)
    granting.refuse_user_roles(world.as_("admin"), "staff", reason="我看错了")  # who proposed takes it back
    with pytest.raises(NotFound):
        granting.confirm_user_roles(world.as_("controller"), "head")


@pytest.mark.rule("SE-35")
@pytest.mark.parametrize("action", [Action.USER_ADD, Action.USER_CHANGE_ROLES, Action.SITE_CONFIGURE])
def test_an_act_of_any_kind_that_grants_alone_does_not_commit(two_people: World, action: Action) -> None:
    """A use case that forgot to ask: the door looks at the rows."""
    world = two_people
    login = "controller" if action is Action.SITE_CONFIGURE else "admin"

    def grant() -> None:
        with world.as_(login).act(action) as act:
            person = find.person(act.session, "staff")
            act.require(Subject(account=person.id))
            act.add(PersonRole(person_id=person.id, role=Role.GENERAL_MANAGER, granted_at=act.at))
            act.record(person)

    with pytest.raises(Unseconded):
        grant()
    assert roles(world, "staff") == {"staff"}


@pytest.mark.rule("SE-35")
def test_a_role_that_was_taken_away_does_not_come_back_by_its_row(two_people: World) -> None:
    world = two_people
    accounts.change_user_roles(world.as_("admin"), "rep", revoke=[REP])

    def grant() -> None:
        with world.as_("admin").act(Action.USER_CHANGE_ROLES) as act:
            person = find.person(act.session, "rep")
            act.require(Subject(account=person.id))
            row = act.session.scalars(select(PersonRole).where(PersonRole.person_id == person.id)).one()
            row.revoked_at = None
            act.record(person)

    with pytest.raises(Unseconded):
        grant()
    assert roles(world, "rep") == set()


@pytest.mark.rule("SE-07")
def test_who_confirms_gives_a_password(two_people: World) -> None:
    world = two_people
    proposes(world, "staff", REP)
    with closing(door.reader(world.site, "controller")) as ctx, pytest.raises(Unproved):
        granting.confirm_user_roles(ctx, "staff")


@pytest.mark.rule("SE-35")
def test_the_last_other_person_who_could_confirm_keeps_the_role(two_people: World) -> None:
    world = two_people
    with pytest.raises(WrongState, match="only other person who could confirm"):
        accounts.change_user_roles(world.as_("admin"), "controller", revoke=["document-controller"])
    proposes(world, "staff", "document-controller")
    granting.confirm_user_roles(world.as_("controller"), "staff")
    accounts.change_user_roles(world.as_("admin"), "controller", revoke=["document-controller"])
    assert roles(world, "controller") == set()


@pytest.mark.rule("SE-35")
def test_an_admin_does_not_let_go_of_the_second_person(two_people: World) -> None:
    world = two_people
    proposes(world, "staff", "admin")
    granting.confirm_user_roles(world.as_("controller"), "staff")
    world.forget()
    accounts.change_user_roles(world.as_("staff"), "admin", grant=["document-controller"])
    granting.confirm_user_roles(world.as_("controller"), "admin")
    world.forget()
    with pytest.raises(WrongState, match="does not let go of the second person"):
        configuring.configure_site(world.as_("admin"), configuration(two=False))
    configuring.configure_site(world.as_("controller"), configuration(two=False))
    proposes(world, "head", REP)
    assert REP in roles(world, "head")


def test_a_new_site_is_set_up_by_one_admin_until_somebody_else_has_come(tmp_path: Path) -> None:
    founded = founding.init_site(tmp_path / "site", password=PASSWORD, environ={})
    with closing(founded.site) as site, closing(door.reader(site, "admin", proved=True)) as admin:
        named: dict[str, Any] = {"department": "quality", "password": PASSWORD}
        for login, role in (("qa", "document-controller"), ("gm", "general-manager")):
            accounts.add_user(admin, login, name=login, roles=[role], **named)
            assert waiting_for(admin, login) is None
        with closing(door.reader(site, "qa", proved=True)) as qa:
            accounts.set_user_password(qa, "qa", "my own password")
        accounts.change_user_roles(admin, "gm", grant=["verifier"])
        waiting = waiting_for(admin, "gm")
        assert waiting is not None
        assert [role.value for role in waiting.roles] == ["verifier"]
        # Taking the password away again makes nobody alone again at once.
        accounts.lock_user(admin, "qa", reason="离职")
        accounts.add_user(admin, "me2", name="我", roles=["general-manager"], **named)
        assert waiting_for(admin, "me2") is not None


@pytest.mark.rule("SE-35")
def test_a_week_after_the_only_other_one_was_locked_one_admin_is_enough_again(two_people: World) -> None:
    """Somebody leaves from one day to the next: the site goes on, and not before they would have noticed."""
    world = two_people
    accounts.lock_user(world.as_("admin"), "controller", reason="离职")
    proposes(world, "staff", "document-controller")
    assert roles(world, "staff") == {"staff"}
    granting.refuse_user_roles(world.as_("admin"), "staff", reason="无人确认")
    world.clock.advance(seconds=(ESTRANGED_FOR + timedelta(minutes=1)).total_seconds())
    proposes(world, "staff", "document-controller")
    assert roles(world, "staff") == {"staff", "document-controller"}
    proposes(world, "staff2", REP)
    assert roles(world, "staff2") == {"staff"}
    granting.confirm_user_roles(world.as_("staff"), "staff2")
    assert roles(world, "staff2") == {"staff", REP}


def test_a_newcomer_who_is_second_confirms_at_once_where_the_admin_was_alone(tmp_path: Path) -> None:
    founded = founding.init_site(tmp_path / "site", password=PASSWORD, environ={})
    with closing(founded.site) as site, closing(door.reader(site, "admin", proved=True)) as admin:
        named: dict[str, Any] = {"department": "quality", "password": PASSWORD}
        accounts.add_user(admin, "qa", name="文控", roles=["document-controller"], **named)
        accounts.set_user_password(admin, "qa", "forgot the first")
        with closing(door.reader(site, "qa", proved=True)) as qa:
            accounts.set_user_password(qa, "qa", "my own password")
            accounts.add_user(admin, "gm", name="总", roles=["general-manager"], **named)
            assert waiting_for(admin, "gm") is not None
            granting.confirm_user_roles(qa, "gm")
            admin.session.rollback()
            assert waiting_for(admin, "gm") is None


def test_a_site_that_says_nothing_goes_on_with_one_admin(world: World) -> None:
    proposes(world, "staff", REP)
    assert REP in roles(world, "staff")
    with world.site.reading() as session:
        assert session.scalar(select(RoleProposal.id)) is None
        assert not needs_two(session, 0, world.clock())


def test_a_part_of_the_company_that_changes_takes_the_second_person_nowhere(two_people: World) -> None:
    configuring.configure_site(two_people.as_("controller"), {"organisation": "新名公司"})
    two_people.forget()
    proposes(two_people, "staff", "verifier")
    assert roles(two_people, "staff") == {"staff"}
