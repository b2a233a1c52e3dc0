"""A story in which every use case that takes a key is asked for once, each request with all its arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from inspect import signature
from typing import Any

from docctl.door.accounts import Proved
from docctl.rules.documents.change_rows import Row
from docctl.rules.documents.reviews import Verdict
from docctl.rules.records.giving import Meaning
from docctl.store.material import of_procedure, of_template
from docctl.store.source import Procedure, read_procedure
from docctl.store.template import Template, read_template
from docctl.usecases.copies import (
    disposing,
    distributing,
    handing,
    lending,
    noticing,
    outside,
    requesting,
    shelving,
)
from docctl.usecases.documents import (
    approving,
    chaining,
    changing,
    commenting,
    drafting,
    issuing,
    rerouting,
    reviewing,
    taking_over,
    trying,
    urging,
)
from docctl.usecases.documents import moving as moving_documents
from docctl.usecases.people import accounts, delegating, factors, granting, noting
from docctl.usecases.people import moving as moving_people
from docctl.usecases.readings import reading
from docctl.usecases.records import (
    attaching,
    destroying,
    filling,
    giving,
    holding,
    opening,
    recording,
    sealing,
)
from docctl.usecases.records import disposing as record_ends
from docctl.usecases.site import checkpointing, clock, configuring, rebuilding
from docctl.usecases.site.confirming import confirm_site
from tests.house.trees import ROOT
from tests.support import on_paper
from tests.support.disposals import UNDATED, undated_form, void_record
from tests.support.phones import PAPER, SECRET, Phone, with_phone
from tests.support.record_files import SCAN
from tests.support.sites import World, issue, procedure, template

N, TRIED, FORM = "LX-CX-2019-101", "LX-CX-2019-109", "LX-R-101"
RECORD = f"{FORM}-2026-0001"
UNDATED_ONE = f"{UNDATED}-2026-0001"


@dataclass(frozen=True)
class Step:
    """Somebody's request: all arguments of the use case, those with defaults too."""

    login: str
    usecase: Callable[..., Any]
    arguments: Callable[[], dict[str, Any]]


def step(login: str, usecase: Callable[..., Any], *given: Any, **named: Any) -> Step:
    def arguments() -> dict[str, Any]:
        bound = signature(usecase).bind(None, *given, **named)
        bound.apply_defaults()
        _, *names = bound.arguments
        # A list that a use case fills is a new one each time.
        return {n: list(v) if isinstance(v := bound.arguments[n], list) else v for n in names}

    return Step(login, usecase, arguments)


def later(world: World) -> None:
    """Not in the story: a second revision, whose day is still to come, and a form with copies of its procedure."""
    issue(world, procedure(extra="改。"), effective=date(2026, 5, 1), save=True)


def form(world: World) -> None:
    issue(world, template())


def tried(world: World) -> None:
    text = procedure(TRIED)
    assert isinstance(text.content, Procedure)
    head = text.content.raw.replace(b"\n---\n", b"\ntrial: 2026-06-30\n---\n", 1)
    issue(world, of_procedure(read_procedure(head, {}, {})))


def changed(world: World) -> None:
    drafting.save_draft(world.as_("author"), N, lambda: procedure(extra="改短。"))


CODES: list[str] = []


def shown(world: World) -> None:
    """Somebody looks at their phone: the code of the minute that the next request is made in."""
    CODES.append(Phone(world).code(steps=2))


def lost(world: World) -> None:
    with_phone(world, "auditor")


def due_each_month(world: World) -> None:
    of = template().content
    assert isinstance(of, Template)
    issue(world, of_template(read_template(of.raw + b"recurs: {every: month}\n")), save=True)


def second_record(world: World) -> None:
    opening.open_record(world.as_("staff"), FORM)


