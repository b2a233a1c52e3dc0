"""Second factors: one's own, set up and turned off; somebody else's, taken away after a phone was lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from docctl.door import factors as door
from docctl.queries.people.accounts import person_view
from docctl.queries.people.own import own_factor
from docctl.render import qr
from docctl.rules.actions import Action
from docctl.rules.factors import RECOVERY_CODES
from docctl.usecases.people import factors
from docctl.web.kit import act_pages, again, forms, here, secret
from docctl.web.kit.act_pages import ActPage
from docctl.web.people.accounts import bp as bp

_OFFERED: Final = "factor"
"""Where the cookie of the person keeps what the phone is to share, until it is set up."""
_TAKEN: Final = "factor_taken"


@bp.get("/account/enrol")
def enrol_form() -> ResponseReturnValue:
    """What the phone reads, as a picture and in letters. It stays the same until it is set up."""
    if own_factor(here.reading()).has and request.method == "GET":
        return redirect(url_for("people.own"))
    if _OFFERED not in session or (_TAKEN in session and request.method == "GET"):
        session.pop(_TAKEN, None)
        session[_OFFERED] = door.new_secret()
    there = here.person()
    return render_template(
        "people/factor_enrol.html", shown=_in_fours(session[_OFFERED]), due=there is not None and there.enrols
    )


@bp.get("/account/enrol.svg")
def enrol_qr() -> ResponseReturnValue:
    """The picture for the phone."""
    own = own_factor(here.reading())
    told = door.address(session.get(_OFFERED, ""), own.login, own.organisation)
    return Response(qr.svg(told), mimetype="image/svg+xml")


@bp.post("/account/enrol")
@again.shown_again
def enrol() -> ResponseReturnValue:
    """Set it up, and show the recovery codes, once."""
    ctx = here.writing(Action.FACTOR_ENROL)
    offered = session.get(_OFFERED, "")
    codes = _recovery(offered)
    factors.enrol_factor(ctx, offered, forms.text(request.form, "code"), codes)
    session[_TAKEN] = True
    return render_template("people/factor_codes.html", codes=codes)


def forget_offered() -> None:
    """What the phone shares leaves the cookie when its owner goes on; a second click shows the same."""
    if session.pop(_TAKEN, None):
        session.pop(_OFFERED, None)


@bp.get("/account/drop")
def drop_form() -> ResponseReturnValue:
    """What it means to turn it off."""
    if not own_factor(here.reading()).has:
        return redirect(url_for("people.own"))
    return render_template("people/factor_drop.html")


@bp.post("/account/drop")
@again.shown_again
def drop() -> ResponseReturnValue:
    """Turn it off."""
    factors.drop_factor(here.writing(Action.FACTOR_DROP), forms.text(request.form, "code"))
    flash(gettext("Your second factor is turned off."))
    return redirect(url_for("people.own"))


RESET: Final = ActPage(
    action=Action.FACTOR_RESET,
    form=lambda login: render_template(
        "people/factor_reset.html", seen=person_view(here.reading(), login, Action.FACTOR_RESET)
    ),
    does=lambda ctx, login: factors.reset_factor(ctx, login, reason=forms.reason()),
    said=lambda person: [
        gettext("%(login)s has no second factor any more, and is told so.", login=person.login)
    ],
    then=lambda login: url_for("people.show", login=login),
)
act_pages.add(bp, "/people/<login>", [RESET])


def _recovery(offered: str) -> list[str]:
    """Codes of 80 random bits: made of what is on the phone, so that a second click shows the same ones."""
    key = secret.of(here.site()).encode()
    made = [
        hmac.digest(key, f"recovery {n} {offered}".encode(), hashlib.sha256) for n in range(RECOVERY_CODES)
    ]
    return [_in_fours(base64.b32encode(each[:10]).decode().lower(), "-") for each in made]


def _in_fours(letters: str, between: str = " ") -> str:
    return between.join(letters[n : n + 4] for n in range(0, len(letters), 4))
