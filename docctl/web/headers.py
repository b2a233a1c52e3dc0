"""Headers that every answer bears, errors and redirects included: what a browser may do with a page."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

# Pages have no script at all, so none is allowed; colours and icons come from our own files.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The address of a scan page is a secret of whoever holds the paper.
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR: Final = 31_536_000


def install(app: Flask, *, https: bool) -> None:
    """Put them on every answer of `app`. `https`: the public address is secure, and is to stay so."""

    @app.after_request
    def _add(response: Response) -> Response:
        response.headers.update(HEADERS)
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        if request.endpoint == "static" and response.status_code < 400:
            # The address of a static file changes with its content.
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        else:
            # What a copy is worth may change at any moment: no cache may answer in our place.
            response.headers["Cache-Control"] = "no-store"
            response.headers["Vary"] = "Accept-Language"
        return response
