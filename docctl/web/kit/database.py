"""The reading session of a request, by Flask-SQLAlchemy (decision 3). Nothing is ever written through it.

One session serves all queries of a page, and is closed with the request. Its connections are those of the
site's readers, which the database itself lets change nothing; whoever writes goes through `ctx.act()`.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine
from sqlalchemy.orm import Session as PlainSession

from docctl.door.site import Site

_READERS: Final = "docctl-readers"


class Reading(Session):
    """A session on the readers of the site that the request is for."""

    def get_bind(self, *_: Any, **__: Any) -> Engine:
        """The engine whose connections cannot write, whatever is asked of them."""
        found: Engine = current_app.extensions[_READERS]
        return found


db = SQLAlchemy(session_options={"class_": Reading, "autoflush": False})


def install(app: Flask, site: Site) -> None:
    """Give the app its session. The extension wants an engine of its own; an empty one in memory serves."""
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.extensions[_READERS] = site.readers
    db.init_app(app)


def reading() -> PlainSession:
    """The session of this request."""
    return db.session()
