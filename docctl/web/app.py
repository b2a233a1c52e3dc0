"""Where the web meets a site: an app that serves the pages of one site, and nothing that it does not list.

The site brings its own engines, with their guards (models/engine.py); the app adds none. Before every page
the guard asks who is there; after it come the headers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from docctl.door.site import Site
from docctl.usecases.site.beginning import Makers
from docctl.web.copies import (
    distributing,
    handing,
    life,
    noticing,
    outside,
    requesting,
    scan,
    shelves,
    station,
    together,
)
from docctl.web.copies import taking_over as copies_taking_over
from docctl.web.desk import inbox, reports, start
from docctl.web.documents import (
    approvers,
    approving,
    chain,
    changing,
    commenting,
    drafting,
    issuing,
    library,
    moving,
    pinned,
    reading,
    readings,
    rerouting,
    reviews,
    search,
    taking_over,
    trying,
)
from docctl.web.kit import (
    addresses,
    assets,
    awaited,
    compressed,
    errors,
    forms,
    guard,
    headers,
    here,
    language,
    navigation,
    sessions,
    share,
    tables,
    telling,
    traced,
    words,
)
from docctl.web.ledger import evidence, regulations, trace, trail
from docctl.web.people import delegating, own, passwords, proposing, several, sign_in
from docctl.web.people import moving as people_moving
from docctl.web.records import (
    attaching,
    disposing,
    dossiers,
    duties,
    executing,
    giving,
    holding,
    indicators,
    printing,
)
from docctl.web.site import company, health, system
from docctl.web.site.doorway import Doorway
from docctl.web.site.first_visit import create_first_visit

BLUEPRINTS = dict.fromkeys(
    (
        start.bp,
        scan.bp,
        sign_in.bp,
        inbox.bp,
        reading.bp,
        readings.bp,
        drafting.bp,
        library.bp,
        approvers.bp,
        approving.bp,
        chain.bp,
        rerouting.bp,
        changing.bp,
        issuing.bp,
        moving.bp,
        reviews.bp,
        commenting.bp,
        taking_over.bp,
        trying.bp,
        dossiers.bp,
        executing.bp,
        giving.bp,
        holding.bp,
        disposing.bp,
        duties.bp,
        indicators.bp,
        attaching.bp,
        printing.bp,
        search.bp,
        trace.bp,
        handing.bp,
        copies_taking_over.bp,
        together.bp,
        station.bp,
        shelves.bp,
        distributing.bp,
        requesting.bp,
        outside.bp,
        noticing.bp,
        life.bp,
        trail.bp,
        evidence.bp,
        regulations.bp,
        reports.bp,
        own.bp,
        passwords.bp,
        people_moving.bp,
        several.bp,
        company.bp,
        health.bp,
        system.bp,
        proposing.bp,
        delegating.bp,
    )
)
"""Each file names that on which its pages stand; files of one noun share theirs."""


class App(Flask):
    """Flask, for views that are no coroutines: it would look at a dozen functions in every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def number_in(handler: logging.Handler) -> None:
    """Let each line of a log name its request as `%(request)s`."""
    handler.addFilter(traced.Numbered())


def create_door(makers: Makers) -> Doorway:
    """What answers until a company was founded: the pages that offer it, and those of the demonstration."""
    door = Doorway(makers, create_app)
    door.first = create_first_visit(door)
    if makers.site is not None:
        door.let_in(makers.site)
    return door


def create_app(site: Site) -> Flask:
    """The app for an open site, which stays open as long as the app is used."""
    app = App(__name__, static_folder=None, template_folder="pages")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # a route answers what it says, and nothing else
    app.url_map.merge_slashes = False  # what stands after /c/ is looked up as it is, or not found
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    traced.install(app)
    https = site.settings.public_url.startswith("https://")
    app.jinja_env.globals["read_only"] = site.read_only
    here.keep(app, site)
    sessions.install(app, https=https)
    guard.install(app, ask_again=sign_in.ask_again)
    share.install(app)  # after the guard, which says who asks
    compressed.install(app)  # before the headers: what is installed first comes last
    headers.install(app, https=https)
    language.install(app, secure=https)
    telling.install(app)
    forms.install(app)
    errors.install(app)
    assets.install(app)
    navigation.install(app)
    addresses.install(app)
    words.install(app)
    awaited.install(app)
    tables.install(app)
    pinned.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _ = site.zone  # read now, so that a scan is one query from the first request on
    return app
