"""`docctl regulations`: what standards ask, clause by clause, and how far docctl does it. Needs no site."""

from __future__ import annotations

from collections.abc import Iterator

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.caller import Caller, Command
from docctl.errors.message import Message, Reader, told
from docctl.queries.site.regulations import Clause, State, asked, counted, standards


@click.command(cls=Command)
@click.option("--standard", type=click.Choice(list(standards())), help="Only of this standard.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
@click.pass_obj
def regulations(caller: Caller, standard: str | None, state: str | None) -> None:
    """What standards and regulations ask: whether docctl does it, what is missing, who acts, what proves it.

    `holds`, `in part` or `not built`; `procedural` is what only people can do.
    """
    found = asked(standard or "", state or "")
    counts = counted(found)
    answer = {"clauses": [one.for_programs() for one in found], "counts": counts}
    caller.show(answer, "\n".join(_lines(found, counts, spoken.reader(caller.language))))


def _lines(found: list[Clause], counts: dict[str, dict[str, int]], reader: Reader) -> Iterator[str]:
    for standard, numbers in counts.items():
        sums = ", ".join(f"{number} {told(State(state), reader)}" for state, number in numbers.items())
        yield f"{told(standards()[standard], reader)}: {sums}"
        yield from (_line(one, reader) for one in found if one.standard == standard)


def _line(one: Clause, reader: Reader) -> str:
    beside = [
        f"{heading.told(reader)}: {told(value, reader)}"
        for heading, value in (
            (Message("What is missing"), one.missing),
            (Message("Evidence from docctl"), one.supplies),
            (Message("Who acts"), one.acts),
        )
        if value
    ]
    more = f" ({'; '.join(beside)})" if beside else ""
    said = f"{told(one.clause, reader)}: {told(one.text, reader)} {told(one.state, reader)}{more}"
    return f"  {one.id:13}{said} [{len(one.tests)}]"
