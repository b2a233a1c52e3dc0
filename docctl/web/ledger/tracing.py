"""The picture of a trace: which boxes it has, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from docctl.render.chain import Box, Colour, draw
from docctl.rules.copies import Status as CopyStatus
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.revisions import Status
from docctl.rules.records.life import State as RecordState
from docctl.web.kit import here, language, words

MOST_LINES: Final = 6
MOST_REVISIONS: Final = 8
_COLOURS: Final[Mapping[Status, Colour]] = {
    Status.EFFECTIVE: "green",
    Status.ISSUED: "amber",
    Status.SUPERSEDED: "grey",
    Status.WITHDRAWN: "red",
}
_ENDED: Final[Mapping[RecordState, Colour]] = {
    RecordState.CLOSED: "green",
    RecordState.VOID: "grey",
    RecordState.DESTROYED: "grey",
}


def of_record(traced: Mapping[str, Any]) -> Markup:
    """Record, template revision, governing revision, who signed that, who held copies."""
    state = RecordState(traced["state"])
    colour = _ENDED.get(state, "amber")
    template, governing = _way(traced, "template"), _way(traced, "procedure")
    boxes = [
        Box((traced["record"], language.word(state)), "", colour, (_record(traced["record"]),)),
        Box((f"{traced['template']} {traced['template_revision']}",), gettext("opened from"), to=(template,)),
        Box(_governing(traced), gettext("governed by"), "green", (governing,)),
        Box(_some([_signed(s) for s in traced["approvals"]]), gettext("signed by")),
        _copies_out(traced, governing),
    ]
    return _picture(boxes, gettext("From record %(number)s to what governed it", number=traced["record"]))


def of_document(traced: Mapping[str, Any]) -> Markup:
    """Its revisions, oldest first: the last few of them; then what is out and what was made by it."""
    shown = traced["revisions"][-MOST_REVISIONS:]
    left = len(traced["revisions"]) - len(shown)
    boxes = [Box((gettext("%(count)d earlier revisions", count=left),))] if left else []
    for line in shown:
        status = Status(line["status"])
        said = gettext("then") if boxes else ""
        there = url_for("documents.show_revision", number=traced["number"], label=line["revision"])
        boxes.append(Box(_revision(line, status), said, _COLOURS.get(status, "grey"), (there,)))
    out = [c for c in traced["copies"] if CopyStatus(c["state"]).in_hands]
    boxes.append(Box((gettext("copies out: %(count)d", count=len(out)),), gettext("handed out as")))
    count = f"{len(traced['records'])}{'+' if traced['next'] else ''}"
    boxes.append(Box((gettext("records: %(count)s", count=count),), gettext("executed as")))
    return _picture(
        boxes, gettext("The revisions of %(number)s and what became of them", number=traced["number"])
    )


def _copies_out(traced: Mapping[str, Any], governing: str) -> Box:
    """The copies of the governing revision that were out then; the box names that revision."""
    name = gettext(
        "Copies of %(label)s: %(count)d", label=traced["procedure_revision"], count=len(traced["copies"])
    )
    lines = [f"{c['copy']} {words.held_by(c['holder'], c['holder_name'])}" for c in traced["copies"]]
    shown = _some(lines) if lines else ()
    ways = [url_for("copies.show", number=c["copy"]) for c in traced["copies"][: _named(lines)]]
    return Box((name, *shown), gettext("its copies out at the opening"), to=(governing, *ways))


def _way(traced: Mapping[str, Any], what: str) -> str:
    return url_for("documents.show_revision", number=traced[what], label=traced[f"{what}_revision"])


def _record(number: str) -> str:
    return url_for("records.show", number=number)


def _governing(traced: Mapping[str, Any]) -> tuple[str, ...]:
    name = f"{traced['procedure']} {traced['procedure_revision']}"
    effective = traced["procedure_effective"]
    return (name, gettext("effective from %(day)s", day=effective)) if effective else (name,)


def _revision(line: Mapping[str, Any], status: Status) -> tuple[str, ...]:
    signed = [_signed(s) for s in line["approvals"][-1:]]
    since = [gettext("effective from %(day)s", day=line["effective"])] if line["effective"] else []
    return (f"{line['revision']} · {language.word(status)}", *since, *signed)


def _signed(signature: Mapping[str, Any]) -> str:
    return f"{language.word(Meaning(signature['meaning']))} {signature['name']} {_day(signature['at'])}"


def _day(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(here.site().zone).date().isoformat()


def _named(lines: Sequence[str]) -> int:
    """How many of the lines `_some` shows as they are."""
    return len(lines) if len(lines) <= MOST_LINES else MOST_LINES - 1


def _some(lines: Sequence[str]) -> tuple[str, ...]:
    if len(lines) <= MOST_LINES:
        return tuple(lines) or (gettext("nobody"),)
    return (*lines[: MOST_LINES - 1], gettext("and %(count)d more", count=len(lines) - MOST_LINES + 1))


def _picture(boxes: Sequence[Box], title: str) -> Markup:
    # Each word in it was escaped by render.chain.
    return Markup(draw(boxes, title))  # noqa: S704
