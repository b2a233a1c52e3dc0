"""Addresses that come from outside: only those of our own pages are followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

_LONGEST = 2_000


def of_this_page() -> str:
    """Path and query of the request, to come back to."""
    query = request.query_string.decode("ascii", errors="ignore")
    return request.path + (f"?{query}" if query else "")


def ours(address: str, *, method: str = "GET") -> str | None:
    """`address` if it is a path of one of our pages that takes `method`; None for all else."""
    if len(address) > _LONGEST or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(c) < 0x20 or ord(c) == 0x7F for c in address):
        return None
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    try:
        known = current_app.url_map.bind("").test(parts.path, method=method)
    except (HTTPException, ValueError):
        return None
    return address if known else None
