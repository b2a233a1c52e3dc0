"""What paper costs: stamping one copy beside laying out its document, and a run of five hundred copies."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import pytest

from benchmarks.rounds import ratio, side_by_side
from docctl.render import pdf, printed, renderer, stamp
from docctl.render.marks import Controlled
from docctl.render.pdf import Job
from tests.support.paper import DAY, NUMBER, URL_OF_A_COPY, base_pdf, sheet
from tests.support.sites import World

COPIES = 500
ROUNDS = 5
STAMPS = 50
GOAL_OF_STAMPING = 100
GOAL_OF_THE_BASE = 4
GOAL_OF_A_COPY = 3_000


def mark(n: int) -> Controlled:
    """One of many copies, each with its own number, holder and code."""
    return Controlled(
        f"{NUMBER}#{n:03}", f"售后服务部 After-sales {n % 9}", "2026-03-02", f"{URL_OF_A_COPY}{n:05}"
    )


# WeasyPrint leaves its colour profile open; its own process ends a moment later.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_stamping_beside_laying_out_again(paper_world: World, figure: Callable[..., None]) -> None:
    """The real procedure. Laid out in this process, warm, which spares it the start of its own process."""
    base = base_pdf(paper_world, NUMBER)
    job = Job(printed.to_html(sheet()), DAY, {})
    pdf.lay_out(job)
    stamp.stamp(base, mark(0))
    count = iter(range(1, 100_000))

    def some() -> None:
        for _ in range(STAMPS):
            stamp.stamp(base, mark(next(count)))

    stamps, layouts, processes = side_by_side(
        some, lambda: pdf.lay_out(job), lambda: renderer.render(job), rounds=ROUNDS
    )
    stamped, one, whole = (median(times) * 1e3 for times in (stamps, layouts, processes))
    warm, cold = (ratio(times, stamps) * STAMPS for times in (layouts, processes))
    figure(
        "stamping a copy of 16 pages beside laying out one of 5 pages",
        f"{warm:.0f} times faster than in a warm process, {cold:.0f} times than in one of its own"
        f" ({stamped / STAMPS:.1f}, {one:.0f}, {whole:.0f} ms)",
        f">= {GOAL_OF_STAMPING}",
    )
    assert warm >= GOAL_OF_STAMPING


def test_a_run_of_five_hundred_copies(paper_world: World, figure: Callable[..., None]) -> None:
    """All in one file that shares the pages of its base."""
    base = base_pdf(paper_world, NUMBER)
    copies = [mark(n) for n in range(1, COPIES + 1)]
    made: list[bytes] = []
    [times] = side_by_side(lambda: made.append(stamp.print_run(base, copies)), rounds=3)
    size, most = len(made[0]), GOAL_OF_THE_BASE * len(base) + GOAL_OF_A_COPY * COPIES
    figure(
        f"a print run of {COPIES} copies",
        f"{size / len(base):.1f} times the base of {len(base) / 1e3:.0f} kB, {median(times):.1f} s",
        f"<= {GOAL_OF_THE_BASE} times the base and 3 kB a copy ({most / len(base):.1f} times)",
    )
    assert size <= most


def test_the_same_copy_is_the_same_run(paper_world: World) -> None:
    """A run that differed from one day to the next could not be compared with anything."""
    base = base_pdf(paper_world, NUMBER)
    assert stamp.print_run(base, [mark(1)]) == stamp.print_run(base, [mark(1)])
