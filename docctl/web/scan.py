"""The page behind the QR code of a copy: may this paper still be used? For anybody, without an account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.queries.scan import LONGEST, copy_check
from docctl.rules.copies import Verdict
from docctl.web import here, language
from docctl.web.language import marked

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


@bp.get("/c/<path:text>")
def show(text: str) -> ResponseReturnValue:
    """The verdict of a token, or of a copy number. 404 where nobody knows it, with the page all the same."""
    now = here.now()
    scan = copy_check(here.site(), text, now.date())
    verdict = Verdict(scan["verdict"])
    page = render_template(
        "scan.html",
        scan=scan,
        verdict=verdict.value,
        face=verdict.face,
        advice=gettext(_ADVICE[verdict], effective=scan["effective"]),
        now=now,
        zone=here.site().zone,
    )
    return make_response(page, 404 if verdict is Verdict.UNKNOWN else 200)


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
