"""`python3 -m docctl bench --large`: all figures of a large site, as a table with goals.

Options make it smaller, so that it can be tried in minutes. It leaves with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.large import acts, pages, traffic
from benchmarks.large.grown import Grown, grown
from benchmarks.large.table import HEAD, Table, say
from docctl.usecases.generating.making import Sizes

SMALL = Sizes(documents=100, copies=1_000, records=1_000, open_records=20, people=100)
PARTS = ("pages", "acts", "analyse", "memory", "traffic")


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for; the exit code."""
    asked = _options().parse_args(argv)
    large = Sizes(
        documents=asked.documents,
        copies=asked.copies,
        records=asked.records,
        open_records=asked.open,
        people=asked.people,
    )
    figures = []
    for database in asked.database:
        table = Table(database)
        folder = asked.folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        sites = grown(folder, SMALL, database), grown(folder, large, database)
        try:
            _measure(*sites, table, asked)
        finally:
            for at in sites:
                at.site.close()
        figures += table.figures
    say("\n".join(["", HEAD, *(figure.line for figure in figures)]))
    return int(any(figure.verdict == "MISSED" for figure in figures))


def _measure(small: Grown, large: Grown, table: Table, asked: argparse.Namespace) -> None:
    if "pages" in asked.parts:
        found = pages.measure(small, large, table, asked.rounds, asked.only)
        if "analyse" in asked.parts:
            pages.after_analyse(large, found, table, asked.rounds, asked.only)
    if "acts" in asked.parts:
        acts.measure(small, large, table, asked.rounds)
    if "memory" in asked.parts:
        traffic.memory(large, table)
    if "traffic" in asked.parts:
        traffic.beside_writers(large, table, asked.seconds)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="docctl bench --large", description=__doc__)
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--copies", type=int, default=100_000)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--open", type=int, default=2_000)
    options.add_argument("--people", type=int, default=300)
    options.add_argument("--rounds", type=int, default=7, help="of each page and act")
    options.add_argument("--seconds", type=float, default=600.0, help="of readers, quiet and beside writers")
    options.add_argument("--only", default="", help="pages with this in their name")
    options.add_argument("--folder", type=Path, default=Path("build/large"), help="where the sites are kept")
    both = ("sqlite", "postgresql")
    options.add_argument("--database", nargs="+", choices=both, default=both)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
