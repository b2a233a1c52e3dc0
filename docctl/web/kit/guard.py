"""Nobody comes past without being known: each request is asked who is there, before its page is.

Requests that change something must come from a page of ours: by what the browser says of their origin, and by
a token that only our pages have (SE-13).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from docctl.web.kit import here, links, sessions

log = logging.getLogger(__name__)

SAFE: Final = frozenset({"GET", "HEAD"})
MOST_BYTES: Final = 16 * 1024 * 1024
"""Of one request, by somebody who is signed in: a document with its figures."""
ATTACHES: Final = frozenset({"records.attach", "takeovers.import_list", "takeovers.take_over"})
MOST_BYTES_OF_STRANGERS: Final = 64 * 1024

_csrf = CSRFProtect()
_ASK_AGAIN: Final = "docctl-ask-again"


def install(app: Flask, *, ask_again: Callable[[str], Response]) -> None:
    """Put the guard before all pages of `app`, those that are still to be added as well.

    `ask_again` answers a form that was sent when nobody was signed in any more; it gets the form's address.
    """
    app.extensions[_ASK_AGAIN] = ask_again
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard asks for it, in its own order
        WTF_CSRF_TIME_LIMIT=None,  # a token is good as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it would want a Referer, which our pages do not send
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
    )
    _csrf.init_app(app)
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            g.person = sessions.who()  # there is no such page; but the menu leads on
        return None
    if request.method not in SAFE:
        request.max_content_length = MOST_BYTES_OF_STRANGERS
    same_site()
    if request.endpoint not in here.PUBLIC:
        g.person = sessions.who()
        if g.person is None:
            return _ask()
        if g.person.one_time and request.endpoint not in here.BEFORE_ALL_ELSE:
            return redirect(url_for("people.own_password"))
        if g.person.enrols and request.endpoint not in here.BEFORE_A_FACTOR:
            return redirect(url_for("people.enrol_form"))
        request.max_content_length = _most_bytes()
    if request.method not in SAFE:
        _our_form()
    return None


def _most_bytes() -> int:
    """A file of a record, or what comes from paper, may be larger, as the machine is set."""
    if request.endpoint in ATTACHES:
        return here.site().settings.attachment_mb * 1_000_000 + 1_000_000
    return MOST_BYTES


def same_site() -> None:
    """Browsers say where a request comes from; one that says nothing is judged by the token alone.

    Origin is `null` from our own pages, as they send no Referer: that tells nothing. Reads may come from
    anywhere.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "null")
    foreign = origin != "null" and urlsplit(origin).netloc != request.host
    if site not in {"same-origin", "none"} or foreign:
        log.warning("a request from another site was refused: %s %.200r", request.method, request.path)
        abort(403)


def _our_form() -> None:
    try:
        _csrf.protect()
    except CSRFError as error:
        log.warning("a form without its token was refused: %.200r (%s)", request.path, error.description)
        g.stale_form = True
        abort(403)


def _ask() -> Response:
    """To the sign-in page; what somebody had typed when their session ended waits there for them (SE-11)."""
    address = links.of_this_page()
    if "HX-Request" in request.headers:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("sign_in.show")
        return answer
    if request.method in SAFE:
        return make_response(redirect(url_for("sign_in.show", next=address)))
    signed_out: Response = current_app.extensions[_ASK_AGAIN](request.path)
    return signed_out
