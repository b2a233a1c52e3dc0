"""A record is held back from destruction, and let go again: two forms on its page."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import render_template, url_for

from docctl.queries.records.ending import record_to_end
from docctl.rules.actions import Action
from docctl.usecases.records import holding
from docctl.web.kit import act_pages, acts, forms, here
from docctl.web.kit.act_pages import ActPage
from docctl.web.records.listing import bp as bp


def _page(number: str, *, action: Action) -> str:
    record, reason = record_to_end(here.reading(), number, action)
    return render_template("records/record_hold.html", number=record.number, action=action, reason=reason)


def _then(number: str) -> str:
    return url_for("records.show", number=number)


PAGES: Final = (
    ActPage(
        action=Action.RECORD_HOLD,
        form=partial(_page, action=Action.RECORD_HOLD),
        does=lambda ctx, number: holding.hold_record(ctx, number, reason=forms.reason()),
        said=lambda _: [acts.act(Action.RECORD_HOLD.value)],
        then=_then,
    ),
    ActPage(
        action=Action.RECORD_RELEASE,
        form=partial(_page, action=Action.RECORD_RELEASE),
        does=lambda ctx, number: holding.release_record(ctx, number, reason=forms.reason()),
        said=lambda _: [acts.act(Action.RECORD_RELEASE.value)],
        then=_then,
    ),
)
act_pages.add(bp, "/records/<path:number>", PAGES)
