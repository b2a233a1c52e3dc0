"""Our own style sheet and icon, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, url_for

FOLDER: Final = Path(__file__).with_name("static")


def install(app: Flask) -> None:
    """Serve them, and give templates `asset(name)`."""
    app.static_folder = str(FOLDER)
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.jinja_env.globals["asset"] = _asset


def _asset(name: str) -> str:
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
