"""The redline of two revisions, for texts and for templates."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, NotFound
from docctl.queries.documents import redline
from docctl.queries.documents.redline import revision_diff
from docctl.queries.people.departments import DepartmentLine
from docctl.render.place import Place
from docctl.rules.words import Words
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import drafting
from tests.support.sites import PROCEDURE, TEMPLATE, World, issue, meaning, procedure, template

NUMBER = "LX-CX-2019-101"
PNG = b"\x89PNG\r\n\x1a\n"


def compared(world: World, new: Material, login: str = "staff") -> dict[str, Any]:
    number = issue(world, new, save=True)
    ctx = world.as_(login)
    ctx.session.rollback()
    return revision_diff(ctx, number, "A/0", "A/1")


def test_the_same_text_twice_has_no_changes(world: World) -> None:
    issue(world, procedure())
    found = compared(world, procedure())
    assert (found["number"], found["from"], found["to"], found["changes"]) == (NUMBER, "A/0", "A/1", 0)


def test_front_matter_is_compared_too(sqlite_world: World) -> None:
    text = PROCEDURE.format(number=NUMBER, title="旧题", title_en="Old", hours=24, extra="")
    issue(sqlite_world, of_procedure(read_procedure(text.encode(), {}, {})))
    new = text.replace("旧题", "新题").replace(
        "records: [LX-R-001, LX-R-101, LX-R-103]", "records: [LX-R-001, LX-R-101, LX-R-103, LX-R-002]"
    )
    new = new.replace("limits:\n", "limits:\n  second: {within: 3, unit: day, calendar: working}\n")
    found = compared(sqlite_world, of_procedure(read_procedure(new.encode(), {}, {})))
    assert "<h1><del>旧</del><ins>新</ins>题</h1>" in found["html"]
    assert "<ins>LX-R-002</ins>" in found["html"]
    assert "second" in found["html"]
    assert found["changes"] == 3


def test_each_language_is_a_part_and_an_exchanged_figure_is_a_change(sqlite_world: World) -> None:
    text = PROCEDURE.format(
        number=NUMBER, title="题", title_en="T", hours=24, extra="\n\n![图](LX-CX-2019-101/a.png)"
    )
    zh = text.encode()
    issue(sqlite_world, of_procedure(read_procedure(zh, {}, {f"{NUMBER}/a.png": PNG})))
    new = of_procedure(
        read_procedure(zh, {"en": zh.replace("目的".encode(), b"Aim")}, {f"{NUMBER}/a.png": PNG + b"2"})
    )
    found = compared(sqlite_world, new)
    assert '<section lang="zh" aria-label="中文">' in found["html"]
    assert '<section lang="en" aria-label="English">' in found["html"]
    chinese = found["html"].partition('<section lang="en"')[0]
    assert chinese.count("<img") == 2
    assert "<ins>1 Aim</ins>" in found["html"]


def test_a_template_is_compared_as_a_list_of_what_it_says(world: World) -> None:
    issue(world, procedure())
    issue(world, template())
    new = TEMPLATE.format(number="LX-R-101", procedure=NUMBER).replace("years: 3", "years: 5")
    found = compared(world, of_template(read_template(new.encode())))
    assert found["changes"] == 1
    assert "<li>years: <del>3</del><ins>5</ins></li>" in found["html"]
    assert found["html"].startswith("<section>")


def test_the_text_cannot_run_in_a_reader(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    hostile = procedure(title="<script>x</script>", extra="<script>y</script>")
    found = compared(sqlite_world, meaning(hostile, "<script>", "</script>"))
    assert "<script" not in found["html"]


def test_a_draft_is_compared_by_those_who_may_read_it(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: procedure(hours=12))
    assert revision_diff(sqlite_world.as_("author"), NUMBER, "A/0", "A/1")["changes"] == 1
    with pytest.raises(Forbidden):
        revision_diff(sqlite_world.as_("staff"), NUMBER, "A/0", "A/1")


def test_only_revisions_that_are_there_are_compared(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    ctx = sqlite_world.as_("staff")
    assert revision_diff(ctx, NUMBER, "A0", "a/0")["changes"] == 0
    with pytest.raises(NotFound, match="no revision B/0"):
        revision_diff(ctx, NUMBER, "A/0", "B/0")
    with pytest.raises(Invalid):
        revision_diff(ctx, NUMBER, "A/0", "A-0")


def test_departments_are_told_by_their_titles_unless_two_share_one(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    ctx = sqlite_world.as_("staff")
    title = redline.department_titles(ctx)["zh"]["administration"]
    html = revision_diff(ctx, NUMBER, "A/0", "A/0")["html"]
    assert f"部门：{title}<" in html
    assert "administration" not in html
    twins = [DepartmentLine(key=key, title=Words(zh="一部", en=f"{key} one")) for key in ("a", "b")]
    monkeypatch.setattr(redline, "department_list", lambda ctx: twins)
    assert redline.department_titles(ctx) == {"zh": {}, "en": {"a": "a one", "b": "b one"}}


def test_the_language_of_the_reader_comes_first_and_each_has_anchors_of_its_own(sqlite_world: World) -> None:
    text = PROCEDURE.format(number=NUMBER, title="题", title_en="T", hours=24, extra="").encode()
    number = issue(sqlite_world, of_procedure(read_procedure(text, {"en": text}, {})))
    ctx = sqlite_world.as_("staff")
    for first, order in (("zh", ["zh", "en"]), ("en", ["en", "zh"])):
        html = revision_diff(ctx, number, "A/0", "A/0", first=first)["html"]
        assert re.findall(r'<section lang="(\w+)"', html) == order
    html = revision_diff(ctx, number, "A/0", "A/0", place=Place(lower=2, prefix="redline-"))["html"]
    anchors = re.findall(r' id="([^"]*)"', html)
    assert len(anchors) == len(set(anchors)) > 2
    assert all(anchor.startswith(("redline-zh-", "redline-en-")) for anchor in anchors)
    assert "<h1" not in html