ROWS = [Row("5.2.1", "24", "12")]
REPORTED = {"reported_at": "2026-03-02T09:30:00+08:00", "customer": "某厂"}
SOLVED = {"answered_at": "2026-03-02T09:40:00+08:00", "satisfied": "true"}
STORY: Sequence[Step | Callable[[World], object]] = [
    step("admin", accounts.add_user, "new", name="新", department="sales", roles=["staff"], password="a" * 9),
    step("admin", accounts.set_user_password, "new", "b" * 9),
    step("admin", accounts.change_user_roles, "new", grant=["verifier"], revoke=["staff"]),
    step("admin", accounts.lock_user, "new", reason="离职"),
    step("admin", moving_people.change_user, "new", department="quality", reason="调动"),
    step("controller", configuring.configure_site, (ROOT / "docctl" / "site.yaml").read_bytes()),
    step("admin", accounts.change_user_roles, "gm", grant=["verifier"], revoke=[]),
    step("controller", granting.confirm_user_roles, "gm"),
    step("gm", noting.note_user),
    step(
        "rep",
        delegating.add_delegation,
        "verifier2",
        first=date(2026, 3, 2),
        last=date(2026, 3, 20),
        reason="出差",
        roles=["management-representative"],
        absent=None,
    ),
    step("admin", delegating.confirm_delegation, "1"),
    step("controller", delegating.end_delegation, "1"),
    step(
        "controller",
        delegating.add_delegation,
        "verifier2",
        first=date(2026, 3, 2),
        last=date(2026, 3, 20),
        reason="住院",
        roles=[],
        absent="gm",
    ),
    step("admin", delegating.refuse_delegation, "2", reason="不需要"),
    step("admin", accounts.change_user_roles, "head", grant=["verifier"], revoke=[]),
    step("controller", granting.refuse_user_roles, "head", reason="不需要"),
    shown,
    Step("verifier2", factors.enrol_factor, lambda: {"secret": SECRET, "code": CODES[-1], "recovery": PAPER}),
    step("verifier2", factors.drop_factor, PAPER[0]),
    lost,
    step("admin", factors.reset_factor, "auditor", reason="手机丢失"),
    step("admin", checkpointing._record, []),
    step("author", drafting.register_document, procedure),
    step("author", drafting.discard_draft, N),
    step("author", drafting.save_draft, N, procedure),
    step("author", drafting.submit_revision, N, reason="首次"),
    step("author", urging.urge_revision, N),
    step("rep", commenting.add_comment, N, "太笼统", clause=""),
    step("head", commenting.refuse_comment, N, 1, reason="与国标一致"),
    step("rep", commenting.add_comment, N, "太长", clause="1"),
    step("rep", approving.reject_revision, N, reason="不清楚"),
    changed,
    step("author", commenting.adopt_comment, N, 2, changed="改短"),
    step("author", drafting.submit_revision, N, reason="再次"),
    step("author", approving.retract_revision, N, reason="还要改"),
    step("author", drafting.submit_revision, N, reason="三次"),
    step("author", rerouting.add_signer_revision, N, step="manager-in-charge", reason="多看", before=2),
    step("manager", rerouting.hand_over_revision, N, to="gm", reason="不熟悉"),
    step("gm", approving.sign_revision, N),
    step("rep", rerouting.send_back_revision, N, step=2, reason="再看"),
    step("manager", approving.sign_revision, N),
    step("rep", approving.sign_revision, N),
    step("controller", issuing.issue_revision, N),
    step("controller", taking_over.take_over_document, lambda: on_paper.PAPER, reason="接收"),
    step("head", approving.sign_revision, on_paper.NUMBER),
    step("controller", issuing.issue_revision, on_paper.NUMBER),
    step("controller", on_paper.take_over_copies, on_paper.NUMBER, held=[on_paper.HELD], reason="接收"),
    step("controller", handing.issue_copies, N, holders=["staff", "sales", "quality", "technical"]),
    step("staff", handing.acknowledge_copy, f"{N}#001"),
    step("controller", handing.recall_copy, f"{N}#001", reason="查对"),
    step("controller", handing.return_copy, f"{N}#001"),
    step("controller", disposing.keep_copy, f"{N}#001", reason="参考"),
    step("controller", disposing.replace_copy, f"{N}#002", reason="破损"),
    step(
        "controller",
        disposing._lose_copy,
        f"{N}#003",
        reason="丢失",
        responsible="staff",
        consequence="无",
        noticed=None,
    ),
    step("controller", handing.return_copy, f"{N}#004"),
    step(
        "controller",
        disposing.destroy_copy,
        f"{N}#004",
        approved_by=Proved(1, "gm"),
        witnesses=[Proved(2, "staff"), Proved(3, "staff2")],
    ),
    step("controller", outside.add_outsider, company="海天公司", name="王", contact="1"),
    step("controller", outside.change_outsider, "@1", company=None, name="李", contact="2"),
    step("controller", handing.issue_copies, N, holders=["gm", "@1"]),
    step("controller", lending.place_copy, f"{N}#006", place="档案室"),
    step("gm", handing.acknowledge_copy, f"{N}#006"),
    step(
        "controller",
        lending.lend_copy,
        f"{N}#006",
        borrower="staff2",
        due=date(2026, 6, 1),
        reason="查阅",
        approved_by=Proved(1, "head"),
    ),
    step("controller", shelving.check_shelf, "gm", scans=[f"{N}#006", "x"], place="", remark="年检"),
    step("controller", lending.take_back_copy, f"{N}#006"),
    step("controller", handing.return_copy, f"{N}#007"),
    step("controller", outside.erase_outsider, "@1", reason="应对方要求"),
    step("controller", noticing.take_notice),
    step("controller", reviewing.review_document, N, verdict=Verdict.KEEP, evidence="查阅了记录"),
    step("controller", confirm_site, "regulation", reason="与 3.2 一致"),
    tried,
    step("rep", trying.prolong_revision, TRIED, until=date(2026, 9, 30), reason="再试"),
    step("head", distributing.change_distribution, N, add=["sales"], file=["finance"], strike=[]),
    step("staff2", requesting.add_request, N, reason="现场要用"),
    step("head", requesting.approve_request, "1"),
    step("verifier", requesting.add_request, N, reason="对照"),
    step("head", requesting.refuse_request, "2", reason="不涉及"),
    step("staff", changing.apply_change, N, kind="minor", reason="太慢", rows=ROWS, executor="author"),
    step("controller", changing.assign_change, "1", reason="代批", approver="quality", executor=None),
    step("quality-head", changing.study_change, "1"),
    step("quality-head", changing.sign_change, "1"),
    step("staff", changing.note_change, "1"),
    step("staff", changing.withdraw_change, "1", reason="不改了"),
    step("staff", changing.apply_change, N, kind="major", reason="改", rows=ROWS, executor="author"),
    step("rep", changing.refuse_change, "2", reason="无必要"),
    step("controller", reading.call_reading, N, concerned=["sales"], due=date(2026, 6, 1)),
    step("staff", reading.confirm_reading, N),
    later,
    step("controller", issuing.cancel_revision, N, reason="不发了"),
    form,
    step("staff", opening.open_record, FORM),
    step("staff", recording.fill_record, RECORD, REPORTED),
    step("staff", recording.sign_record, RECORD),
    step("staff", recording.correct_record, RECORD, "customer", "另一厂", reason="写错"),
    step("staff", attaching.attach_record, RECORD, lambda: SCAN),
    step("controller", attaching.vouch_record, RECORD, 1),
    step("staff", attaching.strike_record, RECORD, 1, reason="别的单子"),
    step("staff2", recording.fill_record, RECORD, SOLVED),
    step("staff2", recording.sign_record, RECORD),
    step("staff", sealing.complete_record, RECORD),
    step("verifier", sealing.send_back_record, RECORD, reason="再看"),
    step("staff", recording.sign_record, RECORD),
    step("staff2", recording.sign_record, RECORD),
    step("staff", sealing.complete_record, RECORD),
    step("verifier", sealing.verify_record, RECORD),
    step("controller", sealing.close_record, RECORD),
    step("controller", giving.give_record, RECORD, receiver="sales", meaning=Meaning.PERMIT),
    second_record,
    step("controller", sealing.void_record, f"{FORM}-2026-0002", reason="开错", by=RECORD),
    undated_form,
    void_record,
    step("rep", holding.hold_record, UNDATED_ONE, reason="索赔"),
    step("controller", holding.release_record, UNDATED_ONE, reason="结案"),
    step("controller", record_ends.propose_disposal, [UNDATED_ONE], reason="期满"),
    step("controller", record_ends.refuse_disposal, "1", reason="再等"),
    step("controller", record_ends.propose_disposal, [UNDATED_ONE], reason="期满"),
    step("rep", record_ends.approve_disposal, "2"),
    step("controller", destroying.destroy_disposal, "2"),
    step("staff2", destroying.witness_disposal, "2"),
    due_each_month,
    step("controller", filling.excuse_duty, FORM, day=date(2026, 3, 2), reason="停产"),
    step("controller", moving_documents.move_document, N, department="quality", reason="改组"),
    step(
        "controller",
        chaining.change_chain,
        N,
        chain="author,countersign:quality+administration,management-representative",
        reason="须会签",
    ),
    step("controller", issuing.withdraw_document, N, reason="不用了"),
    step("admin", clock.set_clock_site, reason="停产一年"),
    step("admin", rebuilding.rotate_key),
]
