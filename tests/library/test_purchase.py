"""What the forms of purchase hold: plans and lists are reviewed and approved, and quality has a veto."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.errors import Invalid
from docctl.queries.records.duties import Asked, duty_list
from docctl.usecases.records import opening
from tests.library.test_delivery import done, stopped
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


def due(world: World, number: str, until: date) -> list[str]:
    """The days by which records of the form are due in 2026, each once."""
    world.forget()
    asked = Asked(form=number, since=date(2026, 1, 1), until=until)
    return sorted({str(line.of.slot.due) for line in duty_list(world.as_("zhouwenjing"), asked)})


@pytest.mark.rule("PR-30")
def test_each_month_needs_and_stock_are_analysed_and_give_the_purchase_plan(world: World) -> None:
    assert due(world, "LX-R-153", date(2026, 4, 30)) == ["2026-03-31", "2026-04-30"]
    short = {"needs_and_stock": [{"kind": "轴承", "needed": "40", "in_stock": "16", "to_buy": "25"}]}
    assert Execution(world, form("LX-R-153"), short).run().refused_at == "analyse"
    enough = {"needs_and_stock": [{"kind": "轴承", "needed": "40", "in_stock": "41", "to_buy": "25"}]}
    assert Execution(world, form("LX-R-153"), enough).run().refused_at == "analyse"
    right = {"needs_and_stock": [{"kind": "轴承", "needed": "40", "in_stock": "15", "to_buy": "25"}]}
    assert Execution(world, form("LX-R-153"), right).run().refused_at == ""
    with pytest.raises(Invalid, match="a record of LX-R-153 must be there first"):
        opening.open_record(world.as_("guojing"), "LX-R-154")


@pytest.mark.rule("PR-32")
def test_each_supplier_is_evaluated_again_every_year_with_a_quality_veto_and_so_is_the_price_table(
    world: World,
) -> None:
    done(world, "LX-R-151")
    assert due(world, "LX-R-152", date(2026, 12, 31)) == ["2026-12-31"]
    assert due(world, "LX-R-157", date(2026, 12, 31)) == ["2026-12-31"]
    poor = [{"department": "生产部", "quality": "差", "price": "好", "delivery": "好", "service": "好"}]
    entry = form("LX-R-152")
    assert Execution(world, entry, {"scores": poor}).run().refused_at == "conclude"
    kept = {"scores": poor, "quality_veto": "true", "result": "保留"}
    assert Execution(world, entry, kept).run().refused_at == "conclude"
    assert Execution(world, entry, kept | {"result": "淘汰"}).run().refused_at == ""
    fair = [{"department": "生产部", "quality": "可", "price": "差", "delivery": "差", "service": "差"}]
    assert Execution(world, entry, {"scores": fair}).run().refused_at == ""
    removed = done(world, "LX-R-151", standing="淘汰").number
    plan = done(world, "LX-R-153").number
    with pytest.raises(Invalid, match=f"{removed} does not say standing == '在册'"):
        opening.open_record(world.as_("guojing"), "LX-R-154", earlier={"plan": plan, "entry": removed})
    assert stopped(world, "LX-R-157", reason="null") == "revise"


@pytest.mark.rule("PR-56")
@pytest.mark.parametrize(
    ("number", "reviewer"),
    [("LX-R-153", "wuxiulan"), ("LX-R-151", "wuxiulan"), ("LX-R-158", "xuguodong")],
)
def test_plan_list_and_objectives_are_reviewed_and_then_approved_by_named_posts(
    world: World, number: str, reviewer: str
) -> None:
    signed = [
        (one["step"], one["by"])
        for one in done(world, number).shown()["signatures"]
        if one["step"] in ("review", "approve")
    ]
    assert signed == [("review", reviewer), ("approve", "chenyifan")]
    asked = {step["name"]: step["role"] for step in form(number).source["steps"]}
    assert asked["approve"] == "general-manager"
    assert asked["review"] == {"wuxiulan": "administration-head", "xuguodong": "manager-in-charge"}[reviewer]
