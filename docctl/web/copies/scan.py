"""The page behind the QR code of a copy: may this paper still be used? For anybody, without an account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docctl.queries.copies.scan import LONGEST, Scan, copy_check
from docctl.rules.copies import Verdict
from docctl.web.kit import here, language
from docctl.web.kit.language import marked

bp = Blueprint("scan", __name__)

_ADVICE: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.CURRENT: marked("You may use this copy."),
        Verdict.NOT_YET_EFFECTIVE: marked("It takes effect on %(effective)s. Do not use it before that day."),
        Verdict.SUPERSEDED: marked(
            "A later revision has taken its place. Stop using it and hand it back to document control."
        ),
        Verdict.RECALLED: marked(
            "This copy was called back. Stop using it and hand it back to document control."
        ),
        Verdict.WITHDRAWN: marked(
            "The document no longer governs anything. Stop using it and hand it back to document control."
        ),
        Verdict.VOID: marked(
            "The copy was declared lost, and its number is dead. If you have found it, hand it back to "
            "document control."
        ),
        Verdict.UNKNOWN: marked(
            "Nobody here issued a copy with this number. It may be mistyped, from elsewhere, or forged. "
            "Do not work by it; ask document control."
        ),
    }
)

_AS_OF: Final = marked("As of %(time)s (%(zone)s)")


@bp.get("/c/<path:text>")
def show(text: str) -> ResponseReturnValue:
    """The verdict of a token, or of a copy number. 404 where nobody knows it, with the page all the same."""
    now = here.now()
    scan = copy_check(here.site(), text, now.date())
    verdict = Verdict(scan["verdict"])
    said = language.texts().gettext
    page = render_template(
        "copies/scan.html",
        copy=scan["copy"],
        verdict=verdict.value,
        face=verdict.face,
        icon=_icon(verdict.face.icon),
        advice=said(_ADVICE[verdict]) % {"effective": scan["effective"]},
        facts=[(said(term), value, look) for term, value, look in _facts(scan) if value],
        as_of=said(_AS_OF) % {"time": now.strftime("%Y-%m-%d %H:%M"), "zone": now.tzinfo},
    )
    return page, 404 if verdict is Verdict.UNKNOWN else 200


@cache
def _icon(name: str) -> Markup:
    # Not imported by the page: Jinja would compare all names that it knows for each visitor.
    drawn: Markup = current_app.jinja_env.get_template("kit/icons.html").module.icon(name)  # type: ignore[attr-defined]
    return drawn


def _facts(scan: Scan) -> tuple[tuple[str, str | None, str], ...]:
    """Term, value and look of each line. What is in force is told where it is not what the copy says."""
    title, current = scan["title"], scan["current_revision"]
    return (
        (marked("Document number"), scan["document"], "strong"),
        (marked("Title"), title[language.of_request()] or title["zh"] if title else None, ""),
        (marked("Revision"), scan["revision"], "strong"),
        (marked("Effective date"), scan["effective"], ""),
        (marked("Revision to use"), current if current != scan["revision"] else None, "strong"),
        (marked("Replaced by copy"), scan["replaced_by"], "strong"),
        (marked("Copy number"), scan["copy"], ""),
        (marked("Holder"), scan["holder"], ""),
    )


@bp.get("/check")
def check() -> ResponseReturnValue:
    """Where the input of the start page leads: a copy number, a token, or what a hand scanner types."""
    text = _without_address(request.args.get("copy", ""))
    if not text:
        return redirect(url_for("start.show", lang=language.chosen()))
    return redirect(url_for("scan.show", text=text, lang=language.chosen()))


def _without_address(typed: str) -> str:
    """Hand scanners type the whole address of the QR code. What is too long stays so: it is unknown."""
    text = re.sub(r"^\s*https?://.*/c/", "", typed, flags=re.IGNORECASE)
    return text[: LONGEST + 1].strip().strip("/")
