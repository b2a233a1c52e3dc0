"""The mark of a device that somebody signed in on: its wrong passwords are counted apart from strangers'.

So nobody can shut another person out by failing in their name (SE-02). The mark opens nothing.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from flask import Flask, Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from docctl.usecases.people.attempts import account_key

_HALF_A_YEAR: Final = 180 * 86_400


def mark_of(login: str) -> str | None:
    """The mark of this device for this account, if it has one."""
    try:
        known: Any = _serializer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return None
    mark = known.get(account_key(login)) if isinstance(known, dict) else None
    return mark if isinstance(mark, str) else None


def remember(response: Response, login: str) -> None:
    """Give the device a mark for this account, beside those of the last few others who share it."""
    try:
        known: Any = _serializer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        known = {}
    kept = dict(list(known.items())[-4:]) | {account_key(login): secrets.token_urlsafe(12)}
    response.set_cookie(
        _name(),
        _serializer().dumps(kept),
        max_age=_HALF_A_YEAR,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def install(app: Flask) -> None:
    """Name the cookie like that of the session."""
    app.config["DEVICE_COOKIE_NAME"] = app.config["SESSION_COOKIE_NAME"] + "-device"


def _name() -> str:
    return str(current_app.config["DEVICE_COOKIE_NAME"])


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="device")
