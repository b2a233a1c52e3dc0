"""Pages that a browser keeps: sent again only when something has happened since (ETag and If-None-Match).

What a page shows follows from the newest event, the day, the reader, the language and this program; so its
name is made of these, and nothing is laid out to find that it is still the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from flask import Response, make_response, request, session
from flask_wtf.csrf import generate_csrf

from docctl.queries.desk.inbox import waiting
from docctl.queries.desk.remembered import newest_event
from docctl.rules.roles import Actor
from docctl.web.kit import here, language
from docctl.web.kit.headers import UNCHANGED, nonce

_FOLDER: Final = Path(__file__).parents[1]
_SHOWN: Final = frozenset({".html", ".po", ".css", ".js", ".py"})
MOST_REMEMBERED: Final = 200
"""Pages that one process keeps in mind, each for one person."""
_FLASHES: Final = "_flashes"


def kept(version: str, page: Callable[[], str], *, few_eyes: Callable[[], bool] = lambda: False) -> Response:
    """304 where the browser has this page as it still is; else the page, with the name to ask by.

    `version`: the newest event of the site when the page was worked out. `few_eyes`: whether a draft stands
    on it. This process remembers such a page, but its browser is not told a name, and keeps nothing.
    """
    if session.get(_FLASHES):
        return make_response(page())  # it tells what was done just now, and is not to be told again
    tag = _tag(version)
    if "If-None-Match" in request.headers and request.if_none_match.contains(tag):
        answer = Response(status=304)
    else:
        pieces, is_for_few = _laid_out(tag, version, page, few_eyes)
        # As this process laid it out before, but for the number of its scripts, which is a new one.
        answer = Response(nonce().encode("ascii").join(pieces))
        if is_for_few:
            return answer
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = UNCHANGED
    return answer


def _laid_out(
    tag: str, version: str, page: Callable[[], str], few_eyes: Callable[[], bool]
) -> tuple[tuple[bytes, ...], bool]:
    """What stands between the numbers of its scripts, and whether it is for few eyes."""
    memory, ctx = here.site().memory, here.reading()
    known: tuple[tuple[bytes, ...], bool] | None = memory.known("pages", tag)
    if known is not None:
        return known
    ctx.session.connection()  # from here on the page is read as of one event, which may be a later one by now
    is_still = newest_event(ctx) == version
    made = tuple(page().encode().split(nonce().encode("ascii"))), few_eyes() or not is_still
    return memory.keep("pages", tag, made, most=MOST_REMEMBERED) if is_still else made


def _tag(version: str) -> str:
    ctx = here.reading()
    if "csrf_token" not in session:
        generate_csrf()  # the page holds the token of this session: another session has another page
    return _named(
        version,
        ctx.today(),
        waiting(ctx, version),
        ctx.actor,
        ctx.name,
        session.get("csrf_token"),
        language.of_request(),
        request.full_path,
    )


@lru_cache(maxsize=MOST_REMEMBERED)
def _named(version: str, day: date, waits: int, actor: Actor, *more: str | None) -> str:
    # A set is written in another order by another process, and the name has to be the same in all.
    reader = (actor.person_id, actor.login, sorted(actor.roles), actor.department)
    made_of = (_program(), version, day.isoformat(), waits, reader, more)
    return hashlib.sha256(repr(made_of).encode("utf-8", "replace")).hexdigest()[:32]


@cache
def _program() -> str:
    """A newer program shows the same document otherwise."""
    files = sorted(
        file for file in _FOLDER.rglob("*") if file.suffix in _SHOWN and "vendor" not in file.parts
    )
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
