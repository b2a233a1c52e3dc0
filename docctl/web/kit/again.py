"""Forms whose refusal is answered by looking again: shown as they stand now, with the sentence above.

forms.py does that for what somebody mistyped. Here it is the state that changed under an open page (409).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from docctl.errors import WrongState
from docctl.web.kit import forms, telling

View = Callable[..., ResponseReturnValue]


def shown_again(view: View) -> View:
    """The page of the form answers a WrongState of `view`, unless it cannot be shown any more itself."""

    @wraps(view)
    def run(**values: Any) -> ResponseReturnValue:
        try:
            return view(**values)
        except WrongState as error:
            found = forms.page_with({"": telling.told(error)}, error.status)
            if found is None:
                raise
            return found

    return run
