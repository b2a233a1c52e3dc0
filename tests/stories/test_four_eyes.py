"""A step that the template keeps apart from another is done by somebody else, whichever way it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from docctl.errors import Forbidden
from docctl.queries.desk.inbox import inbox
from docctl.queries.documents.issue_preview import issue_preview
from docctl.queries.records.view import record_before, record_view
from docctl.render import blank_form
from docctl.rules.actions import Action
from docctl.standing.form import form_of
from docctl.store.material import Material, of_template
from docctl.store.sniffing import Upload
from docctl.store.template import read_template
from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts
from docctl.usecases.records import attaching, opening, recording, sealing
from tests.support.pages import reader, text_of
from tests.support.paper import sheet
from tests.support.record_files import photo
from tests.support.sites import World, issue, procedure

RECORD = "LX-R-101-2026-0001"
SHOWN = Upload("照片.jpg", photo())
FORM = """number: LX-R-101
title: {zh: 检测记录, en: Test record}
level: form
department: sales
governed_by: {document: LX-CX-2019-101}
keeper: sales
retention: {years: 3}
schema:
  type: object
  required: [found, day]
  properties:
    found: {type: string, title: {zh: 结果, en: Result}}
    day: {type: string, format: date, title: {zh: 复核日期, en: Reviewed on}}
    shown: {type: string, format: file, accept: [image], title: {zh: 照片, en: Photo}}
steps:
  - {name: test, title: {zh: 检测, en: Test}, role: sales, fields: [found]}
  - {name: review, title: {zh: 复核, en: Review}, role: sales, other_than: test, fields: [day, shown]}
"""
"""Its second step is kept apart from its first; both are of one department."""


def form() -> Material:
    return of_template(read_template(FORM.encode()))


def tested(world: World) -> None:
    """A record of which `staff` has done the first step."""
    issue(world, procedure())
    issue(world, form())
    opening.open_record(world.as_("staff"), "LX-R-101")
    recording.fill_record(world.as_("staff"), RECORD, {"found": "合格"})
    recording.sign_record(world.as_("staff"), RECORD)


@pytest.mark.regulation("A11-06")
def test_who_tested_something_neither_fills_nor_signs_nor_files_its_review(world: World) -> None:
    tested(world)
    staff = world.as_("staff")
    acts: tuple[Callable[[], object], ...] = (
        lambda: recording.fill_record(staff, RECORD, {"day": "2026-03-02"}),
        lambda: recording.sign_record(staff, RECORD),
        lambda: attaching.attach_record(staff, RECORD, lambda: SHOWN, to="shown"),
    )
    for act in acts:
        with pytest.raises(Forbidden, match=r"by somebody else than step test, in which"):
            act()
    assert not {Action.RECORD_FILL, Action.RECORD_SIGN} & record_view(staff, RECORD).acts
    for action in (Action.RECORD_FILL, Action.RECORD_SIGN):
        with pytest.raises(Forbidden, match="in which you took part"):
            record_before(staff, RECORD, action)
    assert not record_view(staff, RECORD).field("shown").takes_files
    other = world.as_("verifier2")
    recording.fill_record(other, RECORD, {"day": "2026-03-02"})
    recording.sign_record(other, RECORD)
    assert sealing.complete_record(other, RECORD).number == RECORD


def test_the_record_waits_in_the_inbox_of_the_other_and_not_of_who_tested(world: World) -> None:
    tested(world)
    assert [item.number for item in inbox(world.as_("staff")).to_fill] == []
    assert [item.number for item in inbox(world.as_("verifier2")).to_fill] == [RECORD]


def test_who_reviews_does_not_enter_late_what_was_to_be_reviewed(world: World) -> None:
    """Where nothing was entered in the first step, whoever fills it could."""
    issue(world, procedure())
    issue(
        world, of_template(read_template(FORM.replace("required: [found, day]", "required: [day]").encode()))
    )
    opening.open_record(world.as_("staff"), "LX-R-101")
    recording.sign_record(world.as_("staff"), RECORD)
    other = world.as_("verifier2")
    recording.fill_record(other, RECORD, {"day": "2026-03-02"})
    with pytest.raises(Forbidden, match=r"Step test is done by somebody else than step review"):
        recording.correct_record(other, RECORD, "found", "合格", reason="漏填")
    assert not record_view(other, RECORD).field("found").correctable
    recording.correct_record(world.as_("staff"), RECORD, "found", "合格", reason="漏填")


def test_where_the_only_person_would_have_to_review_themselves_it_is_told_before_the_form_is_issued(
    world: World,
) -> None:
    issue(world, procedure())
    accounts.lock_user(world.as_("admin"), "verifier2", reason="离职")
    drafting.register_document(world.as_("author"), form)
    drafting.submit_revision(world.as_("author"), "LX-R-101", reason="首次发布")
    approving.sign_revision(world.as_("rep"), "LX-R-101")
    lacks = issue_preview(world.as_("controller"), "LX-R-101", Action.REVISION_ISSUE).nobody_can
    assert [(one.step, one.posts) for one in lacks if one.step] == [("review", ("sales",))]


def test_the_page_and_the_blank_form_say_that_somebody_else_does_it(world: World) -> None:
    tested(world)
    other = reader(world, "verifier2")
    for page in (f"/records/{RECORD}", "/documents/LX-R-101"):
        assert "somebody else than in Test" in text_of(other.get(page).text), page
    printed = form_of(read_template(FORM.encode()), {})
    assert [[said["zh"] for said in step.other_than] for step in printed.steps] == [[], ["检测"]]
    blank = blank_form.to_html(replace(sheet(), form=printed))
    assert "不得与下列步骤为同一人" in blank
