"""Cookies of signed-in people: Flask-Login over the sessions that the database holds.

The cookie carries a token and nothing else. Whether it still opens anything is asked at every request.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import URLSafeTimedSerializer

from docctl.queries.people.presence import Presence, presence
from docctl.usecases.people import signing_in
from docctl.web.kit import devices, here, secret

NAME: Final = "docctl"
STRANGERS: Final = ("/c/", "/static/")
"""What is under these addresses is the same for everybody: pages behind QR codes, and their style."""


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but that the cookie is not looked at where nobody is asked who they are."""

    _signing: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key stays the same as long as the app is used."""
        if self._signing is None:
            self._signing = super().get_signing_serializer(app)
        return self._signing

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None for strangers' addresses; Flask then gives one that is empty, and refuses to be filled."""
        if request.path.startswith(STRANGERS):
            return None
        return super().open_session(app, request)


class Visitor(UserMixin):  # type: ignore[misc]
    """Somebody with an open session, as Flask-Login knows them: by the token."""

    def __init__(self, token: str, there: Presence) -> None:
        self.token, self.there = token, there

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def install(app: Flask, *, https: bool) -> None:
    """Set the cookie up. `https`: it is bound to this host and never sent in the clear."""
    app.secret_key = secret.of(here.site_of(app))
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{NAME}" if https else NAME,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    devices.install(app)
    manager = LoginManager()
    # Neither its own look at addresses nor its context processor, which would ask on pages for everybody.
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)


def who() -> Presence | None:
    """Whoever the cookie of this request belongs to."""
    found = current_user._get_current_object()
    if not found.is_authenticated:
        return None
    there: Presence = found.there
    if there.drowsy:
        signing_in.keep_awake(here.site(), found.token)
    return there


def begin(token: str) -> None:
    """Give the browser the token of a new session; whatever it had before is gone (SE-09)."""
    session.clear()
    there = presence(here.site(), token, here.now())
    if there is not None:
        login_user(Visitor(token, there))


def end() -> None:
    """Sign out: the session is over on the server, and the cookie is taken back."""
    if current_user.is_authenticated:
        signing_in.sign_out(here.site(), current_user.token)
    logout_user()
    session.clear()


def _load(token: str) -> Visitor | None:
    there = presence(here.site(), token, here.now())
    return None if there is None else Visitor(token, there)
