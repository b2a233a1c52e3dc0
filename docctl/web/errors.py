"""Pages for what went wrong: what the reader can do, and nothing of what is behind the page.

Faults of ours get a number that stands in the log beside the whole story.
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from docctl.errors import DocctlError

log = logging.getLogger(__name__)

RETRY_SECONDS = 30


def install(app: Flask) -> None:
    """Answer every error of `app` with a page in the language of the request."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DocctlError, _failed)
    app.register_error_handler(Exception, _failed)


def _refused(error: HTTPException) -> Response:
    """What Flask itself turns away. Its headers hold what is allowed instead (Allow)."""
    code = error.code or 500
    response = _page(code)
    response.headers.extend([h for h in error.get_headers() if h[0] not in response.headers])
    return response


def _failed(error: Exception) -> Response:
    code = error.status if isinstance(error, DocctlError) else 500
    if isinstance(error, OperationalError | InterfaceError):
        code = 503  # the database is not there, or will not let us in now
    if code < 500:
        return _page(code)
    error_id = secrets.token_hex(4)
    log.error("error %s at %s %.200r", error_id, request.method, request.path, exc_info=error)
    response = _page(code, error_id)
    if code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(code: int, error_id: str = "") -> Response:
    known = code if code in {404, 405, 503} else 400 if code < 500 else 500
    page = render_template("error.html", code=known, error_id=error_id)
    return make_response(page, code)
