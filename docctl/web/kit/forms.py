"""Forms that keep what was typed: a refused form is shown again with its problems, by the page it came from.

A form and its act share an address: GET shows the form, POST does it. If the act says Invalid or that the
password is wrong, the very same page is shown again, so that a route needs no case for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Flask, Response, current_app, g, make_response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from docctl.errors import DocctlError, Invalid, Throttled, Unauthenticated
from docctl.errors.message import Message
from docctl.web.kit import here, telling

SENT_BEFORE: Final = Message(
    "This form was sent before with other content, and that is what was done. "
    "What you see here has not been sent: look at it, then send it again."
)


def install(app: Flask) -> None:
    """Give templates what the fields of a form ask for."""
    app.jinja_env.globals.update(typed=typed, typed_all=typed_all, problems=problems, new_op=new_op)


def problems() -> Mapping[str, str]:
    """What is wrong with the form, by field, in the language of the request. `""` is the form as a whole."""
    found: Mapping[str, str] = g.get("problems", {})
    return found


def typed(name: str, otherwise: Any = "") -> Any:
    """What was typed into a field, if the form comes back; else what it holds at first."""
    if request.method == "POST":
        return request.form.get(name, "")
    return request.args.get(name, "" if otherwise is None else otherwise)


def typed_all(name: str, otherwise: Any = ()) -> list[str]:
    """The same for a field that takes several values."""
    given = request.form if request.method == "POST" else request.args
    return given.getlist(name) if request.method == "POST" or name in given else list(otherwise)


def new_op() -> str:
    """A key for this form: sent twice, it is done once."""
    return secrets.token_urlsafe(16)


def day(values: MultiDict[str, str], name: str) -> date | None:
    """A day in ISO form; None where nothing was typed. Raises Invalid."""
    text = values.get(name, "").strip()
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.isoformat() != text):
        raise Invalid({name: Message("write the day like 2026-03-12")})
    return found


def text(values: MultiDict[str, str], name: str) -> str:
    """What was typed, without the blanks around it; line ends are those of Unix."""
    return values.get(name, "").replace("\r\n", "\n").strip()


def reason() -> str:
    """Why somebody does what the form is for."""
    return text(request.form, "reason")


def again(error: DocctlError) -> Response | None:
    """The page that the form stands on, with what was typed and what is wrong; None if there is none."""
    if request.method != "POST" or g.get("problems"):
        return None
    found = _problems(error)
    if not found:
        return None
    answer = page_with({name: telling.told(said) for name, said in found.items()}, error.status)
    if answer is not None and isinstance(error, Throttled):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def page_with(found: Mapping[str, str], status: int) -> Response | None:
    """The page that this form stands on, with what is wrong; None where it is refused too, or is none."""
    try:
        endpoint, values = current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return None
    here.read_afresh()
    g.problems = found
    try:
        return make_response(current_app.view_functions[endpoint](**values), status)
    except DocctlError:
        g.pop("problems")
        return None


def _problems(error: DocctlError) -> dict[str, Message]:
    if isinstance(error, Invalid):
        if "op" in error.problems:  # nobody typed it, and the page that comes now has a new one
            return {"": SENT_BEFORE}
        return error.problems
    if isinstance(error, Unauthenticated | Throttled):
        only_code = "code" in request.form and "password" not in request.form
        return {"code" if only_code else "password": error.said}
    return {}
