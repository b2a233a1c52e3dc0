"""What documents of a level must have, and what a form is called: refused, told and found through the doors of people."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.queries.documents.draft_findings import saved_findings
from docctl.store.material import of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import drafting
from tests.stories.test_card import SECTIONS, text
from tests.support.pages import reader
from tests.support.sites import TEMPLATE, World, issue, procedure

NUMBER = "LX-CX-2019-101"


@pytest.mark.regulation("GD-01")
@pytest.mark.rule("DC-31")
def test_a_manual_without_its_prescribed_sections_is_not_handed_in(sqlite_world: World) -> None:
    world, number = sqlite_world, "LX-SH-2019"
    drafting.register_document(world.as_("author"), lambda: text(number, "manual"))
    answer = reader(world, "author", "zh").send(f"/documents/{number}/submit", reason="首次发布")
    assert answer.status_code == 422
    for section in ("颁布令", "手册控制", "文件和记录控制"):
        assert section in answer.text
    full = text(number, "manual", end=SECTIONS)
    drafting.save_draft(world.as_("author"), number, lambda: full)
    assert drafting.submit_revision(world.as_("author"), number, reason="首次发布").state == "in-review"


@pytest.mark.regulation("GD-01")
@pytest.mark.rule("DC-88")
def test_a_procedure_without_its_list_of_records_is_not_handed_in(sqlite_world: World) -> None:
    world = sqlite_world
    raw = text(NUMBER, "procedure").content.raw.replace(b"records: [LX-R-101]\n", b"")
    drafting.register_document(world.as_("author"), lambda: of_procedure(read_procedure(raw, {}, {})))
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    assert set(refused.value.problems) == {"records"}
    assert "(DC-88)" in str(refused.value.problems["records"])


@pytest.mark.rule("DC-90")
def test_a_form_is_found_by_its_aliases_and_a_text_that_uses_one_is_told_its_name(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    issue(world, procedure())
    known = TEMPLATE.format(number="LX-R-101", procedure=NUMBER)
    known = known.replace("keeper: sales", "keeper: sales\naliases: [质量反馈表, 反馈登记表]")
    issue(world, of_template(read_template(known.encode())))
    page = reader(world, "author", "zh")
    assert "LX-R-101" in page.get("/documents", q="反馈登记表").text
    assert "质量反馈表" in page.get("/documents/LX-R-101").text
    world.forget()
    draft = drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="填写《质量反馈表》。"))
    told = [(f["rule"], str(f["message"])) for f in saved_findings(world.as_("author"), draft.id)]
    taken = text("LX-CX-2019-102", "procedure", more="aliases: [反馈登记表]\n")
    drafting.register_document(world.as_("author"), lambda: taken)
    with pytest.raises(Invalid, match="is what LX-R-101 is called"):
        drafting.submit_revision(world.as_("author"), "LX-CX-2019-102", reason="首次发布")
    assert ("DC-90", "《质量反馈表》 is called 《质量信息反馈单》; use that name.") in told
