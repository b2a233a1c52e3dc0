"""Our own style sheet and icon, under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Flask

FOLDER: Final = Path(__file__).parents[1] / "static"


def install(app: Flask) -> None:
    """Serve them, and give templates `asset(name)`."""
    app.static_folder = str(FOLDER)
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.jinja_env.globals["asset"] = _asset


@cache
def _asset(name: str) -> str:
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{quote(name)}?v={digest}"
