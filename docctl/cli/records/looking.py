"""`docctl record …`: list, show, dossiers, dossier. Reads only."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli.kit.caller import Caller
from docctl.cli.kit.lists import XLSX, show_list
from docctl.cli.records.life import NUMBER
from docctl.cli.records.life import record as record
from docctl.queries.records.asked import Asked
from docctl.queries.records.columns import RECORDS
from docctl.queries.records.dossiers import DOSSIERS, case_file, dossier_list
from docctl.queries.records.listing import record_list
from docctl.queries.records.reading import record_show
from docctl.rules.records.dossiers import Dossier
from docctl.rules.records.life import State

DOSSIER = click.Choice([kind.value for kind in Dossier])


@record.command("list")
@click.option("--words", default="", help="Words that stand in its values.")
@click.option("--dossier", type=DOSSIER, help="A kind of case file, with --of.")
@click.option("--field", default="", help="A field of its form, with --of.")
@click.option("--of", default="", help="What the value says, all of it: a customer, a number.")
@click.option("--template", default="", help="The number of its form.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="How far it is.")
@click.option("--person", default="", help="The login of somebody who took part.")
@click.option("--since", default="", help="Opened on this day or later.")
@click.option("--until", default="", help="Opened on this day or earlier.")
@XLSX
@click.pass_obj
def list_(caller: Caller, /, xlsx: Path | None, **asked: str | None) -> None:
    """The records that you may see, or those of them that agree with what is asked for."""
    with caller.reading() as ctx:
        lines = record_list(ctx, Asked(**{name: typed or "" for name, typed in asked.items()}))
        show_list(caller, ctx, RECORDS, {"records": lines}, lines, xlsx)


@record.command("show")
@NUMBER
@click.pass_obj
def show(caller: Caller, number: str) -> None:
    """A record with its values, all its entries, and its clocks."""
    with caller.reading() as ctx:
        caller.show(record_show(ctx, number))


@record.command("dossiers")
@click.argument("kind", type=DOSSIER)
@click.option("--begins", default="", help="How their names begin.")
@XLSX
@click.pass_obj
def dossiers(caller: Caller, kind: str, begins: str, xlsx: Path | None) -> None:
    """The case files of a kind: names, with how many records each has."""
    with caller.reading() as ctx:
        lines = dossier_list(ctx, Dossier(kind), q=begins)
        told = [line | {"newest": line["newest"].isoformat()} for line in lines]
        show_list(caller, ctx, DOSSIERS, {"dossiers": told}, lines, xlsx)


@record.command("dossier")
@click.argument("kind", type=DOSSIER)
@click.argument("name")
@XLSX
@click.pass_obj
def dossier(caller: Caller, kind: str, name: str, xlsx: Path | None) -> None:
    """One case file: its records, and the forms of which there is none in it yet."""
    with caller.reading() as ctx:
        found = case_file(ctx, Dossier(kind), name)
        missing = [
            {"number": one.number, **one.title.keys_of("title"), "procedure": one.procedure}
            for one in found.missing
        ]
        answer = {"dossier": found.name, "records": found.lines, "missing": missing}
        show_list(caller, ctx, RECORDS, answer, found.lines, xlsx)
