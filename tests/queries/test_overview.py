"""The figures of the start page: few statements, and the same answer as the rules give."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from docctl.door import transaction
from docctl.queries.desk.overview import events_since_checkpoint, overview
from docctl.queries.documents.master_list import document_list
from docctl.usecases.copies import handing
from docctl.usecases.documents import issuing
from docctl.usecases.records import opening, sealing
from tests.support.sites import MONDAY, World, issue, procedure, template

TODAY = MONDAY.date()


def statements(world: World, day: date) -> int:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(world.site.readers, "before_cursor_execute", note)
    overview(world.site, day)
    event.remove(world.site.readers, "before_cursor_execute", note)
    return len(said)


def test_the_number_of_statements_does_not_grow_with_the_library(world: World) -> None:
    statements(world, TODAY)  # a first connection has questions of its own
    empty = statements(world, TODAY)
    for number in ("LX-CX-2019-101", "LX-CX-2019-102", "LX-CX-2019-103"):
        issue(world, procedure(number))
    assert statements(world, TODAY) == empty == 3


LEFT_OUT = {"under_way", "class", "class_title", "class_title_en", "keeper", "controlled"}


def test_what_is_in_force_is_what_the_master_list_says_on_every_day(world: World) -> None:
    controller = world.as_("controller")
    issue(world, procedure("LX-CX-2019-101"))
    issue(world, procedure("LX-CX-2019-102"), effective=date(2026, 3, 5))
    issue(world, procedure("LX-CX-2019-103"))
    issue(world, procedure("LX-CX-2019-104"), effective=date(2026, 3, 20))
    issuing.cancel_revision(controller, "LX-CX-2019-104", reason="延期")
    issue(world, procedure("LX-CX-2019-101", extra="修改。"), effective=date(2026, 3, 6), save=True)
    for day in (2, 3, 5, 6, 25):
        world.clock.go_to(date(2026, 3, day))
        if day == 3:
            issuing.withdraw_document(controller, "LX-CX-2019-103", reason="不再适用")
        today = date(2026, 3, day)
        seen = overview(world.site, today)
        listed = [line for line in document_list(controller) if line["status"] != "cancelled"]
        # What is under way is no business of those who look without an account; they see no card either.
        for here, there in zip(seen.documents, listed, strict=True):
            assert here == {key: there[key] for key in here}
            assert there.keys() - here.keys() == LEFT_OUT
        assert seen.in_force == sum(line["status"] == "effective" for line in listed)
        assert (seen.listed, seen.pages) == (3, 1)


def test_a_copy_counts_as_recalled_from_the_day_of_its_recall_until_it_is_back(world: World) -> None:
    controller = world.as_("controller")
    issue(world, procedure())
    handing.issue_copies(controller, "LX-CX-2019-101", holders=["staff", "sales", "quality"])
    issue(world, procedure(extra="修改。"), effective=date(2026, 3, 5), save=True)
    counts = []
    for day in (2, 4, 5):
        seen = overview(world.site, date(2026, 3, day))
        counts.append((seen.copies_out, seen.copies_recalled))
    assert counts == [(3, 0), (3, 0), (3, 3)]
    world.clock.go_to(date(2026, 3, 5))
    handing.return_copy(controller, "LX-CX-2019-101#002")
    seen = overview(world.site, date(2026, 3, 5))
    assert (seen.copies_out, seen.copies_recalled) == (2, 2)


def test_a_record_is_open_until_it_is_closed_or_void(world: World) -> None:
    issue(world, procedure())
    issue(world, template())
    opened = opening.open_record(world.as_("staff"), "LX-R-101")
    assert overview(world.site, TODAY).records_open == 1
    sealing.void_record(world.as_("controller"), opened.number, reason="误开")
    assert overview(world.site, TODAY).records_open == 0


def test_events_that_no_checkpoint_covers_are_counted(world: World) -> None:
    transaction.make_checkpoint(world.site, world.clock())
    assert events_since_checkpoint(world.site) == 0
    issue(world, procedure())
    covered = events_since_checkpoint(world.site)
    handing.issue_copies(world.as_("controller"), "LX-CX-2019-101", holders=["staff"])
    assert events_since_checkpoint(world.site) == covered + 1
    transaction.make_checkpoint(world.site, world.clock(), commit=False)
    assert events_since_checkpoint(world.site) == covered + 1
    transaction.make_checkpoint(world.site, world.clock())
    assert events_since_checkpoint(world.site) == 0
