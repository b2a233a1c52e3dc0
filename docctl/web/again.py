"""Forms whose refusal is answered by looking again: shown as they stand now, with the sentence above.

forms.py does that for what somebody mistyped. Here it is the state that changed under an open page (409).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from docctl.errors import DocctlError, WrongState
from docctl.web import here, language

View = Callable[..., ResponseReturnValue]


def shown_again(view: View) -> View:
    """The page of the form answers a WrongState of `view`, unless it cannot be shown any more itself."""

    @wraps(view)
    def run(**values: Any) -> ResponseReturnValue:
        try:
            return view(**values)
        except WrongState as error:
            found = page_of(language.told(error), error.status)
            if found is None:
                raise
            return found

    return run


def page_of(said: str, status: int) -> Response | None:
    """The page that this form stands on, with what is said above it; None where it is refused, too."""
    endpoint, values = current_app.url_map.bind("").match(request.path, method="GET")
    here.reading().session.rollback()  # what this request read before its act may be old by now
    g.problems = {"": said}
    try:
        return make_response(current_app.view_functions[endpoint](**values), status)
    except DocctlError:
        g.pop("problems")
        return None
