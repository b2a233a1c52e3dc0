"""Rules that one form each holds: reviews before signing, prices below the list, checks of a paper."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.records.dossiers import case_file
from docctl.queries.records.reading import record_show
from docctl.rules.records.dossiers import Dossier
from docctl.usecases.records import opening, recording, sealing
from tests.library.test_delivery import done, met, stopped
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

PAID = {"service_class": "质保期外有偿"}
PAPERS = (
    "product_manual",
    "installation_guide",
    "maintenance_manual",
    "certificate_of_conformity",
    "inspection_record",
    "technical_description",
    "packing_list",
    "warranty_card",
)


def signers(ended: Execution) -> dict[str, str]:
    """Who signed each step."""
    return {one["step"]: one["by"] for one in ended.shown()["signatures"] if one["step"]}


@pytest.mark.rule("PR-41")
def test_a_product_quality_review_opens_only_under_its_approved_application_and_counts_with_the_heads_signature(
    world: World,
) -> None:
    pengyu = world.as_("pengyu")
    with pytest.raises(Invalid, match="a record of RCDF-06 must be there first"):
        opening.open_record(pengyu, "RCDF-05")
    asked = Execution(world, form("RCDF-06"), {})
    for step in asked.example["steps"][:2]:
        asked._step(step)
    with pytest.raises(Invalid, match=asked.number):
        opening.open_record(world.as_("pengyu"), "RCDF-05", earlier={"application": asked.number})
    report = done(world, "RCDF-05")
    assert signers(report)["sign"] == "songweiguo"
    with pytest.raises(Invalid, match="rests on it already"):
        opening.open_record(world.as_("pengyu"), "RCDF-05", earlier=report.earlier)


@pytest.mark.rule("PR-50")
def test_a_bid_over_five_million_dollars_and_a_special_project_at_any_value_reach_the_general_manager(
    world: World,
) -> None:
    for value, special, reviewed in (
        ("5000000", "false", False),
        ("5000000.01", "false", True),
        ("120000", "true", True),
    ):
        bid = done(world, "CASC-R-012", value=value, special_project=special)
        assert (signers(bid).get("review") == "chenyifan") is reviewed
        assert signers(bid)["sign-plan"] == "xuguodong"
    assert stopped(world, "CASC-R-012", special_project="null") == "evaluate"


@pytest.mark.rule("PR-42")
def test_a_contract_is_signed_only_after_its_review_and_a_deemed_one_after_the_customers_confirmation(
    world: World,
) -> None:
    review, order = form("CASC-R-001"), ["check", "review", "approve", "sign-contract"]
    assert [step for step in signers(done(world, "CASC-R-001")) if step in order] == order
    assert stopped(world, "CASC-R-001", contract_signed_on="2026-02-25") == "sign-contract"
    for question in [name for name, field in review.fields.items() if field.get("clause") == "4.1.2"]:
        failed = done(world, "CASC-R-001", **{question: "false"})
        assert "sign-contract" not in failed.has(), question
        earlier = {"review": failed.number}
        with pytest.raises(Invalid, match=rf"{failed.number} does not say size\(contract\) > 0"):
            opening.open_record(world.as_("dengli"), "CASC-R-014", earlier=earlier)
    deemed: dict[str, Any] = {"form": "视为合同", "customer_confirms_deemed_contracts": "false"}
    assert stopped(world, "CASC-R-001", **deemed) == "sign-contract"
    assert "confirm" in done(world, "CASC-R-001", form="视为合同").has()


@pytest.mark.rule("PR-42")
def test_nothing_is_paid_without_funds_or_advance_agreement_and_the_approval_of_the_exchange_office(
    world: World,
) -> None:
    payment = "CASC-R-014"
    with pytest.raises(Invalid, match="a record of CASC-R-001 must be there first"):
        opening.open_record(world.as_("dengli"), payment)
    assert stopped(world, payment, approval_of_foreign_exchange_office="null") == "apply"
    bare = {"funds_came_in_on": "null", "advance_agreement_number": "null"}
    for way, proof in (
        ("足额到账", "funds_came_in_on"),
        ("托收", "funds_came_in_on"),
        ("垫款协议", "advance_agreement_number"),
    ):
        asked = bare | {"funds_in_or_advance_agreement": way}
        assert stopped(world, payment, **asked) == "ascertain"
        other = next(name for name in bare if name != proof)
        assert stopped(world, payment, **{k: v for k, v in asked.items() if k != other}) == "ascertain"
        assert stopped(world, payment, **{k: v for k, v in asked.items() if k != proof}) == ""


@pytest.mark.rule("PR-49")
def test_a_price_more_than_ten_per_cent_below_the_list_goes_to_the_general_manager(world: World) -> None:
    # The list gives 1505.50; ten per cent below is 1354.95.
    at_the_limit = done(world, "LX-R-330", **PAID, quoted_price="1354.95")
    assert "approve-price" not in at_the_limit.has()
    below = PAID | {"quoted_price": "1354.94"}
    assert signers(done(world, "LX-R-330", **below))["approve-price"] == "chenyifan"
    assert stopped(world, "LX-R-330", **below, lower_price_approved="false") == "approve-price"
    assert stopped(world, "LX-R-330", **below, lower_price_approved="null") == "approve-price"


@pytest.mark.rule("PR-84")
def test_the_customer_is_told_that_the_matter_was_received_and_when(world: World) -> None:
    told = done(world, "LX-R-330").shown()["values"]
    assert told["receipt_confirmed_to_customer"] is True
    assert str(told["receipt_confirmed_at"]).startswith("2026-03-05")
    assert stopped(world, "LX-R-330", receipt_confirmed_to_customer="false") == "contact"
    assert stopped(world, "LX-R-330", receipt_confirmed_to_customer="null") == "contact"
    assert stopped(world, "LX-R-330", receipt_confirmed_at="null") == "contact"
    assert stopped(world, "LX-R-330", receipt_confirmed_at="2026-03-05 08:59") == "contact"


@pytest.mark.rule("PR-78")
def test_a_paper_is_checked_three_times_by_three_people_and_its_errors_are_corrected_by_the_author(
    world: World,
) -> None:
    checked = done(world, "CASC-R-018")
    assert signers(checked) == {"make": "dengli", "second": "huangzhiqiang", "final": "wangjianguo"}
    assert stopped(world, "CASC-R-018", checked_by_the_maker="false") == "make"
    assert stopped(world, "CASC-R-018", final_check="退回修改") == "final"
    error = {"mutual_check": "退回修改", "errors_of_the_mutual_check": "件数误作12，应为21"}
    paper = Execution(world, form("CASC-R-018"), {"particulars": "12件"} | error).run()
    assert paper.refused_at == "second"
    with pytest.raises(Forbidden):
        recording.fill_record(world.as_("dengli"), paper.number, {"mutual_check": "无差错"})
    for login in ("huangzhiqiang", "wangjianguo"):
        with pytest.raises(Forbidden, match="who made the entry"):
            recording.correct_record(world.as_(login), paper.number, "particulars", "21件", reason="件数")
    recording.correct_record(world.as_("dengli"), paper.number, "particulars", "21件", reason="件数")
    recording.fill_record(world.as_("huangzhiqiang"), paper.number, {"mutual_check": "无差错"})
    recording.sign_record(world.as_("huangzhiqiang"), paper.number)
    shown = record_show(paper.afresh("zhouwenjing"), paper.number)
    assert shown["values"]["particulars"] == "21件"


@pytest.mark.rule("DC-87")
def test_each_delivery_has_a_signed_list_of_its_own_of_the_documents_handed_over_with_the_goods(
    world: World,
) -> None:
    for paper in PAPERS:
        assert stopped(world, "LX-R-182", **{paper: "false"}) == "hand-over", paper
        assert stopped(world, "LX-R-182", **{paper: "null"}) == "hand-over", paper
    accepted = done(world, "LX-R-181").number
    with pytest.raises(Invalid, match="a record of LX-R-182 must be there first"):
        opening.open_record(world.as_("dengli"), "LX-R-183", earlier={"acceptance": accepted})
    unsigned = Execution(world, form("LX-R-182"), {})
    unsigned._step(unsigned.example["steps"][0])
    earlier = {"acceptance": unsigned.earlier["acceptance"], "documents": unsigned.number}
    with pytest.raises(Invalid, match=unsigned.number):
        opening.open_record(world.as_("dengli"), "LX-R-183", earlier=earlier)
    delivery = done(world, "LX-R-183")
    with pytest.raises(Invalid, match="rests on it already"):
        opening.open_record(world.as_("dengli"), "LX-R-183", earlier=delivery.earlier)


@pytest.mark.rule("DC-103")
def test_the_file_of_a_customer_collects_the_records_from_the_delivery_on(world: World) -> None:
    name = "苏州恒达机械厂"
    delivery = done(world, "LX-R-183")
    assert delivery.shown()["values"]["customer"] == name
    asked = done(world, "LX-R-330", customer=name)
    world.forget()
    file = case_file(world.as_("gaomin"), Dossier.CUSTOMER, name)
    lying = {line["number"] for line in file.lines}
    assert {delivery.earlier["documents"], delivery.number, asked.number} <= lying
    product = case_file(world.as_("gaomin"), Dossier.PRODUCT, "LF-30型减速机 2026-014")
    assert {delivery.earlier["documents"], delivery.number} <= {line["number"] for line in product.lines}


@pytest.mark.rule("PR-18")
def test_the_record_that_the_customer_signed_is_handed_in_within_five_days_after_the_return(
    world: World,
) -> None:
    assert met(done(world, "LX-R-054", record_handed_in_on="2026-03-10"), "hand-in") is True
    assert met(done(world, "LX-R-054", record_handed_in_on="2026-03-11"), "hand-in") is False
    assert stopped(world, "LX-R-054", record_handed_in_on="null") == "hand-in"
    assert stopped(world, "LX-R-054", record_handed_in_on="2026-03-04") == "hand-in"
    assert stopped(world, "LX-R-054", signature_of_customer="null") == "confirm"


@pytest.mark.rule("DC-101")
def test_archive_and_finance_each_keep_a_copy_of_repair_order_and_trip_report(world: World) -> None:
    claim = done(world, "LX-R-333")
    kept = claim.shown()
    assert kept["values"]["copy_kept_by_after_sales"] == ["维修单", "出差报告书"]
    assert (signers(claim)["file"], signers(claim)["pay"]) == ("zhenghaitao", "zhaoqing")
    assert stopped(world, "LX-R-333", copy_kept_by_after_sales=["维修单"]) == "file"
    waiting = Execution(world, form("LX-R-333"), {})
    for step in waiting.example["steps"][:2]:
        waiting._step(step)
    with pytest.raises(WrongState):
        sealing.complete_record(world.as_("zhenghaitao"), waiting.number)
