"""A number for each request: it stands in every line of the log that the request leaves, and in its answer.

A line of the log says which page was asked for and how it went; never who asked, and no address: that of a
copy is a secret of whoever holds the paper.
"""

from __future__ import annotations

import logging
import os
import secrets
from time import perf_counter
from typing import Final

from flask import Flask, Response, g, has_request_context, request

HEADER: Final = "X-Request-Id"
VARIABLE: Final = "DOCCTL_LOG"
REQUESTS: Final = "requests"
"""What the variable says where a line for each request is wanted."""
NOWHERE: Final = "-"

log = logging.getLogger("docctl.requests")


def install(app: Flask) -> None:
    """Number the requests of `app`."""
    if os.environ.get(VARIABLE) == REQUESTS:
        log.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_end)


def number() -> str:
    """That of the request which is being answered."""
    found: str = g.setdefault("request_number", secrets.token_hex(4))
    return found


def _begin() -> None:
    number()
    g.request_begun = perf_counter()


def _end(answer: Response) -> Response:
    answer.headers[HEADER] = number()
    if log.isEnabledFor(logging.INFO):
        took = 1000 * (perf_counter() - g.get("request_begun", perf_counter()))
        page = request.endpoint or "no such page"
        log.info("%s %s %d %.0f ms", request.method[:10], page, answer.status_code, took)
    return answer


class Numbered(logging.Filter):
    """Gives each line of the log the number of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes."""
        record.request = number() if has_request_context() else NOWHERE
        return True
