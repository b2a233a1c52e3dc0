"""Pages for what went wrong: what the reader can do, and nothing of what is behind the page.

A refused form is shown again by the page that it stands on (forms.py). People who are signed in read the
sentence of a refusal; strangers do not. Faults of ours get a number that stands in the log beside the story.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, g, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from docctl.errors import DocctlError, Tampered, Throttled
from docctl.rules.actions import Action
from docctl.web.kit import forms, here, telling, traced
from docctl.web.kit.language import marked

log = logging.getLogger(__name__)

RETRY_SECONDS = 30
TAMPERED: Final = 0
"""The place of its words: it shares its code with what is only out of turn."""

_AGAIN: Final = marked("Check the address, or begin again at the start page.")
WORDS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: (marked("This request cannot be read"), _AGAIN),
        401: (marked("Sign in first"), marked("Your session is over, or your password was not right.")),
        403: (
            marked("This is not yours to do"),
            marked("Ask somebody who may do it, or an administrator for the right."),
        ),
        404: (marked("There is no such page"), _AGAIN),
        405: (marked("This page can only be read"), marked("Begin again at the start page.")),
        409: (
            marked("Not in this state"),
            marked("Somebody may have acted in the meantime. Look at the page again, then decide."),
        ),
        413: (
            marked("Too large"),
            marked("Nothing was kept. Make it smaller, or bring it in by the command line."),
        ),
        422: (marked("This cannot be accepted"), marked("Go back, correct it and send it again.")),
        429: (marked("Too many attempts"), marked("Wait a little, then try again.")),
        TAMPERED: (
            marked("This is not what was recorded"),
            marked("Do not work by it, and change nothing. Tell your administrator."),
        ),
        500: (
            marked("Something went wrong here"),
            marked(
                "Nothing was changed. Try again; if it goes on, tell your administrator the number "
                "%(error_id)s."
            ),
        ),
        503: (
            marked("Not available at the moment"),
            marked("Try again in a moment; if it goes on, tell your administrator the number %(error_id)s."),
        ),
    }
)
STALE_FORM: Final = marked(
    "The form was out of date, or came from elsewhere. Nothing was done: open the page again and send it "
    "once more. Cookies have to be allowed."
)


def install(app: Flask) -> None:
    """Answer every error of `app` with a page in the language of the request."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(DocctlError, _failed)
    app.register_error_handler(Exception, _failed)


def refused(error: HTTPException) -> Response:
    """What Flask itself turns away. Its headers hold what is allowed instead (Allow)."""
    code = error.code or 500
    response = _page(code)
    response.headers.extend([h for h in error.get_headers() if h[0] not in response.headers])
    return response


def _failed(error: Exception) -> Response:
    code = error.status if isinstance(error, DocctlError) else 500
    if isinstance(error, OperationalError | InterfaceError):
        code = 503  # the database is not there, or will not let us in now
    if isinstance(error, Tampered):
        log.error("not as recorded at %s %.200r: %s", request.method, request.path, error)
    if code < 500 and isinstance(error, DocctlError):
        return forms.again(error) or _page(code, error=error)
    error_id = traced.number()
    log.error("error %s at %s %.200r", error_id, request.method, request.path, exc_info=error)
    response = _page(code, error_id)
    if code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(code: int, error_id: str = "", error: DocctlError | None = None) -> Response:
    known = code if code in WORDS else 400 if code < 500 else 500
    heading, advice = WORDS[TAMPERED if isinstance(error, Tampered) else known]
    if g.get("stale_form"):
        advice = STALE_FORM
    said = telling.told(error) if error is not None and here.person() is not None else ""
    page = render_template(
        "kit/error.html",
        heading=heading,
        advice=advice,
        said=said,
        error_id=error_id,
        differs=error.findings if isinstance(error, Tampered) else (),
        is_damage=isinstance(error, Tampered),
        traced=_traced(error),
    )
    response = make_response(page, code)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _traced(error: Exception | None) -> str | None:
    """The number whose trace tells more of what is wrong: where the page is of a record or a document."""
    number = (request.view_args or {}).get("number")
    is_either = request.blueprint in {"records", "documents", "revisions"}
    return number if isinstance(error, Tampered) and is_either and here.may(Action.TRACE_READ) else None
