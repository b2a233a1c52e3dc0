"""Headers that every answer bears, errors and redirects included: what a browser may do with a page."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A page for strangers has no script at all, so none is allowed; colours and icons come from our own files.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# A page for people who are signed in may run the scripts that it names itself, with a number that nobody can
# guess. The style sheet draws ticks and arrows as `data:` images.
POLICY_WITH_SCRIPTS: Final = (
    "default-src 'none'; script-src 'nonce-{nonce}'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
POLICY_BEFORE_A_SITE: Final = POLICY.replace("img-src 'self'", "img-src 'self' data:")
"""Without a script, and with the arrows of the style sheet."""
POLICY_OF_FILES: Final = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"
"""What somebody handed in runs nothing and fetches nothing, whatever a browser takes it for (SE-28)."""
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The address of a scan page is a secret of whoever holds the paper.
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR: Final = 31_536_000
UNCHANGED: Final = "no-cache, private"
"""Cache-Control for what never changes under its ETag: kept by the browser, asked for again each time."""


def install(app: Flask, *, https: bool) -> None:
    """Put them on every answer of `app`. `https`: the public address is secure, and is to stay so."""
    app.jinja_env.globals["nonce"] = nonce
    fixed = [*HEADERS.items()]
    if https:
        fixed.append(("Strict-Transport-Security", f"max-age={ONE_YEAR}"))
    app.wsgi_app = _borne_by_all(app.wsgi_app, fixed)  # type: ignore[method-assign, assignment]

    @app.after_request
    def _add(response: Response) -> Response:
        number = g.get("nonce")
        # With 304 the page that the browser has kept is shown, under the policy that came with it.
        if response.status_code != 304:
            # A file that somebody handed in has a stricter one.
            response.headers.setdefault(
                "Content-Security-Policy",
                POLICY if number is None else POLICY_WITH_SCRIPTS.format(nonce=number),
            )
        if request.endpoint == "static" and response.status_code < 400:
            # The address of a static file changes with its content.
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        else:
            if response.headers.get("Cache-Control") != UNCHANGED:
                # What a copy is worth may change at any moment: no cache may answer in our place.
                response.headers["Cache-Control"] = "no-store"
            response.headers["Vary"] = "Accept-Language"
        return response


def _borne_by_all(answers: WSGIApplication, fixed: list[tuple[str, str]]) -> WSGIApplication:
    """With the headers that do not depend on the answer: put in one by one they cost as much as a query."""

    def answering(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return start(status, [*headers, *fixed], error)

        return answers(environ, started)

    return answering


def nonce() -> str:
    """The number that the scripts of this answer carry."""
    number: str = g.setdefault("nonce", secrets.token_urlsafe(16))
    return number
