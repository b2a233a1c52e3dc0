"""`docctl revision …`: submit, sign, reject, urge, change the way, retract, issue, cancel, prolong, diff."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.door.context import Context
from docctl.models.documents import Document, Revision, Submission
from docctl.models.rerouting import Reroute
from docctl.queries.documents import master_list as queries
from docctl.queries.documents.redline import revision_diff
from docctl.queries.documents.remarks import outcome_remarks
from docctl.queries.records.hands import of_template
from docctl.rules.actions import Action
from docctl.usecases.documents import approving, drafting, issuing, rerouting, trying, urging

CONTENT = click.option(
    "--content", help="Sign this content and no other, as `content` of document show; twelve characters do."
)
WHY = click.option("--reason", required=True, help="Why; all who sign it read it and it is kept.")


@click.group(cls=Noun)
def revision() -> None:
    """Submit, sign, issue and compare revisions."""


@revision.command("submit")
@click.argument("number")
@click.option("--reason", required=True, help="Why this revision is wanted; kept as the written request.")
@click.option("--change", help="The approved change application under which it is handed in, by its number.")
@CONTENT
@click.pass_obj
def submit(caller: Caller, number: str, reason: str, change: str | None, content: str | None) -> None:
    """Hand the draft in to its chain of signatures. Its content is frozen, and you sign as its author.

    Where the level asks for a change application, the only approved one is taken by itself.
    """
    with caller.writing(Action.REVISION_SUBMIT) as ctx:
        submitted = drafting.submit_revision(ctx, number, reason=reason, change=change, shown=content)
        outcome = queries.revision_outcome(ctx, submitted.id) | {"meaning": "prepare"}
        caller.show(outcome | {"findings": outcome_remarks(ctx, submitted.id)})


@revision.command("sign")
@click.argument("number")
@click.option("--comment", help="What you want to say with it; it is kept.")
@CONTENT
@click.pass_obj
def sign(caller: Caller, number: str, comment: str | None, content: str | None) -> None:
    """Sign the step of the chain whose turn it is."""
    with caller.writing(Action.REVISION_SIGN) as ctx:
        signature = approving.sign_revision(ctx, number, comment=comment, shown=content)
        signed = ctx.session.get_one(Submission, signature.submission_id)
        caller.show(queries.revision_outcome(ctx, signed.revision_id) | {"meaning": signature.meaning.value})


@revision.command("urge")
@click.argument("number")
@click.pass_obj
def urge(caller: Caller, number: str) -> None:
    """Remind those who are asked to sign: it is marked in their inbox. Of each step once a day."""
    with caller.writing(Action.REVISION_URGE) as ctx:
        urged = urging.urge_revision(ctx, number)
        handed_in = ctx.session.get_one(Submission, urged.submission_id)
        caller.show(queries.revision_outcome(ctx, handed_in.revision_id) | {"meaning": "urge"})


@revision.command("reject")
@click.argument("number")
@click.option("--reason", required=True, help="Why; the author reads it and it is kept.")
@click.pass_obj
def reject(caller: Caller, number: str, reason: str) -> None:
    """Send a revision that is in review back to its author."""
    with caller.writing(Action.REVISION_REJECT) as ctx:
        rejected = approving.reject_revision(ctx, number, reason=reason)
        caller.show(queries.revision_outcome(ctx, rejected.id) | {"meaning": "reject"})


@revision.command("add-signer")
@click.argument("number")
@click.option("--step", required=True, help="As it stands in a chain: review:ROLE, countersign:DEPARTMENT.")
@click.option("--before", type=int, help="The step before which it comes, from 1 (as soon as can be).")
@WHY
@click.pass_obj
def add_signer(caller: Caller, number: str, step: str, before: int | None, reason: str) -> None:
    """Ask for another signature under this revision. What is signed stands."""
    with caller.writing(Action.REVISION_ADD_SIGNER) as ctx:
        made = rerouting.add_signer_revision(ctx, number, step=step, before=before, reason=reason)
        caller.show(_rerouted(ctx, made))


@revision.command("send-back")
@click.argument("number")
@click.option("--step", type=int, required=True, help="The step to which it goes back, from 1.")
@WHY
@click.pass_obj
def send_back(caller: Caller, number: str, step: int, reason: str) -> None:
    """Back to a step of the chain: it and all after it are signed again."""
    with caller.writing(Action.REVISION_SEND_BACK) as ctx:
        caller.show(_rerouted(ctx, rerouting.send_back_revision(ctx, number, step=step, reason=reason)))


@revision.command("hand-over")
@click.argument("number")
@click.option("--to", required=True, help="The account of somebody who signs documents.")
@WHY
@click.pass_obj
def hand_over(caller: Caller, number: str, to: str, reason: str) -> None:
    """Let somebody else sign the step whose turn it is. Both names are printed."""
    with caller.writing(Action.REVISION_HAND_OVER) as ctx:
        caller.show(_rerouted(ctx, rerouting.hand_over_revision(ctx, number, to=to, reason=reason)))


@revision.command("retract")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def retract(caller: Caller, number: str, reason: str) -> None:
    """Take back, as its author, a revision that is not issued yet."""
    with caller.writing(Action.REVISION_RETRACT) as ctx:
        retracted = approving.retract_revision(ctx, number, reason=reason)
        caller.show(queries.revision_outcome(ctx, retracted.id) | {"meaning": "retract"})


@revision.command("issue")
@click.argument("number")
@click.option("--effective", type=Day(), help="The day from which it is in force (today).")
@click.pass_obj
def issue(caller: Caller, number: str, effective: date | None) -> None:
    """Issue the approved revision, and recall the copies of the one before it from its effective day."""
    with caller.writing(Action.REVISION_ISSUE) as ctx:
        issued = issuing.issue_revision(ctx, number, effective=effective)
        outcome = queries.revision_outcome(ctx, issued.id)
        told = {"recalled": queries.recalled_by(ctx, issued.id), "nobody_can": _nobody_can(ctx, issued)}
        caller.show(outcome | told | {"findings": outcome_remarks(ctx, issued.id, issuing=True)})


@revision.command("cancel")
@click.argument("number")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def cancel(caller: Caller, number: str, reason: str) -> None:
    """Take back an issue whose effective day is still ahead. Its label stays used."""
    with caller.writing(Action.REVISION_CANCEL) as ctx:
        cancelled = issuing.cancel_revision(ctx, number, reason=reason)
        caller.show(queries.revision_outcome(ctx, cancelled.id) | {"meaning": "cancel"})


@revision.command("prolong")
@click.argument("number")
@click.option("--until", type=Day(), required=True, help="The last day of the trial from now on.")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def prolong(caller: Caller, number: str, until: date, reason: str) -> None:
    """Let a trial issue go on until a later day, as one who approves the document."""
    with caller.writing(Action.REVISION_PROLONG) as ctx:
        extension = trying.prolong_revision(ctx, number, until=until, reason=reason)
        outcome = queries.revision_outcome(ctx, extension.revision_id)
        caller.show(outcome | {"trial": extension.until.isoformat(), "meaning": "prolong"})


@revision.command("diff")
@click.argument("number")
@click.argument("old")
@click.argument("new")
@click.pass_obj
def diff(caller: Caller, number: str, old: str, new: str) -> None:
    """The redline of two revisions as HTML: what went in <del>, what came in <ins>."""
    with caller.reading() as ctx:
        found = revision_diff(ctx, number, old, new)
        caller.show(found, found["html"])


def _rerouted(ctx: Context, made: Reroute) -> dict[str, Any]:
    handed_in = ctx.session.get_one(Submission, made.submission_id)
    told = {"meaning": made.kind.value, "step": made.step + 1}
    return queries.revision_outcome(ctx, handed_in.revision_id) | told


def _nobody_can(ctx: Context, issued: Revision) -> list[dict[str, Any]]:
    """The steps of a record template that no account could fill: a warning, since paper needs none."""
    found = of_template(ctx, ctx.session.get_one(Document, issued.document_id), issued)
    return [{"step": lack.step, "posts": list(lack.posts)} for lack in found]
