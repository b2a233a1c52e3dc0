"""Fifty people press in the same moment: of acts that exclude each other one is done, the others are told.

Some rounds here; `DOCCTL_RACE_ROUNDS=200` runs as many as the attack SE-36 names, which takes minutes.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from docctl.door.site import Site
from docctl.queries.copies import register
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting
from docctl.web.kit import here
from tests.support.at_once import at_once
from tests.support.pages import Reader, hidden_fields, reader
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.web.test_approving_pages import signatures
from tests.web.test_drafting_pages import events, newest

ROUNDS = int(os.environ.get("DOCCTL_RACE_ROUNDS", "1"))
CROWD = 50
CONNECTIONS = 5  # that a request may need; a server that lets in too few of them sees a smaller crowd

Press = Callable[[], TestResponse]


def crowd(
    first: Reader,
    address: str,
    *,
    form: str | None = None,
    part: int = 1,
    twice: bool = False,
    **fields: str,
) -> list[Press]:
    """Browsers of one session that have all filled in the same form; with `twice` it was
    even shown only once. `part` of the crowd: half of it for 2.
    """
    fields |= hidden_fields(first.get(form or address).text)
    app, cookies = first.client.application, list(first.client._cookies.values())  # type: ignore[union-attr]
    presses: list[Press] = []
    for _ in range(size_of(here.site_of(app)) // part):
        client = app.test_client()
        for cookie in cookies:
            client.set_cookie(cookie.key, cookie.value)
        data = fields if twice else fields | {"op": secrets.token_urlsafe(16)}
        presses.append(partial(client.post, address, data=data, headers=first.headers, buffered=True))
    return presses


def size_of(site: Site) -> int:
    if site.engine.dialect.name == "sqlite":
        return CROWD
    with site.engine.connect() as connection:
        return min(CROWD, int(connection.exec_driver_sql("SHOW max_connections").scalar_one()) // CONNECTIONS)


def answered(presses: list[Press]) -> Counter[int]:
    return Counter(answer.status_code for answer in at_once(presses))


def one_did_it(presses: list[Press]) -> bool:
    """The others were told that it is done, or (with passwords) that so many at once are not compared."""
    told = answered(presses)
    assert set(told) <= {302, 409, 429}, told
    return told[302] == 1


def submitted(world: World, n: int) -> str:
    number = f"LX-CX-2019-{n:03}"
    drafting.register_document(world.as_("author"), lambda: procedure(number))
    drafting.submit_revision(world.as_("author"), number, reason="首次发布")
    return f"/documents/{number}"


def handed_out(world: World, number: str) -> list[register.CopyLine]:
    ctx = world.as_("controller")
    ctx.session.rollback()  # what was read in the round before is old
    return register.copy_list(ctx, number, False, None)["copies"]


def number_of(page: str) -> str:
    return page.removeprefix("/documents/")


@pytest.mark.rule("SE-36")
def test_a_revision_is_signed_once(world: World) -> None:
    rep = reader(world, "rep")
    for n in range(ROUNDS):
        page = submitted(world, n)
        assert one_did_it(crowd(rep, f"{page}/sign", password=PASSWORD))
        assert events(world, "revision.sign") == n + 1


@pytest.mark.rule("SE-36")
def test_a_revision_is_signed_or_sent_back(world: World) -> None:
    rep = reader(world, "rep")
    for n in range(ROUNDS):
        page = submitted(world, n)
        sign = crowd(rep, f"{page}/sign", part=2, password=PASSWORD)
        reject = crowd(rep, f"{page}/reject", part=2, reason="缺条款", password=PASSWORD)
        assert one_did_it([*sign, *reject])
        done = events(world, "revision.sign") + events(world, "revision.reject")
        assert done == n + 1


@pytest.mark.rule("SE-36")
def test_a_text_that_is_taken_back_while_it_is_signed_is_a_draft_without_signatures(world: World) -> None:
    """Before or after the signature: what is approved can be taken back too, and its signature is void then."""
    rep, author = reader(world, "rep"), reader(world, "author")
    for n in range(ROUNDS):
        page = submitted(world, n)
        sign = crowd(rep, f"{page}/sign", part=2, password=PASSWORD)
        retract = crowd(author, f"{page}/retract", part=2, reason="还要改", password=PASSWORD)
        told = [answer.status_code for answer in at_once([*sign, *retract])]
        assert set(told) <= {302, 409, 429}
        signed, taken_back = told[: len(sign)].count(302), told[len(sign) :].count(302)
        assert (signed, taken_back) in {(0, 1), (1, 1)}
        assert newest(world, number_of(page)).state.value == "draft"
        assert signatures(world) == []


@pytest.mark.rule("SE-36")
def test_of_fifty_texts_saved_at_once_one_is_kept(world: World) -> None:
    author = reader(world, "author")
    for n in range(ROUNDS):
        number = f"LX-CX-2019-{n:03}"
        drafting.register_document(world.as_("author"), lambda number=number: procedure(number))  # type: ignore[misc]
        text = procedure(number, extra="另一文本。").content.raw.decode()
        presses = crowd(author, f"/documents/{number}/draft/save", text=text)
        assert one_did_it(presses)
        assert events(world, "draft.save") == n + 1


@pytest.mark.regulation("Q9-07", "DI-13")
@pytest.mark.rule("SE-36")
def test_copies_that_are_handed_out_at_once_have_numbers_of_their_own(world: World) -> None:
    number = issue(world, procedure())
    controller = reader(world, "controller")
    for n in range(ROUNDS):
        presses = crowd(
            controller,
            "/copies/issue",
            form=f"/copies/issue?document={number}",
            document=number,
            people="staff",
        )
        assert answered(presses) == {302: len(presses)}
        given = handed_out(world, number)
        assert len({line["copy"] for line in given}) == len(given) == len(presses) * (n + 1)


@pytest.mark.rule("SE-36")
def test_a_copy_is_acknowledged_once(world: World) -> None:
    number = issue(world, procedure())
    staff = reader(world, "staff")
    for n in range(ROUNDS):
        (copy,) = handing.issue_copies(world.as_("controller"), number, holders=["staff"])
        presses = crowd(staff, f"/copies/{quote(copy.number)}/acknowledge")
        assert one_did_it(presses)
        assert events(world, "copy.acknowledge") == n + 1


@pytest.mark.rule("SE-36")
def test_a_revision_is_issued_once(world: World) -> None:
    controller = reader(world, "controller")
    for n in range(ROUNDS):
        page = submitted(world, n)
        approving.sign_revision(world.as_("rep"), number_of(page))
        presses = crowd(controller, f"{page}/issue", effective="2026-03-20", password=PASSWORD)
        assert one_did_it(presses)
        assert events(world, "revision.issue") == n + 1


@pytest.mark.rule("SE-36")
def test_a_button_that_is_pressed_again_and_again_does_one_act(world: World) -> None:
    number = issue(world, procedure())
    controller = reader(world, "controller")
    for n in range(ROUNDS):
        presses = crowd(
            controller,
            "/copies/issue",
            form=f"/copies/issue?document={number}",
            twice=True,
            document=number,
            people="staff",
        )
        assert answered(presses) == {302: len(presses)}
        assert len(handed_out(world, number)) == n + 1
