"""`docctl document …`: lint, register, show, list, due, review, print, withdraw."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit import notices, spoken
from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.findings import told
from docctl.cli.kit.given import given
from docctl.cli.kit.lists import XLSX, show_list
from docctl.cli.kit.printer import FILE as NEW_FILE
from docctl.cli.kit.printer import write_file
from docctl.errors.message import Message
from docctl.queries.copies import printing
from docctl.queries.documents import linting
from docctl.queries.documents import master_list as queries
from docctl.queries.documents.columns import MASTER_LIST
from docctl.queries.documents.listing import Asked, document_part
from docctl.queries.documents.remarks import referring_to, remarks_of
from docctl.queries.documents.review_columns import REVIEW_LIST
from docctl.queries.documents.reviews import Asked as ReviewsAsked
from docctl.queries.documents.reviews import review_list
from docctl.queries.documents.reviews import told as review_told
from docctl.rules.actions import Action
from docctl.rules.documents import reviews
from docctl.rules.documents.revisions import Status
from docctl.usecases.documents import drafting, issuing, reviewing

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Noun)
def document() -> None:
    """Lint, register, show, list and withdraw documents."""


@document.command("lint")
@click.argument("file", type=FILE)
@click.pass_obj
def lint(caller: Caller, file: Path) -> None:
    """What is wrong with a file that nobody has registered yet; exit code 1 for an error.

    Needs no site. With --site and --as, what it refers to is looked for there.
    """
    if caller.folder is None or not caller.login:
        told(caller, linting.document_lint(file))
        return
    with caller.reading() as ctx:
        told(caller, linting.document_lint(file, lambda content: remarks_of(ctx, content)))


@document.command("register")
@click.argument("file", type=FILE)
@click.option("--revision", "label", help="The label of the first revision (A/0).")
@click.option("--chain", help="An approval chain of its own, as author,management-representative.")
@click.pass_obj
def register(caller: Caller, file: Path, label: str | None, chain: str | None) -> None:
    """Give a document its number, with a first draft.

    FILE is a procedure (.md, with its other languages as NUMBER.en.md and its figures beside it) or a
    record template (.yaml).
    """
    with caller.writing(Action.DOCUMENT_REGISTER) as ctx:
        draft = drafting.register_document(ctx, given(caller, file), label=label, chain=chain)
        caller.show(queries.revision_outcome(ctx, draft.id))


@document.command("show")
@click.argument("number")
@click.option("--on", type=Day(), help="As it stood at the end of that day (today).")
@click.pass_obj
def show(caller: Caller, number: str, on: date | None) -> None:
    """A document as it stands: what is in force, and what comes next."""
    with caller.reading() as ctx:
        answer = queries.document_show(ctx, number, on)
        caller.show(answer, _for_people(answer))


@document.command("list")
@click.option("--on", type=Day(), help="As they stood at the end of that day (today).")
@click.option("--status", type=click.Choice([queries.UNDER_WAY, *Status]), help="Those that stand so.")
@click.option("--class", "kind", default="", help="Those of this class.")
@click.option("--keeper", default="", help="Those that this department keeps.")
@click.option("--applies", default="", help="Those that count for this department.")
@XLSX
@click.pass_obj
def list_(caller: Caller, /, xlsx: Path | None, status: str | None, **asked: Any) -> None:
    """The master list: every document with its revision and status, and the revision under way.

    `--status` is that of either; `under-way` is any revision that does not govern yet. A document that
    names no scope counts for every department.
    """
    with caller.reading() as ctx:
        lines = document_part(ctx, Asked(status=status or "", **asked)).lines
        show_list(caller, ctx, MASTER_LIST, {"documents": lines}, lines, xlsx)


@document.command("due")
@click.option("--department", default="", help="Those of this department.")
@click.option(
    "--standing", type=click.Choice([one.value for one in reviews.Standing]), help="Those that stand so."
)
@click.option("--until", type=Day(), help="Those due by that day.")
@click.option("--year", default="", help="Those due in that year.")
@XLSX
@click.pass_obj
def due(caller: Caller, /, xlsx: Path | None, standing: str | None, **asked: Any) -> None:
    """The periodic reviews to come of documents and annexes in force, the earliest first."""
    with caller.reading() as ctx:
        lines = review_list(ctx, ReviewsAsked(standing=standing or "", **asked))
        show_list(caller, ctx, REVIEW_LIST, {"reviews": [*map(review_told, lines)]}, lines, xlsx)


@document.command("review")
@click.argument("number")
@click.option(
    "--verdict",
    type=click.Choice([one.value for one in reviews.Verdict]),
    required=True,
    help="What it ends with.",
)
@click.option("--evidence", required=True, help="What was looked at and found; it is kept.")
@click.option("--part", default="", help="An annex with a review of its own; else the whole document.")
@click.pass_obj
def review(caller: Caller, number: str, verdict: str, evidence: str, part: str) -> None:
    """Sign the periodic review of what is in force. The next one is counted from a verdict that keeps it."""
    with caller.writing(Action.DOCUMENT_REVIEW) as ctx:
        done = reviewing.review_document(
            ctx, number, verdict=reviews.Verdict(verdict), evidence=evidence, part=part
        )
        caller.show(
            queries.revision_outcome(ctx, done.revision_id) | {"meaning": "review", "verdict": verdict}
        )


@document.command("print")
@click.argument("number")
@click.option("--revision", "label", help="Another revision than the one in force.")
@click.option("--pdf", "file", type=NEW_FILE, required=True, help="The file to write.")
@click.pass_obj
def print_(caller: Caller, number: str, label: str | None, file: Path) -> None:
    """A print for reading: marked as uncontrolled with its expiry, or as obsolete."""
    with caller.reading() as ctx:
        made = printing.document_print(ctx, number, label)
        write_file(file, made.data)
        caller.show({"number": number, "name": made.name, "pdf": str(file), "pdf_sha256": made.sha256})


@document.command("withdraw")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def withdraw(caller: Caller, number: str, reason: str) -> None:
    """Take a document out of use from today, and recall its copies.

    The documents in force that refer to it are named first; where somebody sits before a terminal, they are
    asked whether to go on.
    """
    with caller.writing(Action.DOCUMENT_WITHDRAW) as ctx:
        referring = [other.number for other in referring_to(ctx, number)]
        if referring:
            said = Message("These documents in force refer to it: {numbers}.", numbers=referring)
            reader = spoken.reader(caller.language)
            notices.before(said.told(reader), Message("Withdraw it all the same?").told(reader))
        withdrawn = issuing.withdraw_document(ctx, number, reason=reason)
        caller.show({"number": withdrawn.number, "status": "withdrawn", "referred_to_by": referring})


def _for_people(answer: dict[str, Any]) -> dict[str, Any]:
    """With the revision under way in one line: where it stands, with whom, since when."""
    one = answer["under_way"]
    if one is None:
        return answer | {"under_way": None}
    said = Message(
        "{revision} {status} since {since} UTC",
        revision=one["revision"],
        status=Status(one["status"]),
        since=one["since"][:16].replace("T", " "),
    )
    if one["people"]:
        asked = [f"{person['name']} ({person['login']})" for person in one["people"]]
        said = Message("{said}, with {people}", said=said, people=asked)
    if one["nobody_can_sign"]:
        said = Message("{said}; nobody can sign: {posts}", said=said, posts=one["nobody_can_sign"])
    return answer | {"under_way": said}
