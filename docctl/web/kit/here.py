"""The site that this process serves, who is there, and the context for what they do.

`reading()` for a query, `writing(action)` for a use case: a route needs no more to know who asks.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from flask import Flask, current_app, g, request

from docctl.door.accounts import Proved
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import Invalid, Unauthenticated
from docctl.queries.people.presence import Presence
from docctl.rules.actions import Action
from docctl.rules.conditions import IS_OPERATOR, Subject
from docctl.rules.rights import PERMISSIONS
from docctl.rules.roles import Actor
from docctl.usecases.people import signing_in
from docctl.web.kit import database, devices

CHANNEL: Final = "web"
PUBLIC: Final = frozenset(
    {
        *("start.show", "scan.show", "scan.check", "static", "health.healthz", "health.metrics"),
        *("sign_in.show", "sign_in.sign_in", "sign_in.sign_out", "sign_in.code_form", "sign_in.code"),
    }
)
"""The endpoints that need no account. Everything else asks who is there; a test lists both."""
BEFORE_ALL_ELSE: Final = frozenset({"people.own_password", "people.change_own_password"})
"""The only pages for whoever came with a one-time password."""

BEFORE_A_FACTOR: Final = BEFORE_ALL_ELSE | {"people.enrol_form", "people.enrol", "people.enrol_qr"}
"""The only pages for whoever has to set up a second factor first."""

_COOKIELESS: Final = frozenset(
    {"start.show", "scan.show", "scan.check", "static", "health.healthz", "health.metrics"}
)
_KEY: Final = "docctl"
_OP: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def keep(app: Flask, site: Site) -> None:
    """Make `site` the one of this app."""
    app.extensions[_KEY] = site
    database.install(app, site)
    app.teardown_appcontext(_close)


def site_of(app: Flask) -> Site:
    """The site that this app serves."""
    found: Site = app.extensions[_KEY]
    return found


def site() -> Site:
    """The site of the request that is being answered."""
    found: Site = current_app.extensions[_KEY]
    return found


def now() -> datetime:
    """The instant of the request, in the zone of the site: its date is the day that counts."""
    served = site()
    return served.clock().astimezone(served.zone)


def person() -> Presence | None:
    """Who is signed in; None before pages that need no account, which do not ask."""
    found: Presence | None = g.get("person")
    return found


def actor() -> Actor:
    """Who is signed in, as somebody with rights. For pages behind the guard."""
    return _somebody().actor


def may(action: Action, subject: Subject | None = None) -> bool:
    """Whether the person may do this at all: for menus and buttons. The act itself asks again.

    Without a subject: whether there could be one for which they may.
    """
    there = person()
    if there is None:
        return False
    if subject is None:
        return any(
            all(not there.actor.roles.isdisjoint(c.roles) for c in conditions if c.roles)
            for conditions in PERMISSIONS[action]
            if IS_OPERATOR not in conditions
        )
    return reading().may(action, subject)


def reading() -> Context:
    """The context of this request for reading; one for all queries of a page."""
    found: Context | None = g.get("reading")
    if found is None:
        there = _somebody()
        found = g.reading = Context(site(), there.actor, there.name, CHANNEL, given=database.reading)
    return found


def read_afresh() -> None:
    """Forget what this request read before its act: it may be old by now."""
    if "reading" in g and g.reading.has_begun:
        g.reading.session.rollback()


def writing(action: Action, *, confirmed: bool = False) -> Context:
    """The context of one act. What signs or ends something needs the password, in the field `password`.

    `confirmed`: the page knows that this time the act is one of those, which its name does not tell.
    `op` of the form makes a request that was sent twice one act. Raises Unauthenticated, Throttled.
    """
    site().require_writable()
    there, op = _somebody(), request.form.get("op", "")
    ctx = Context(site(), there.actor, there.name, CHANNEL, op=op if _OP.fullmatch(op) is not None else None)
    _to_be_closed(ctx)
    return _confirmed(ctx, action) if confirmed or action.confirmed else ctx


def _confirmed(ctx: Context, action: Action) -> Context:
    """`ctx`, once the field `password` holds its person's password."""
    login, password = ctx.actor.login, request.form.get("password", "")
    if not password:
        raise Unauthenticated("enter your password: it is your signature")
    device = devices.mark_of(login)
    proved = signing_in.confirmed(ctx, action, password, source=source(), device=device)
    _to_be_closed(proved)
    return proved


def vouched(field: str) -> Proved | None:
    """Whoever is chosen in `field`, by the password in the field beside it. Raises Invalid, Throttled."""
    login, beside = request.form.get(field, ""), f"{field}_password"
    if not login:
        return None
    try:
        return signing_in.vouched(site(), login, request.form.get(beside, ""), source=source())
    except Unauthenticated as error:
        raise Invalid({beside: error.said}) from error


def source() -> str:
    """The address that the request came from."""
    return request.remote_addr or ""


def may_set_cookies() -> bool:
    """Not on the pages for strangers: who scans a code is not followed."""
    return request.endpoint is not None and request.endpoint not in _COOKIELESS


def _somebody() -> Presence:
    there = person()
    if there is None:
        raise Unauthenticated("sign in first")
    return there


def _to_be_closed(ctx: Context) -> None:
    g.setdefault("contexts", []).append(ctx)


def _close(_error: BaseException | None) -> None:
    for ctx in g.pop("contexts", []):
        ctx.close()
