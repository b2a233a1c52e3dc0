"""From a draft to a revision in force, and what is refused on the way. Through the use cases, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.ledger import journal
from docctl.models.copies import Recall
from docctl.models.documents import Document, Revision, Signature, Submission
from docctl.rules.documents.revisions import State, in_force
from docctl.standing import facts, find, signers
from docctl.store.material import of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from tests.support.sites import World, issue, procedure, template

NUMBER = "LX-CX-2019-101"
TODAY = date(2026, 3, 2)


def newest(world: World, number: str = NUMBER) -> Revision:
    session = world.as_("auditor").session
    session.rollback()
    return find.newest_revision(session, find.document(session, number))


def governing(world: World, day: date, number: str = NUMBER) -> str | None:
    """The label in force on `day`."""
    session = world.as_("auditor").session
    session.rollback()
    document = find.document(session, number)
    found = in_force(
        facts.revisions(find.revisions(session, document.id)), day, document=facts.document(document)
    )
    return found.label if found else None


def submitted(world: World, extra: str = "") -> None:
    """A first revision, handed in."""
    drafting.register_document(world.as_("author"), lambda: procedure(extra=extra))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")


def events(world: World) -> Sequence[str]:
    with world.site.reading() as session:
        return [entry.event["act"] for entry in journal.events(session.connection())]


@pytest.mark.rule("DC-20")
def test_an_approved_revision_is_issued_with_the_bytes_that_were_signed(world: World) -> None:
    issue(world, procedure())
    issued = newest(world)
    assert issued.state is State.ISSUED
    path = f"procedures/{NUMBER}.md"
    raw = world.site.library.file(str(issued.commit_id), path)
    assert raw == procedure().content.raw
    assert world.site.library.file(str(world.site.library.ref("refs/heads/main")), path) == raw
    signed = world.as_("auditor").session.scalars(select(Signature).order_by(Signature.id)).all()
    assert [(s.meaning.value, s.person_name) for s in signed] == [("prepare", "陈编"), ("approve", "管平")]
    assert {s.content for s in signed} == {issued.content}


def test_the_library_keeps_draft_submission_and_issue_each_under_its_name(world: World) -> None:
    issue(world, procedure())
    issued = newest(world)
    refs = world.site.library.refs("refs")
    assert refs[f"refs/drafts/{NUMBER}"] == issued.draft_commit
    assert refs[f"refs/submitted/{NUMBER}/A-0/1"] == issued.draft_commit
    assert f"refs/tags/{NUMBER}/A-0" in refs


@pytest.mark.regulation("Q9-14", "MD-08", "C4-04")
@pytest.mark.rule("DC-33")
def test_a_later_revision_takes_effect_on_its_day_and_not_before(world: World) -> None:
    issue(world, procedure())
    later = TODAY + timedelta(days=7)
    issue(world, procedure(extra="修改。"), effective=later, save=True)
    assert governing(world, TODAY) == "A/0"
    assert governing(world, later - timedelta(days=1)) == "A/0"
    assert governing(world, later) == "A/1"


def test_an_issue_whose_day_is_ahead_can_be_cancelled_and_its_label_stays_used(world: World) -> None:
    issue(world, procedure())
    later = TODAY + timedelta(days=7)
    issue(world, procedure(extra="修改。"), effective=later, save=True)
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="附图有误")
    assert governing(world, later) == "A/0"
    main = str(world.site.library.ref("refs/heads/main"))
    assert world.site.library.file(main, f"procedures/{NUMBER}.md") == procedure().content.raw
    with pytest.raises(Invalid, match="used before"):
        drafting.save_draft(world.as_("author"), NUMBER, procedure, label="A/1")
    assert drafting.save_draft(world.as_("author"), NUMBER, procedure).label == "A/2"


def test_copies_handed_out_in_advance_are_asked_back_when_the_issue_is_cancelled(world: World) -> None:
    later = TODAY + timedelta(days=7)
    issue(world, procedure(), effective=later)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    issuing.cancel_revision(world.as_("controller"), NUMBER, reason="附图有误")
    recall = world.as_("auditor").session.scalars(select(Recall)).one()
    assert (recall.from_day, recall.voided_at) == (TODAY, None)


def test_an_issue_in_force_cannot_be_cancelled(world: World) -> None:
    issue(world, procedure())
    with pytest.raises(WrongState, match="withdraw"):
        issuing.cancel_revision(world.as_("controller"), NUMBER, reason="附图有误")


def test_a_withdrawn_document_governs_nothing_and_leaves_the_library(world: World) -> None:
    issue(world, procedure())
    issuing.withdraw_document(world.as_("controller"), NUMBER, reason="业务停止")
    assert governing(world, TODAY) is None
    assert governing(world, TODAY - timedelta(days=1)) is None
    tree = world.site.library.tree(str(world.site.library.ref("refs/heads/main")))
    assert f"procedures/{NUMBER}.md" not in tree
    with pytest.raises(WrongState, match="was withdrawn"):
        drafting.save_draft(world.as_("author"), NUMBER, procedure)


@pytest.mark.regulation("Q9-04", "MD-01", "P11-10f")
@pytest.mark.rule("DC-21")
def test_a_manual_needs_review_and_approval_in_this_order(world: World) -> None:
    drafting.register_document(
        world.as_("author"), procedure, chain="author,management-representative,general-manager"
    )
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新手册")
    with pytest.raises(WrongState, match="not gm's turn"):
        approving.sign_revision(world.as_("gm"), NUMBER)
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert newest(world).state is State.IN_REVIEW
    with pytest.raises(WrongState, match="in review"):
        issuing.issue_revision(world.as_("controller"), NUMBER)
    approving.sign_revision(world.as_("gm"), NUMBER)
    assert newest(world).state is State.APPROVED


@pytest.mark.regulation("GJ-01", "GD-03")
@pytest.mark.rule("DC-26")
def test_departments_countersign_in_parallel_and_in_any_order(world: World) -> None:
    chain = "prepare:author,countersign:quality+administration,approve:management-representative"
    drafting.register_document(world.as_("author"), procedure, chain=chain)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    ctx = world.as_("auditor")
    document = find.document(ctx.session, NUMBER)
    assert signers.waiting_for(ctx.session, document, newest(world), ctx.now(), ctx.today()) == [
        "head",
        "quality-head",
    ]
    approving.sign_revision(world.as_("quality-head"), NUMBER)
    approving.sign_revision(world.as_("head"), NUMBER)
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert newest(world).state is State.APPROVED


def test_a_rejected_revision_is_a_draft_again_and_its_signatures_are_void(world: World) -> None:
    submitted(world)
    approving.reject_revision(world.as_("rep"), NUMBER, reason="时限不清")
    assert newest(world).state is State.DRAFT
    session = world.as_("auditor").session
    assert all(s.voided_at is not None for s in session.scalars(select(Signature)))
    assert session.scalars(select(Submission.outcome)).all() == ["rejected"]
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="改后。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="按意见修改")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    assert set(world.site.library.refs(f"refs/submitted/{NUMBER}")) == {
        f"refs/submitted/{NUMBER}/A-0/1",
        f"refs/submitted/{NUMBER}/A-0/2",
    }


@pytest.mark.parametrize("signed", [False, True])
def test_the_author_retracts_what_was_not_issued_yet(world: World, signed: bool) -> None:
    submitted(world)
    if signed:
        approving.sign_revision(world.as_("rep"), NUMBER)
    approving.retract_revision(world.as_("author"), NUMBER, reason="补充附图")
    assert newest(world).state is State.DRAFT


@pytest.mark.rule("SE-33")
def test_an_author_cannot_approve_their_own_revision_and_the_attempt_is_on_record(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "author", grant=["management-representative"])
    author = world.reopen().as_("author")
    drafting.register_document(author, procedure)
    drafting.submit_revision(author, NUMBER, reason="新程序")
    with pytest.raises(Forbidden, match="their own document"):
        approving.sign_revision(author, NUMBER)
    with pytest.raises(Forbidden, match="their own document"):
        approving.reject_revision(author, NUMBER, reason="不同意")
    assert events(world)[-2:] == ["revision.sign.refused", "revision.reject.refused"]


@pytest.mark.regulation("A11-19")
def test_who_holds_no_step_may_neither_sign_nor_reject(world: World) -> None:
    submitted(world)
    for act in (approving.sign_revision, partial(approving.reject_revision, reason="不同意")):
        for login in ("staff", "auditor", "admin", "controller", "gm"):
            with pytest.raises(Forbidden):
                act(world.as_(login), NUMBER)


def test_nobody_signs_twice(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    chain = "author,management-representative,management-representative"
    drafting.register_document(world.as_("author"), procedure, chain=chain)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    approving.sign_revision(world.as_("rep"), NUMBER)
    with pytest.raises(WrongState, match="already"):
        approving.sign_revision(world.as_("rep"), NUMBER)
    assert events(world)[-1] == "revision.sign"


def test_content_that_changed_since_it_was_shown_is_not_signed(world: World) -> None:
    submitted(world)
    with pytest.raises(WrongState, match="changed since"):
        approving.sign_revision(world.as_("rep"), NUMBER, shown="0" * 64)
    approving.sign_revision(world.as_("rep"), NUMBER, shown=newest(world).content)


@pytest.mark.regulation("C4-03")
@pytest.mark.rule("DC-33")
def test_an_effective_date_in_the_past_or_before_an_issued_one_is_refused(world: World) -> None:
    issue(world, procedure())
    later = TODAY + timedelta(days=7)
    issue(world, procedure(extra="二。"), effective=later, save=True)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="三。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再改")
    approving.sign_revision(world.as_("rep"), NUMBER)
    for day in (TODAY - timedelta(days=1), TODAY, later - timedelta(days=1)):
        with pytest.raises(Invalid, match="effective"):
            issuing.issue_revision(world.as_("controller"), NUMBER, effective=day)
    assert newest(world).state is State.APPROVED


@pytest.mark.rule("DC-09", "DC-54")
def test_only_the_controller_issues_cancels_and_withdraws(world: World) -> None:
    submitted(world)
    approving.sign_revision(world.as_("rep"), NUMBER)
    for login in ("author", "rep", "gm", "admin", "auditor", "staff"):
        with pytest.raises(Forbidden):
            issuing.issue_revision(world.as_(login), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    with pytest.raises(Forbidden):
        issuing.withdraw_document(world.as_("rep"), NUMBER, reason="不用了")


@pytest.mark.rule("DC-08")
def test_an_author_of_another_department_does_not_touch_the_draft(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    with pytest.raises(Forbidden):
        drafting.save_draft(world.as_("author2"), NUMBER, procedure)
    with pytest.raises(Forbidden):
        drafting.submit_revision(world.as_("author2"), NUMBER, reason="代交")


@pytest.mark.regulation("Q9-02", "MD-05")
@pytest.mark.rule("DC-12")
def test_a_number_outside_every_scheme_or_used_before_is_refused(world: World) -> None:
    for number in ("ZZ-1", "LX-CX-2019-1", "../etc"):
        with pytest.raises(Invalid, match=r"use one like|number"):
            drafting.register_document(world.as_("author"), partial(procedure, number))
    for number, again in ((NUMBER, NUMBER), ("DF / ZY-GL 006", "DF/ZY-GL006")):
        drafting.register_document(world.as_("author"), partial(procedure, number))
        with pytest.raises(Invalid, match="already used"):
            drafting.register_document(world.as_("author"), partial(procedure, again))


def test_a_discarded_draft_is_opened_again_by_saving_it(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    drafting.discard_draft(world.as_("author"), NUMBER)
    assert newest(world).state is State.DISCARDED
    with pytest.raises(WrongState):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="交")
    saved = drafting.save_draft(world.as_("author"), NUMBER, procedure, label="B/0")
    assert (saved.state, saved.label) == (State.DRAFT, "B/0")


@pytest.mark.regulation("Q9-09")
def test_a_draft_under_review_is_frozen(world: World) -> None:
    submitted(world)
    with pytest.raises(WrongState, match="frozen"):
        drafting.save_draft(world.as_("author"), NUMBER, procedure)


@pytest.mark.rule("DC-36")
def test_a_text_with_a_blank_left_in_it_is_not_handed_in(world: World) -> None:
    drafting.register_document(world.as_("author"), lambda: procedure(extra="由XX部门负责，时限____天。"))
    with pytest.raises(Invalid, match="DC-36"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    assert newest(world).state is State.DRAFT


@pytest.mark.rule("DC-36")
def test_a_blank_in_another_language_is_named_by_that_language_and_its_own_line(world: World) -> None:
    main = procedure().content.raw
    english = (
        main.replace(b"department: administration\n", b"department: administration\n\n\n")
        + b"\nUntil ____.\n"
    )
    drafting.register_document(
        world.as_("author"), lambda: of_procedure(read_procedure(main, {"en": english}, {}))
    )
    with pytest.raises(Invalid, match="DC-36") as refused:
        drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    at = english.splitlines().index(b"Until ____.") + 1
    assert list(refused.value.problems) == [f"en: line {at}"]


@pytest.mark.regulation("Q9-09", "MD-03")
@pytest.mark.rule("DC-69")
def test_a_submission_without_a_written_request_is_refused(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    with pytest.raises(Invalid, match="reason"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="  ")


def test_role_is_asked_before_content_and_state(world: World) -> None:
    def broken() -> object:
        raise Invalid("no file can be read here")

    with pytest.raises(Forbidden):
        drafting.register_document(world.as_("staff"), broken)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        drafting.save_draft(world.as_("staff"), NUMBER, broken)  # type: ignore[arg-type]
    submitted(world)
    with pytest.raises(Forbidden):
        issuing.issue_revision(world.as_("staff"), NUMBER)
    with pytest.raises(WrongState):
        drafting.save_draft(world.as_("author"), NUMBER, broken)  # type: ignore[arg-type]


def test_a_template_lives_the_same_life_as_a_procedure(world: World) -> None:
    issue(world, procedure())
    issue(world, template())
    main = str(world.site.library.ref("refs/heads/main"))
    assert world.site.library.file(main, "templates/LX-R-101.yaml") == template().content.raw


@pytest.mark.regulation("Q9-02", "MD-05")
@pytest.mark.rule("DC-16")
def test_a_number_with_blanks_and_a_slash_is_one_document_however_it_is_typed(world: World) -> None:
    issue(world, procedure("DF / ZY-GL 006"))
    session = world.as_("auditor").session
    stored = session.scalars(select(Document.number)).one()
    assert stored == "DF/ZY-GL 006"
    assert find.document(session, "df/zy-gl006").file_name == "DF_2FZY-GL_20006"
