"""Writers in several processes: how long the unluckiest waits, and what the waiting costs all together."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from docctl.usecases.copies import handing
from tests.support.crash import by_the_real_clock, start
from tests.support.sites import World, issue, procedure

WRITERS, ACTS, ROUNDS, WARM = 8, 480, 3, 5
LEAST_SHARE = 0.8
LONGEST_WAIT = 0.5


def test_eight_processes_beside_one(
    world: World, tmp_path: Path, figure: Callable[[str, str, str], None]
) -> None:
    """The same number of acts by one process and by eight, in turns; each process has made some before."""
    numbers = iter(copies(world, (2 * ACTS + (WRITERS + 1) * WARM) * ROUNDS))
    by_the_real_clock(world)
    alone, together = list[list[float]](), list[list[float]]()
    shares = []
    for n in range(ROUNDS):
        rates = {}
        for writers, found in ((1, alone), (WRITERS, together))[:: 1 if n % 2 else -1]:
            parts = [list(islice(numbers, ACTS // writers + WARM)) for _ in range(writers)]
            waits, seconds = written(world, parts, tmp_path / f"{n}-{writers}")
            found.append(waits)
            rates[writers] = ACTS / seconds
        shares.append(rates[WRITERS] / rates[1])
    dialect, worst = world.site.engine.dialect.name, max(max(waits) for waits in together)
    figure(
        f"{WRITERS} writers in {WRITERS} processes on {dialect}",
        f"{median(shares):.2f} of the acts of one, the longest took {worst * 1e3:.0f} ms"
        f" (in the median {median(map(median, together)) * 1e3:.0f}; alone"
        f" {median(map(median, alone)) * 1e3:.1f}, longest {max(map(max, alone)) * 1e3:.0f})",
        f">= {LEAST_SHARE}, <= {LONGEST_WAIT * 1e3:.0f} ms",
    )
    assert median(shares) >= LEAST_SHARE
    assert worst <= LONGEST_WAIT


def copies(world: World, many: int) -> list[str]:
    """So many copies that nobody has acknowledged yet."""
    number = issue(world, procedure())
    issued = handing.issue_copies(world.as_("controller"), number, holders=["staff"] * many)
    return [copy.number for copy in issued]


def written(world: World, parts: Sequence[Sequence[str]], folder: Path) -> tuple[list[float], float]:
    """How long each act took, and all together, when a process writes each part."""
    folder.mkdir()
    gate, opened = os.pipe()

    def write(n: int, again: World) -> None:
        for number in parts[n][:WARM]:
            handing.acknowledge_copy(again.as_("staff"), number)
        (folder / f"{n}.ready").touch()
        os.read(gate, 1)
        taken = []
        for number in parts[n][WARM:]:
            began = time.perf_counter()
            handing.acknowledge_copy(again.as_("staff"), number)
            taken.append(time.perf_counter() - began)
        (folder / f"{n}.json").write_text(json.dumps([taken, time.monotonic()]), "utf-8")

    world.close()
    children = [start(world, partial(write, n)) for n in range(len(parts))]
    while len(list(folder.glob("*.ready"))) < len(parts):
        time.sleep(0.01)
    began = time.monotonic()
    os.write(opened, b"." * len(parts))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(parts)
    world.reopen()
    found = [json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")]
    return [t for taken, _ in found for t in taken], max(end for _, end in found) - began
