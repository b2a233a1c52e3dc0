"""`docctl trace NUMBER`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.queries.ledger.trace import trace as trace_number


@click.command(cls=Command)
@click.argument("number")
@click.option("--after", metavar="RECORD", help="Of a document: the records opened after this one.")
@click.pass_obj
def trace(caller: Caller, number: str, after: str | None) -> None:
    """A record: what governed it, who approved that, who held copies. A document: its revisions and records.

    The records of a document come fifty at a time; `next` is the one to go on after.

    Blobs, hashes and the proof in the ledger are worked out again on the way.
    """
    with caller.reading() as ctx:
        found = trace_number(ctx, number, after)
        caller.show(found, _for_people(found))


def _for_people(found: Mapping[str, Any]) -> dict[str, Any]:
    """Without the hashes of the proof, and with the approvals of all revisions in one table."""
    told = {name: value for name, value in found.items() if name != "proof"}
    if not found["findings"]:
        del told["findings"]
    if "revisions" in found:
        revisions = found["revisions"]
        told["revisions"] = [{n: v for n, v in r.items() if n != "approvals"} for r in revisions]
        told["approvals"] = [{"revision": r["revision"], **a} for r in revisions for a in r["approvals"]]
    return told
