"""Answers that are the same for everybody, sent compressed; a page that carries somebody's token never is.

The length of a compressed page tells what in it repeats, so that whoever can put words of their own beside a
token can guess the token (BREACH). Decision 22 says more. Style sheets and scripts are most of what a first
visit fetches; the page itself is small.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

SAME_FOR_ALL: Final = frozenset({"static", "start.show", "scan.show"})
"""Neither a session nor a token is known there (web/kit/here.py)."""
LEAST: Final = 1_000
"""Bytes below which it saves no packet."""
_WORDS: Final = frozenset({"image/svg+xml", "text/javascript", "application/javascript"})


def install(app: Flask) -> None:
    """Compress what may be. Before the headers are installed, so that it comes after them."""

    @app.after_request
    def _compress(response: Response) -> Response:
        if request.endpoint not in SAME_FOR_ALL or not _is_text(response):
            return response
        varies = response.headers.get("Vary")
        response.headers["Vary"] = f"{varies}, Accept-Encoding" if varies else "Accept-Encoding"
        if request.method == "GET" and response.status_code in {200, 404} and _is_wanted():
            response.direct_passthrough = False
            whole = response.get_data()
            if len(whole) >= LEAST:
                response.set_data(_zipped(whole) if request.endpoint == "static" else _zip(whole))
                response.headers["Content-Encoding"] = "gzip"
                tag, _ = response.get_etag()
                if tag is not None:
                    response.set_etag(tag, weak=True)
        return response


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith("text/") or kind in _WORDS


def _is_wanted() -> bool:
    return "Range" not in request.headers and _takes_gzip(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    """What a browser takes; there are few browsers, and each says the same in every request."""
    return parse_accept_header(header).quality("gzip") > 0


def _zip(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=6, mtime=0)


_zipped = lru_cache(maxsize=64)(_zip)
