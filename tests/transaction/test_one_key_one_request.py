"""A key stands for one request: its action and all its arguments, by whatever door it comes, also tomorrow."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from docctl.door.accounts import Proved
from docctl.door.context import Context
from docctl.door.requests import Request
from docctl.door.retries import retried
from docctl.errors import Defect, Forbidden, Invalid, NotFound
from docctl.ledger import keys
from docctl.models.base import Controlled
from docctl.models.documents import Document
from docctl.models.ledger import IdempotencyKey
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.store.material import Material
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.house.trees import sources
from tests.support.crash import assert_whole
from tests.support.every_request import STORY, N, Step
from tests.support.pages import hidden_fields, reader, text_of
from tests.support.planted import events, head, recorded, request
from tests.support.sites import PROCEDURE, World, procedure
from tests.support.terminal import Terminal, written

ANOTHER = "used for another request"
REQUESTS = [one for one in STORY if isinstance(one, Step)]


def other(name: str, value: Any) -> Any:
    """Another value for this argument, as little other as can be."""
    if callable(value):
        return lambda: procedure(extra="。")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, bytes):
        return value + b"\n"
    if isinstance(value, date):
        return date(2026, 6, 2)
    if isinstance(value, Proved):
        return Proved(value.person_id, f"{value.login}x")
    if isinstance(value, Mapping):
        return {**value, "customer": "x"}
    if isinstance(value, Sequence | Set):
        return [*value, "x"]
    assert value is None, name
    return date(2026, 5, 2) if name in {"effective", "noticed"} else "x"


def without_defaults(one: Step) -> dict[str, Any]:
    """The same request as most people send it."""
    default = {name: each.default for name, each in signature(one.usecase).parameters.items()}
    return {name: value for name, value in one.arguments().items() if value != default[name]}


def keys_of(answer: Any) -> list[tuple[str, int]]:
    rows: list[Controlled] = answer if isinstance(answer, list) else [answer]
    return [(row.__tablename__, row.id) for row in rows]


def retried_in_the_code() -> set[str]:
    """Every function of the use cases that is decorated so: `docctl/…py:name`."""
    return {
        f"{source.path}:{node.name}"
        for source in sources("docctl")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(each).startswith("retried(") for each in node.decorator_list)
    }


def test_the_story_below_has_every_use_case_that_takes_a_key() -> None:
    named = {f"{one.usecase.__module__.replace('.', '/')}.py:{one.usecase.__name__}" for one in REQUESTS}
    # A restore is told once, in a site that is made in that very moment.
    assert named == retried_in_the_code() - {"docctl/usecases/site/restoring.py:_tell"}


@pytest.mark.long
def test_the_same_request_is_answered_again_and_another_one_under_its_key_is_refused(world: World) -> None:
    answers: list[tuple[str, Step, list[tuple[str, int]]]] = []
    for n, one in enumerate(STORY):
        if not isinstance(one, Step):
            one(world)
            continue
        world.clock.advance(minutes=1)
        with request(world, one.login, f"key-{n}") as ctx:
            first = keys_of(one.usecase(ctx, **one.arguments()))
            done = head(world)
            for name, value in one.arguments().items():
                changed = {**one.arguments(), name: other(name, value)}
                with pytest.raises(Invalid, match=ANOTHER):
                    one.usecase(ctx, **changed)
            assert keys_of(one.usecase(ctx, **one.arguments())) == first
            assert keys_of(one.usecase(ctx, **without_defaults(one))) == first
            assert head(world) == done, one
        answers.append((f"key-{n}", one, first))
    told = {event["op"] for event in events(world) if event["op"]}
    assert told == {key for key, _, _ in answers}
    world.reopen()
    before = head(world)
    for key, one, first in answers:
        with request(world, one.login, key) as ctx:
            assert keys_of(one.usecase(ctx, **one.arguments())) == first, "after a restart"
    assert head(world) == before
    assert_whole(world)


def test_two_documents_under_one_key_on_the_page_the_second_is_told_and_not_left_out(world: World) -> None:
    """As it happens to who goes back in the browser and writes the next document into the same form."""
    author = reader(world, "author")
    typed = [
        PROCEDURE.format(number=n, title="程序", title_en="P", hours=24, extra="")
        for n in (N, "LX-CX-2019-102")
    ]
    fields = hidden_fields(author.get("/documents/register").text)
    assert author.post("/documents/register", **fields, text=typed[0]).status_code == 302
    second = author.post("/documents/register", **fields, text=typed[1])
    assert second.status_code == 422
    assert "What you see here has not been sent" in text_of(second.text)
    assert numbers(world) == [N]
    again = hidden_fields(second.text)
    assert again["op"] != fields["op"], "the page that says so has a key of its own"
    assert author.post("/documents/register", **again, text=typed[1]).status_code == 302
    assert numbers(world) == [N, "LX-CX-2019-102"]
    assert author.post("/documents/register", **again, text=typed[1]).status_code == 302, (
        "sent twice, done once"
    )
    assert [e["act"] for e in events(world)].count("document.register") == 2


def test_two_documents_under_one_key_on_the_command_line_the_second_is_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    files = [
        written(
            tmp_path, f"{n}.md", PROCEDURE.format(number=n, title="程序", title_en="P", hours=24, extra="")
        )
        for n in (N, "LX-CX-2019-102")
    ]
    first = terminal.ok("author", ["--op", "k1", "document", "register", files[0]])
    second = terminal("author", ["--op", "k1", "document", "register", files[1]])
    assert (second.code, second.kind) == (2, "content")
    assert ANOTHER in second.message
    assert terminal.ok("author", ["--op", "k1", "document", "register", files[0]]) == first
    Path(files[0]).write_bytes(Path(files[0]).read_bytes() + "\n更严。\n".encode())
    changed = terminal("author", ["--op", "k1", "document", "register", files[0]])
    assert (changed.code, changed.kind) == (2, "content"), "the file under the same name has other bytes"
    assert numbers(terminal.world) == [N]


def test_a_twin_that_comes_first_while_this_one_is_on_its_way_is_its_answer(world: World) -> None:
    """What the twin did has used up the number; that is no refusal of the same request."""
    done: list[int] = []

    def load() -> Material:
        if not done:
            done.append(0)
            with request(world, "author", "twin") as twin:
                done[0] = drafting.register_document(twin, procedure).id
        return procedure()

    with request(world, "author", "twin") as ctx:
        assert drafting.register_document(ctx, load).id == done[0]
    assert [e["op"] for e in events(world)].count("twin") == 1


def test_what_is_read_late_is_read_once_and_after_the_right_was_asked_for(sqlite_world: World) -> None:
    reads: list[str] = []

    def load() -> Material:
        reads.append("read")
        return procedure()

    with request(sqlite_world, "staff", "not-mine") as ctx, pytest.raises(Forbidden):
        drafting.register_document(ctx, load)
    assert reads == []
    with request(sqlite_world, "author", "mine") as ctx:
        drafting.register_document(ctx, load)
    assert reads == ["read"], "an upload that is read a second time is empty"


def test_a_file_that_cannot_be_read_any_more_is_not_taken_for_the_one_that_was(sqlite_world: World) -> None:
    def gone() -> Material:
        raise NotFound("the file is not there")

    with request(sqlite_world, "author", "gone") as ctx:
        drafting.register_document(ctx, procedure)
        with pytest.raises(Invalid, match=ANOTHER):
            drafting.register_document(ctx, gone)
    with request(sqlite_world, "author", "never") as ctx, pytest.raises(NotFound, match="is not there"):
        drafting.register_document(ctx, gone)


def test_a_key_that_an_earlier_docctl_answered_is_never_answered_for_something_else(world: World) -> None:
    """It wrote down only what the request was about. Nothing is done twice: who repeats it is told."""
    with request(world, "author", "old") as ctx:
        drafting.register_document(ctx, procedure)
    with world.site.engine.begin() as connection:
        was: Any = connection.scalar(select(IdempotencyKey.answer).where(IdempotencyKey.key == "old"))
        before = {name: value for name, value in was.items() if name != "asked"} | {"about": None}
        connection.execute(update(IdempotencyKey).values(answer=before))
    done = head(world)
    with request(world, "author", "old") as ctx, pytest.raises(Invalid, match=ANOTHER):
        drafting.register_document(ctx, procedure)
    assert head(world) == done


def test_a_password_cannot_be_tried_against_the_table_of_keys(world: World) -> None:
    """The hash of a request is keyed with the site's own key, which lies in no table."""
    asked: dict[str, Any] = {"login": "staff", "password": "correct horse 2", "lasting": False}
    with request(world, "admin", "secret") as ctx:
        accounts.set_user_password(ctx, **asked)
        kept: Any = ctx.session.scalar(select(IdempotencyKey.answer).where(IdempotencyKey.key == "secret"))
    known = Request(site=world.site, action=Action.USER_PASSWORD, arguments=asked)
    assert kept["asked"] == known.digest
    elsewhere = replace(world.site)
    elsewhere.__dict__["key"] = keys.generate()
    assert Request(site=elsewhere, action=Action.USER_PASSWORD, arguments=asked).digest != known.digest


def test_an_act_under_a_key_that_does_not_say_what_is_asked_for_is_a_defect(sqlite_world: World) -> None:
    with (
        request(sqlite_world, "controller", "bare") as ctx,
        pytest.raises(Defect, match="@retried"),
        recorded(sqlite_world, ctx),
    ):
        pass

    @retried(Action.SITE_CONFIGURE)
    def another(ctx: Context) -> None:
        with ctx.act(Action.DOCUMENT_WITHDRAW) as act:
            act.require(Subject())

    with request(sqlite_world, "controller", "other") as ctx, pytest.raises(Defect, match="@retried"):
        another(ctx)


def numbers(world: World) -> list[str]:
    with world.site.reading() as session:
        return list(session.scalars(select(Document.number).order_by(Document.number)))


def text_for(number: str) -> str:
    return PROCEDURE.format(number=number, title="程序", title_en="Procedure", hours=24, extra="")
