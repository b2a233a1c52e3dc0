"""Forms that come back with what was typed, and the password of a signature, on a page planted for it."""

from __future__ import annotations

import json

import pytest
from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.errors.message import Message
from docctl.models.ledger import LedgerEvent
from docctl.rules.actions import Action
from docctl.usecases.documents import approving, drafting
from docctl.web.app import create_app
from docctl.web.kit import forms, here
from tests.support.pages import Reader, hidden_fields, text_of
from tests.support.sites import PASSWORD, World, procedure

NUMBER = "LX-CX-2019-101"
PAGE = """{% extends "kit/frame.html" %}{% from "kit/macros.html" import error_summary, form_keys, field, area, choice,
choices, password with context %}{% block title %}Planted{% endblock %}{% block main %}<h1>Planted</h1>
{{ error_summary() }}<form method="post">{{ form_keys() }}
{{ field('name', 'Name', hint='Whole', required=true) }}{{ area('reason', 'Reason', value='as before') }}
{{ choice('level', 'Level', [('a', 'A'), ('b', 'B')]) }}{{ choices('role', 'Role', [('x', 'X'), ('y', 'Y')]) }}
{{ password('It is your signature.') }}<button>Go</button></form>{% endblock %}"""


def plant(app: Flask) -> None:
    """A form that refuses what is called bad, and one whose act is a signature."""

    @app.get("/planted", endpoint="planted.show")
    def show() -> str:
        return render_template_string(PAGE)

    @app.post("/planted", endpoint="planted.act")
    def act() -> str:
        name = forms.text(request.form, "name")
        if name == "bad":
            raise Invalid({"name": Message("is bad"), "": Message("all of it is bad")})
        raise {"forbidden": Forbidden("not you"), "state": WrongState("too late")}.get(name, NotFound("gone"))

    @app.get("/sign", endpoint="planted.sign_form")
    def sign_form() -> str:
        return render_template_string(PAGE)

    @app.post("/sign", endpoint="planted.sign")
    def sign() -> ResponseReturnValue:
        approving.sign_revision(here.writing(Action.REVISION_SIGN), NUMBER)
        return redirect("/inbox")


def planted(world: World, login: str, language: str = "en") -> Reader:
    person = Reader(world.site, language)
    app = create_app(world.site)
    plant(app)
    person.client = app.test_client()
    return person.sign_in(login)


def events(world: World, act: str) -> int:
    with world.site.reading() as session:
        return sum(json.loads(body)["act"] == act for body in session.scalars(select(LedgerEvent.body)))


def test_a_refused_form_comes_back_with_what_was_typed(sqlite_world: World) -> None:
    person = planted(sqlite_world, "rep")
    answer = person.send(
        "/planted", name="bad", reason='<"&\nsecond', level="b", role=["y"], password="secret horse"
    )
    assert answer.status_code == 422
    page = answer.text
    assert 'value="bad"' in page
    assert "&lt;&#34;&amp;\nsecond</textarea>" in page
    assert '<option value="b" selected>' in page
    assert 'value="y" checked' in page
    assert 'value="x" checked' not in page
    assert "secret horse" not in page
    assert '<a href="#name">is bad</a>' in page
    assert "all of it is bad" in text_of(page)
    assert 'aria-describedby="name-hint name-problem" aria-invalid="true"' in page
    assert "as before" in person.get("/planted").text


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [("forbidden", 403, "not you"), ("state", 409, "too late"), ("other", 404, "gone")],
)
def test_what_no_form_can_mend_is_told_on_a_page_of_its_own(
    sqlite_world: World, name: str, status: int, said: str
) -> None:
    answer = planted(sqlite_world, "rep").send("/planted", name=name)
    assert answer.status_code == status
    assert said in text_of(answer.text)
    assert 'name="name"' not in answer.text


def submitted(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(NUMBER))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")


@pytest.mark.regulation("P11-200a1i")
@pytest.mark.rule("SE-07")
@pytest.mark.parametrize("password", ["", "wrong horse"])
def test_a_cookie_alone_signs_nothing(world: World, password: str) -> None:
    submitted(world)
    answer = planted(world, "rep", "zh").send("/sign", password=password)
    assert answer.status_code == 401
    assert ("请输入口令" if not password else "口令不正确") in answer.text
    assert events(world, "revision.sign") == 0
    assert events(world, "revision.sign.refused") == (1 if password else 0)


@pytest.mark.regulation("P11-300d")
@pytest.mark.rule("SE-01", "SE-07")
def test_the_password_of_a_signature_cannot_be_guessed_quickly(sqlite_world: World) -> None:
    submitted(sqlite_world)
    person = planted(sqlite_world, "rep")
    answers = [person.send("/sign", password=f"wrong {n}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]
    assert person.send("/sign", password=PASSWORD).status_code == 429
    sqlite_world.clock.advance(seconds=2)
    assert person.send("/sign", password=PASSWORD).status_code == 302
    assert events(sqlite_world, "revision.sign") == 1


@pytest.mark.rule("SE-08")
def test_a_form_that_is_sent_twice_is_one_act(world: World) -> None:
    submitted(world)
    person = planted(world, "rep")
    fields = {**hidden_fields(person.get("/sign").text), "password": PASSWORD}
    assert person.post("/sign", **fields).status_code == 302
    assert person.post("/sign", **fields).status_code == 302
    assert events(world, "revision.sign") == 1


@pytest.mark.rule("SE-13")
def test_a_form_without_its_token_does_nothing(sqlite_world: World) -> None:
    submitted(sqlite_world)
    person = planted(sqlite_world, "rep")
    for fields in ({}, {"csrf_token": "x" * 90}):
        answer = person.post("/sign", password=PASSWORD, **fields)
        assert answer.status_code == 403
        assert "open the page again" in text_of(answer.text)
    assert events(sqlite_world, "revision.sign") == 0


@pytest.mark.rule("SE-11", "SE-13")
def test_what_was_typed_when_a_session_ended_waits_behind_the_sign_in(sqlite_world: World) -> None:
    submitted(sqlite_world)
    person = planted(sqlite_world, "rep")
    fields = hidden_fields(person.get("/sign").text)
    sqlite_world.clock.advance(hours=1)
    refused = person.post("/sign", **fields, reason='a "long" text', password="secret horse")
    assert refused.status_code == 401
    assert "secret horse" not in refused.text
    again = person.post("/sign-in", **hidden_fields(refused.text), login="rep", password=PASSWORD)
    assert again.status_code == 200
    kept = hidden_fields(again.text)
    assert kept["reason"] == 'a "long" text'
    assert kept["op"] == fields["op"]
    assert kept["csrf_token"] != fields["csrf_token"]
    assert '<form method="post" action="/sign">' in again.text
    foreign = person.client.post("/sign", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_who_is_not_signed_in_is_asked_on_a_page_that_was_added_later(sqlite_world: World) -> None:
    app = create_app(sqlite_world.site)
    plant(app)
    client = app.test_client()
    assert client.get("/planted").headers["Location"] == "/sign-in?next=/planted"
    assert client.post("/sign", data={"password": PASSWORD}).status_code == 401
    answer = client.get("/planted", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
