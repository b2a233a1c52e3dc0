"""What a check came to, as a command prints it: the most exact thing first, below it what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.answers import print_plain
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.leaving import with_findings
from docctl.errors.message import Message, Reader
from docctl.ledger.finding import Finding
from docctl.queries.integrity import Check
from docctl.queries.integrity.causes import Group

MOST: Final = 8
"""Places that are named of what goes with a finding; `--json` has them all."""


def told(caller: Caller, done: Check, answer: Mapping[str, Any]) -> None:
    """Print the answer with all findings, and leave with 1 where there are any.

    For programs a finding has a kind, a place, a message id with its values, the sentence, and the number of
    its group.
    """
    if caller.json:
        groups = enumerate(done.groups, 1)
        found = [{**f.to_data(), "group": n} for n, g in groups for f in (g.first, *g.others)]
        caller.show({**answer, "findings": found})
    else:
        reader = spoken.reader(caller.language)
        print_plain(answer, reader)
        for number, group in enumerate(done.groups, 1):
            click.echo("\n".join(_lines(number, group, reader)))
    if not done.ok:
        with_findings()


def _lines(number: int, group: Group, reader: Reader) -> Iterator[str]:
    yield f"{number}. {_name(group.first).told(reader)}"
    yield f"   {group.first.said.told(reader)}"
    if group.others:
        named = tuple(map(_name, group.others[:MOST]))
        more = len(group.others) - len(named)
        if more:
            said = Message("With it: {others}, and {more} more.", others=named, more=more)
        else:
            said = Message("With it: {others}.", others=named)
        yield f"   {said.told(reader)}"


def _name(finding: Finding) -> Message:
    return Message("{what}: {where}", what=finding.what, where=finding.where)
