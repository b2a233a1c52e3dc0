"""How the machine stands, for whoever looks after it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.site.system import SYSTEM, system, wanting
from docctl.web.kit import export, here

bp = Blueprint("system", __name__)


@bp.get("/system")
def show() -> ResponseReturnValue:
    """Each fact with what is to be done; and by which way this request came."""
    found = system(here.reading())
    if export.is_wanted():
        return export.export(SYSTEM, found)
    came = {"scheme": request.scheme, "source": here.source()}
    return render_template("site/system.html", listed=SYSTEM, lines=found, wants=wanting(found), came=came)
