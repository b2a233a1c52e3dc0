"""The site that this process serves: where an app keeps it, and where its pages find it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import Flask, current_app

from docctl.site import Site

_KEY: Final = "docctl"


def keep(app: Flask, site: Site) -> None:
    """Make `site` the one of this app."""
    app.extensions[_KEY] = site


def site() -> Site:
    """The site of the request that is being answered."""
    found: Site = current_app.extensions[_KEY]
    return found


def now() -> datetime:
    """The instant of the request, in the zone of the site: its date is the day that counts."""
    served = site()
    return served.clock().astimezone(served.zone)
