"""The page behind the QR code of a copy: may this paper still be used? For anybody, without an account."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docctl.queries.scan import LONGEST, copy_check
from docctl.rules.copies import Verdict
from docctl.web import here, language

bp = Blueprint("scan", __name__)


@bp.get("/c/<path:text>")
def show(text: str) -> ResponseReturnValue:
    """The verdict of a token, or of a copy number. 404 where nobody knows it, with the page all the same."""
    now = here.now()
    scan = copy_check(here.site(), text, now.date())
    verdict = Verdict(scan["verdict"])
    page = render_template(
        "scan.html", scan=scan, verdict=verdict.value, face=verdict.face, now=now, zone=here.site().zone
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
