"""Search shows what is in force today, however much more the index holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docctl.door.context import Context
from docctl.errors import Forbidden
from docctl.queries.documents.search import find_text
from docctl.rules.roles import Actor
from docctl.usecases.documents import drafting, issuing
from tests.support.sites import World, issue, procedure, template

NUMBER = "LX-CX-2019-101"


def hits(world: World, query: str, login: str = "staff", limit: int = 20) -> list[dict[str, Any]]:
    ctx = world.as_(login)
    ctx.session.rollback()
    return list(find_text(ctx, query, limit))


@pytest.mark.rule("DC-75")
def test_a_document_is_found_by_number_title_and_text(world: World) -> None:
    issue(world, procedure())
    issue(world, template())
    assert [(h["number"], h["clause"]) for h in hits(world, "lx-cx-2019-101")] == [(NUMBER, "")]
    assert [h["number"] for h in hits(world, "质量反馈控制")] == [NUMBER]
    assert [h["clause"] for h in hits(world, "答复顾客")] == ["5.2.1"]
    assert [(h["number"], h["title"]) for h in hits(world, "customer satisfied")] == [
        ("LX-R-101", "Quality information feedback form")
    ]


def test_the_text_of_the_future_is_found_from_its_day_on(world: World) -> None:
    issue(world, procedure(extra="旧文。"))
    issue(world, procedure(extra="新文。"), effective=date(2026, 3, 9), save=True)
    assert [bool(hits(world, text)) for text in ("旧文", "新文")] == [True, False]
    world.clock.go_to(date(2026, 3, 9))
    assert [bool(hits(world, text)) for text in ("旧文", "新文")] == [False, True]


def test_drafts_and_withdrawn_text_are_not_found(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    assert hits(world, "答复顾客", "author") == []
    issue(world, procedure("LX-CX-2019-102"))
    assert len(hits(world, "答复顾客")) == 1
    issuing.withdraw_document(world.as_("controller"), "LX-CX-2019-102", reason="x")
    assert hits(world, "答复顾客") == []


def test_a_limit_is_kept(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    assert hits(sqlite_world, "5", limit=0) == []
    assert hits(sqlite_world, "程序", limit=1) == hits(sqlite_world, "程序")[:1]


def test_a_person_without_a_role_finds_nothing(sqlite_world: World) -> None:
    nobody = Context(sqlite_world.site, Actor(99, "nobody"), "x", "cli")
    with pytest.raises(Forbidden):
        find_text(nobody, "x")
    nobody.close()


def test_a_hit_has_the_titles_of_its_document_in_both_languages(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    (hit,) = (hit for hit in hits(sqlite_world, "LX-R-101") if hit["number"] == "LX-R-101")
    assert hit["title_en"] == "Quality information feedback form"
    assert hit["title_zh"] != hit["title_en"]
