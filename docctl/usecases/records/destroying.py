"""Records destroyed: first the ledger says so, then their values and files go, then somebody else sees to it.

What a kill leaves behind goes with the next of these acts, and `check` names it until then.
"""

from __future__ import annotations

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.site import Site
from docctl.models.disposals import Disposal
from docctl.models.engine import erase_when_deleting, forget_log
from docctl.models.records import Record
from docctl.rules.actions import Action
from docctl.rules.records import disposal, life
from docctl.standing import disposals
from docctl.standing.attachments import bytes_of
from docctl.standing.loading import load_all
from docctl.usecases.records.disposing import check_still, sign
from docctl.usecases.records.recording import mark


@retried(Action.DISPOSAL_DESTROY)
def destroy_disposal(ctx: Context, number: str) -> Disposal:
    """Destroy values and files of the records of an approved proposal (Q9-10).

    Numbers, dates, seals and who signed remain, so that the ledger holds. What is not as it was recorded is
    not destroyed: the trace of what was done to it would go too.
    """
    found = disposals.one(ctx.session, number)
    ctx.permit(Action.DISPOSAL_DESTROY, disposals.subject(ctx.session, found))
    _prove(ctx, found)
    with ctx.act(Action.DISPOSAL_DESTROY) as act:
        found = disposals.one(act.session, number)
        act.require(disposals.subject(act.session, found))
        found.state = disposal.after(found.state, act.action, found.number)
        ids = [record.id for record in check_still(act, found)]
        erase_when_deleting(act.session)
        for executed in load_all(act.turn.site, act.session, Record.id.in_(ids)):
            record = executed.record
            mark(act, executed, executed.content())
            record.state = life.after(record.state, act.action, record.number)
        sign(act, found, None)
        act.record(found, records=len(ids))
    ctx.session.rollback()  # what it sees of before holds up the emptying of the log
    sweep(ctx.site)
    return found


@retried(Action.DISPOSAL_WITNESS)
def witness_disposal(ctx: Context, number: str) -> Disposal:
    """Sign, as somebody who took no other part, that nothing of the records is left in the site."""
    found = disposals.one(ctx.session, number)
    ctx.permit(Action.DISPOSAL_WITNESS, disposals.subject(ctx.session, found))
    ctx.session.rollback()
    sweep(ctx.site)
    with ctx.act(Action.DISPOSAL_WITNESS) as act:
        found = disposals.one(act.session, number)
        act.require(disposals.subject(act.session, found))
        found.state = disposal.after(found.state, act.action, found.number)
        disposal.check_gone(disposals.left(act.turn.site, act.session, found).names)
        sign(act, found, None)
        act.record(found)
        return found


def sweep(site: Site) -> None:
    """Take away what is still there of records that the ledger calls destroyed.

    Under the writer's lock: nobody files the same bytes anew meanwhile.
    """
    with site.lock, site.reading() as session:
        found = disposals.left(site, session)
        for year, number in found.records:
            site.values.destroy(year, number)
        for digest in found.vault:
            site.vault.remove(digest)
        for name in found.previews:
            site.rendered.remove(name)
    forget_log(site.engine)


def _prove(ctx: Context, found: Disposal) -> None:
    """Raises Tampered where a value or a file is not what was recorded."""
    ids = [record.id for _, record in disposals.items(ctx.session, found)]
    for executed in load_all(ctx.site, ctx.session, Record.id.in_(ids)):
        executed.proved  # noqa: B018 - working it out is the comparison
        if not executed.is_destroyed:
            for attachment in executed.attachments:
                bytes_of(ctx.site, executed.record.number, attachment)
