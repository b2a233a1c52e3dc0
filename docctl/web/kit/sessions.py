"""Cookies of signed-in people: Flask-Login over the sessions that the database holds.

The cookie carries a token and nothing else. Whether it still opens anything is asked at every request.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from docctl.door.memory import Memory
from docctl.queries.people.presence import Presence, presence
from docctl.usecases.people import signing_in
from docctl.web.kit import devices, here, secret

NAME: Final = "docctl"
MOST_REMEMBERED: Final = 500
_COOKIES: Final = "cookies"
STRANGERS: Final = ("/c/", "/static/")
"""What is under these addresses is the same for everybody: pages behind QR codes, and their style."""


class Read(URLSafeTimedSerializer):
    """A cookie that was proved to be ours is so the next time, until it is too old: that is asked anew."""

    memory: Memory
    clock: TimestampSigner

    def loads(  # type: ignore[override]  # as the class above does
        self, s: str | bytes, max_age: int | None = None, *more: Any, **named: Any
    ) -> Any:
        """What it holds. Raises BadSignature."""
        known = self.memory.known(_COOKIES, s)
        if known is None:
            said, at = super().loads(s, max_age, return_timestamp=True)
            if all(isinstance(value, str | bool) for value in said.values()):  # nothing that changes in place
                self.memory.keep(_COOKIES, s, (said, int(at.timestamp())), most=MOST_REMEMBERED)
            return said
        said, at = known
        if max_age is not None and self.clock.get_timestamp() - at > max_age:
            return super().loads(s, max_age)
        return said


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but that the cookie is not looked at where nobody is asked who they are."""

    _signing: Read | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once: the key stays the same as long as the app is used."""
        if self._signing is None:
            plain = super().get_signing_serializer(app)
            assert plain is not None  # the app has a key
            kept: dict[str, Any] = {"serializer": plain.serializer, "signer_kwargs": plain.signer_kwargs}
            self._signing = Read(plain.secret_keys, salt=self.salt, **kept)
            self._signing.memory = here.site_of(app).memory
            self._signing.clock = next(iter(plain.iter_unsigners()))
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
    token = session.get("_user_id")  # where Flask-Login keeps it; it would look at much besides
    if token is None:
        return None
    there = presence(here.site(), token, here.now())
    if there is not None and there.drowsy:
        signing_in.keep_awake(here.site(), token)
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
