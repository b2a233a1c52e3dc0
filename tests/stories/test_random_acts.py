"""Random sequences of acts by random people on one document, its copies and a record, on both databases.

Whatever is tried, and in whatever order: a refusal changes nothing, never two revisions are in force, copies
balance, numbers and labels never return, and the ledger played again is the tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door import accounts
from docctl.errors import DocctlError
from docctl.ledger import journal
from docctl.ledger.replay import Replay
from docctl.ledger.state import compare_rows
from docctl.models.copies import Copy
from docctl.models.documents import Revision, Signature, Submission
from docctl.models.guards import controlled_tables
from docctl.queries.copies.changes import UNSEEN
from docctl.queries.copies.register import copy_reconcile
from docctl.queries.desk.copies import WANTED
from docctl.queries.documents.listing import NAMES, UNISSUED
from docctl.queries.documents.reviews import TO_COME
from docctl.queries.documents.under_way import KEPT
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts, Status, status_on
from docctl.standing import facts, find, signers
from docctl.usecases.copies import disposing, handing, lending
from docctl.usecases.documents import approving, drafting, issuing, rerouting
from docctl.usecases.people import delegating
from docctl.usecases.records import opening, recording, sealing
from tests.support.sites import PEOPLE, World, issue, procedure, template
from tests.support.vouching import destroy

# All that a refused act may leave behind, beside its own name with `.refused`.
REFUSALS = {"attempts.counted"}

SEQUENCES = int(os.environ.get("DOCCTL_SEQUENCES", "30"))
"""More where somebody has the time; the acceptance asks for 1,000."""

# Mostly the person whose act it is, so that sequences get somewhere; sometimes anybody.
ANYBODY = st.sampled_from([None] * 9 + [*PEOPLE, "admin"])


@dataclass
class Desk:
    """One document in the making, and what a model remembers of it."""

    world: World
    number: str
    texts: int = 0
    copies: dict[str, str] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    record: str | None = None
    delegations: list[str] = field(default_factory=list)

    def who(self, usual: str, other: str | None) -> str:
        return other or usual


Move = Callable[[Desk, str | None, int], object]


def save(desk: Desk, other: str | None, n: int) -> object:
    desk.texts += 1
    text = procedure(desk.number, extra=f"第{desk.texts}稿。")
    return drafting.save_draft(desk.world.as_(other or "author"), desk.number, lambda: text)


def submit(desk: Desk, other: str | None, n: int) -> object:
    return drafting.submit_revision(desk.world.as_(other or "author"), desk.number, reason="修订")


def sign(desk: Desk, other: str | None, n: int) -> object:
    return approving.sign_revision(desk.world.as_(other or "rep"), desk.number)


def sign_as_asked(desk: Desk, other: str | None, n: int) -> object:
    """Whoever is asked now, by their own post or for somebody else."""
    ctx = desk.world.as_("auditor")
    ctx.session.rollback()
    document = find.document(ctx.session, desk.number)
    newest = find.newest_revision(ctx.session, document)
    asked = signers.waiting_for(ctx.session, document, newest, ctx.now(), ctx.today())
    return approving.sign_revision(
        desk.world.as_(other or (asked or ["rep"])[n % max(len(asked), 1)]), desk.number
    )


def reroute(desk: Desk, other: str | None, n: int) -> object:
    """One more signs, it goes back to a step, or a step is handed over."""
    post = ["manager-in-charge", "general-manager", "quality", "countersign:administration+quality"][n % 4]
    holder = {"manager-in-charge": "manager", "general-manager": "gm"}.get(post, "quality-head")
    acts: list[Callable[[], object]] = [
        lambda: rerouting.add_signer_revision(
            desk.world.as_(other or "author"), desk.number, step=post, reason="再看"
        ),
        lambda: rerouting.send_back_revision(
            desk.world.as_(other or "rep"), desk.number, step=n % 3 + 1, reason="退回"
        ),
        lambda: rerouting.hand_over_revision(
            desk.world.as_(other or holder),
            desk.number,
            to=["gm", "manager", "rep", "author"][n % 4],
            reason="转办",
        ),
    ]
    return acts[n % len(acts)]()


def away(desk: Desk, other: str | None, n: int) -> object:
    """Somebody names a delegate for some days, or a delegation ends."""
    world = desk.world
    if n % 3 == 0 and desk.delegations:
        return delegating.end_delegation(world.as_("controller"), desk.delegations.pop())
    today = world.as_("controller").today()
    made = delegating.add_delegation(
        world.as_(other or ["rep", "gm", "manager"][n % 3]),
        ["staff", "author", "manager", "verifier2"][n % 4],
        first=today,
        last=today + timedelta(days=n % 4),
        reason="出差",
    )
    desk.delegations.append(made.number)
    return made


def lend(desk: Desk, other: str | None, n: int) -> object:
    if not desk.copies:
        return None
    ctx, copy = desk.world.as_(other or "controller"), sorted(desk.copies)[n % len(desk.copies)]
    if n % 2:
        return lending.take_back_copy(ctx, copy)
    approved = accounts.taken_at_their_word(desk.world.site, "head")
    due = ctx.today() + timedelta(days=n % 5)
    return lending.lend_copy(ctx, copy, borrower="staff2", due=due, reason="查阅", approved_by=approved)


def reject(desk: Desk, other: str | None, n: int) -> object:
    return approving.reject_revision(desk.world.as_(other or "rep"), desk.number, reason="不清楚")


def retract(desk: Desk, other: str | None, n: int) -> object:
    return approving.retract_revision(desk.world.as_(other or "author"), desk.number, reason="再改")


def discard(desk: Desk, other: str | None, n: int) -> object:
    return drafting.discard_draft(desk.world.as_(other or "author"), desk.number)


def put_in_force(desk: Desk, other: str | None, n: int) -> object:
    day = desk.world.as_("controller").today() + timedelta(days=n % 5 - 1)
    return issuing.issue_revision(desk.world.as_(other or "controller"), desk.number, effective=day)


def cancel(desk: Desk, other: str | None, n: int) -> object:
    return issuing.cancel_revision(desk.world.as_(other or "controller"), desk.number, reason="暂缓")


def withdraw(desk: Desk, other: str | None, n: int) -> object:
    if n % 4:
        return None
    return issuing.withdraw_document(desk.world.as_(other or "controller"), desk.number, reason="停用")


def hand_out(desk: Desk, other: str | None, n: int) -> object:
    holders = ["sales", "staff", "quality"][: n % 3 + 1]
    return handing.issue_copies(desk.world.as_(other or "controller"), desk.number, holders=holders)


def on_a_copy(desk: Desk, other: str | None, n: int) -> object:
    if not desk.copies:
        return None
    ctx, copy = desk.world.as_(other or "controller"), sorted(desk.copies)[n % len(desk.copies)]
    acts: list[Callable[[], object]] = [
        lambda: handing.acknowledge_copy(ctx, copy),
        lambda: handing.recall_copy(ctx, copy, reason="核对"),
        lambda: handing.return_copy(ctx, copy),
        lambda: disposing.keep_copy(ctx, copy, reason="留作参考"),
        lambda: destroy(ctx, copy, approved_by="rep", witnesses=["staff", "staff2"]),
        lambda: disposing.replace_copy(ctx, copy, reason="破损"),
        lambda: disposing.lose_copy(ctx, copy, reason="丢失", responsible="staff", consequence="无"),
    ]
    return acts[n % len(acts)]()


def on_a_record(desk: Desk, other: str | None, n: int) -> object:
    world = desk.world
    if desk.record is None:
        desk.record = opening.open_record(world.as_(other or "staff"), "LX-R-101").number
        return None
    number = desk.record
    filled = {"reported_at": f"2026-03-02T0{n % 9}:00", "customer": "甲公司"}
    solved = {"answered_at": "2026-03-02T12:00", "satisfied": "true" if n % 2 else "false"}
    acts: list[Callable[[], object]] = [
        lambda: recording.fill_record(world.as_(other or "staff"), number, filled),
        lambda: recording.sign_record(world.as_(other or "staff"), number),
        lambda: recording.fill_record(world.as_(other or "staff2"), number, solved),
        lambda: recording.sign_record(world.as_(other or "staff2"), number),
        lambda: recording.correct_record(
            world.as_(other or "staff"), number, "customer", "乙公司", reason="写错"
        ),
        lambda: sealing.complete_record(world.as_(other or "staff2"), number),
        lambda: sealing.verify_record(world.as_(other or "verifier"), number),
        lambda: sealing.close_record(world.as_(other or "controller"), number),
    ]
    return acts[n % len(acts)]()


def a_day_passes(desk: Desk, other: str | None, n: int) -> object:
    desk.world.clock.advance(days=n % 3)
    return None


MOVES: list[Move] = [
    save, submit, sign, sign, sign_as_asked, sign_as_asked, reroute, reroute, put_in_force, put_in_force,
    reject, retract, discard, cancel, withdraw, away, hand_out, on_a_copy, on_a_copy, on_a_copy, lend,
    on_a_record, on_a_record, a_day_passes,
]  # fmt: skip

EVERYTHING_FOLLOWED = (UNSEEN, WANTED, NAMES, UNISSUED, TO_COME, KEPT)
FOLLOWED_EVERY = 4
"""Of so many moves one is looked at so; the next look sees all that was done since the last."""

WALK: list[Move] = [submit, sign, put_in_force]
"""What gets a draft into force, so that many sequences have copies to play with."""

SEQUENCE = st.lists(st.tuples(st.sampled_from(MOVES), ANYBODY, st.integers(0, 60)), min_size=4, max_size=14)


@pytest.mark.regulation("P11-10e1", "P11-10f", "A11-16")
@pytest.mark.long
@pytest.mark.timeout(1200)  # forty sequences, perhaps on a machine that has other things to do
@pytest.mark.rule("DC-53")
@pytest.mark.rule("DC-56")
def test_no_sequence_of_acts_breaks_what_must_always_hold(world: World) -> None:
    issue(world, procedure())
    issue(world, template())
    replay, numbers = Replay(origin=world.site.settings.origin), count(1)

    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        phases=[Phase.generate],  # the site goes on from example to example, so that none can be shrunk
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(SEQUENCE, st.booleans())
    def play(moves: list[tuple[Move, str | None, int]], walk: bool) -> None:
        n = next(numbers)
        desk = Desk(world, f"CASC/CX {n // 100:02d}.{n % 100:02d}-2026")
        drafting.register_document(world.as_("author"), lambda: procedure(desk.number))
        for move, other, seed in [*((m, None, 1) for m in WALK if walk), *moves]:
            before = events(world)
            try:
                move(desk, other, seed)
            except DocctlError:
                assert all(act in REFUSALS or act.endswith(".refused") for act in acts_after(world, before))
            holds(desk)
            if seed % FOLLOWED_EVERY == 0:
                followed(desk)
        replayed(world, replay, rows=n % 20 == 1)

    play()
    replayed(world, replay, rows=True)


def acts_after(world: World, seq: int) -> list[str]:
    with world.site.reading() as session:
        return [entry.event["act"] for entry in journal.events(session.connection(), seq)]


def events(world: World) -> int:
    with world.site.reading() as session:
        return journal.head(session.connection()).seq


def holds(desk: Desk) -> None:
    """The invariants of one document, read anew from the tables."""
    ctx = desk.world.as_("auditor")
    ctx.session.rollback()
    document = find.document(ctx.session, desk.number)
    known = find.revisions(ctx.session, document.id)
    one_in_force(ctx.today(), facts.revisions(known), facts.document(document))
    for revised in known:
        assert desk.labels.setdefault(revised.label, revised.id) == revised.id or not used(revised)
    balance = copy_reconcile(ctx, desk.number)
    assert balance["balanced"], balance
    rows = ctx.session.scalars(
        select(Copy).where(Copy.document_id == document.id).order_by(Copy.running)
    ).all()
    assert [c.running for c in rows] == list(range(1, len(rows) + 1))
    for copy in rows:
        assert desk.copies.setdefault(copy.number, str(copy.id)) == str(copy.id)
    assert len(rows) >= len(desk.copies)
    signed_by_others(ctx.session, known)


def signed_by_others(session: Session, known: Sequence[Revision]) -> None:
    """Nobody signs twice or for two, no author but as the author, no delegate for an author; none is left out."""
    for revised in known:
        rows = session.execute(
            select(Submission, Signature)
            .join(Signature, Signature.submission_id == Submission.id)
            .where(Submission.revision_id == revised.id, Signature.voided_at.is_(None))
        ).all()
        given: dict[int, list[Signature]] = {}
        for handed_in, signature in rows:
            given.setdefault(handed_in.id, []).append(signature)
        for signatures in given.values():
            people = [p for s in signatures for p in (s.person_id, s.for_id) if p is not None]
            assert len(people) == len(set(people))
            later = {p for s in signatures if s.step for p in (s.person_id, s.for_id)}
            assert not later & set(revised.contributors)
        if revised.issued_at is not None:
            (newest,) = [h for h in {h.id: h for h, _ in rows}.values() if h.number == revised.submission]
            asked = [(n, who) for n, step in enumerate(newest.chain) for who in step["who"]]
            assert len(given[newest.id]) == len(asked)


def followed(desk: Desk) -> None:
    """What is worked out anew for touched rows alone is what one would work out from all of them."""
    ctx = desk.world.as_("auditor")
    ctx.session.rollback()
    for one in EVERYTHING_FOLLOWED:
        kept, whole = one.now(ctx), one.make(ctx, None)
        assert {key: str(answer) for key, answer in kept.items()} == {k: str(a) for k, a in whole.items()}


def used(revised: Revision) -> bool:
    return revised.issued_at is not None


def one_in_force(today: date, known: list[RevisionFacts], of: DocumentFacts) -> None:
    for days in range(-3, 6):
        day = today + timedelta(days=days)
        effective = [r for r in known if status_on(r, known, day, document=of) is Status.EFFECTIVE]
        assert len(effective) <= 1


def replayed(world: World, replay: Replay, *, rows: bool) -> None:
    """The new events go on from where the last look ended; with `rows` every table is compared cell by cell."""
    with world.site.reading() as session:
        connection = session.connection()
        replay.run(journal.events(connection, replay.head.seq if replay.head else 0))
        assert replay.findings == []
        if rows:
            live = (
                (t.name, int(row["id"]), dict(row))
                for t in controlled_tables()
                for row in world.site.images.all(connection, t.name)
            )
            assert list(compare_rows(replay.state, live)) == []
