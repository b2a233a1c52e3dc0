"""`docctl comment …`: comments on a revision in review, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.models.comments import ReviewComment
from docctl.queries.documents.comments import COMMENTS, comments_on, table_lines, told
from docctl.rules.actions import Action
from docctl.usecases.documents import commenting

NUMBER = click.argument("number")
RUNNING = click.argument("comment", type=click.IntRange(1))


@click.group(cls=Noun)
def comment() -> None:
    """Comments on a revision in review: each is adopted, or approved as not adopted."""


@comment.command("add")
@NUMBER
@click.option("--text", required=True, help="What should be different, and why; it is kept.")
@click.option("--clause", default="", help="The clause that is meant (the whole document).")
@click.pass_obj
def add(caller: Caller, number: str, text: str, clause: str) -> None:
    """Leave a comment on the revision in review."""
    with caller.writing(Action.COMMENT_ADD) as ctx:
        _show(caller, number, commenting.add_comment(ctx, number, text, clause=clause))


@comment.command("adopt")
@NUMBER
@RUNNING
@click.option("--changed", required=True, help="What was changed for it, and where; it is kept.")
@click.pass_obj
def adopt(caller: Caller, number: str, comment: int, changed: str) -> None:
    """Say, as an author, that a comment is adopted in the changed text."""
    with caller.writing(Action.COMMENT_ADOPT) as ctx:
        _show(caller, number, commenting.adopt_comment(ctx, number, comment, changed=changed))


@comment.command("refuse")
@NUMBER
@RUNNING
@click.option("--reason", required=True, help="Why it is not adopted; it is kept.")
@click.pass_obj
def refuse(caller: Caller, number: str, comment: int, reason: str) -> None:
    """Approve, as the responsible manager, that a comment is not adopted."""
    with caller.writing(Action.COMMENT_REFUSE) as ctx:
        _show(caller, number, commenting.refuse_comment(ctx, number, comment, reason=reason))


@comment.command("list")
@NUMBER
@XLSX
@click.pass_obj
def list_(caller: Caller, number: str, xlsx: Path | None) -> None:
    """The comments on the revision that was begun last. Of all revisions: `docctl report comments`."""
    with caller.reading() as ctx:
        seen = comments_on(ctx, number)
        answer = {"number": seen.number, "revision": seen.label, "comments": [*map(told, seen.lines)]}
        show_list(caller, ctx, COMMENTS.listed, answer, table_lines(seen), xlsx)


def _show(caller: Caller, number: str, made: ReviewComment) -> None:
    caller.show({"number": number, **told(made)})
