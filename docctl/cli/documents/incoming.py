"""`docctl document take-over`, `docctl document import`: documents that were in force on paper before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli.documents.life import FILE
from docctl.cli.documents.life import document as document
from docctl.cli.kit.caller import Caller, Day
from docctl.errors import Invalid
from docctl.queries.documents.master_list import revision_outcome
from docctl.queries.incoming_papers import papers_in, placed
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.rules.words import Words
from docctl.store.paper import Paper
from docctl.store.sheets import files_of
from docctl.store.sniffing import Upload
from docctl.usecases.documents import taking_over


@document.command("take-over")
@click.argument("file", type=FILE)
@click.option("--number", required=True, help="The number on its cover.")
@click.option("--title", required=True, help="Its title in the first language.")
@click.option("--title-en", default="", help="Its title in English.")
@click.option("--level", required=True, help="The key of its level: procedure, manual, …")
@click.option("--department", required=True, help="The key of the department in charge.")
@click.option("--revision", "label", required=True, help="As on its cover: A/0, 第3版, Rev.B.")
@click.option("--effective", required=True, type=Day(), help="Since when it is in force.")
@click.option("--approver", required=True, help="Who approved it, as the paper says.")
@click.option(
    "--earlier", multiple=True, help="An earlier edition: 'LABEL FIRST-DAY LAST-DAY'; again for more."
)
@click.option("--scan", type=FILE, help="A scan of the signed original, where FILE is not one.")
@click.option("--reason", required=True, help="Why, and where the papers are; it is kept.")
@click.pass_obj
def take_over(
    caller: Caller,
    file: Path,
    number: str,
    title: str,
    title_en: str,
    level: str,
    department: str,
    label: str,
    effective: date,
    approver: str,
    earlier: tuple[str, ...],
    scan: Path | None,
    reason: str,
) -> None:
    """Take a document over from paper: FILE is its text (.md) or a PDF of it.

    The head of its department compares it with the paper (revision sign); then it is issued.
    """
    said = {languages.PRIMARY: title, languages.FOREIGN: title_en}

    def load() -> Paper:
        return Paper(
            number=number,
            title=Words({language: text for language, text in said.items() if text}),
            level=level,
            department=department,
            label=label,
            effective=effective,
            approver=approver,
            editions=earlier,
            text=Upload(file.name, file.read_bytes()),
            scan=Upload(scan.name, scan.read_bytes()) if scan else None,
        )

    with caller.writing(Action.DOCUMENT_TAKE_OVER) as ctx:
        made = taking_over.take_over_document(ctx, load, reason=reason)
        caller.show(revision_outcome(ctx, made.id))


@document.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--files", type=click.Path(exists=True, path_type=Path), help="A ZIP or a folder with the files."
)
@click.option("--reason", required=True, help="Why, and where the papers are; it is kept.")
@click.pass_obj
def import_documents(caller: Caller, file: Path, files: Path | None, reason: str) -> None:
    """Take a whole master list over from paper: all rows of a workbook, or none where one is wrong."""
    with caller.writing(Action.DOCUMENT_TAKE_OVER) as ctx:
        papers = papers_in(ctx, file.read_bytes(), _files(files))
        try:
            made = taking_over.take_over_documents(ctx, papers.rows, papers.unknown, reason=reason)
        except Invalid as error:
            problems = {}
            for place, why in error.problems.items():
                name, _, row = place.rpartition("-")
                told = place in papers.unknown or not row.isdigit()
                problems[place] = why if told else placed(name, int(row), why)
            raise Invalid(problems) from None
        numbers = [each.number for each in papers.rows.values()]
        caller.show({"taken_over": numbers}, f"{len(made)} documents are entered.")


def _files(given: Path | None) -> dict[str, bytes]:
    if given is None:
        return {}
    if given.is_dir():
        return {each.name: each.read_bytes() for each in sorted(given.iterdir()) if each.is_file()}
    return dict(files_of(given.read_bytes()))
