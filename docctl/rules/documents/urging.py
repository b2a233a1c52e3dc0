"""When those who are asked to sign may be reminded: once a day for each step, if anybody is asked."""

from __future__ import annotations

from collections.abc import Collection

from docctl.errors import WrongState


def check_once(name: str, by: str | None) -> None:
    """Raises WrongState where somebody reminded them of the same step on the same day."""
    if by is not None:
        raise WrongState(
            "{by} reminded them of {name} today already. Once a day is enough.", by=by, name=name
        )


def check_anybody(name: str, logins: Collection[str]) -> None:
    """Raises WrongState where nobody can sign the step: a reminder would reach nobody."""
    if not logins:
        raise WrongState(
            "Nobody can sign {name} now, so nobody is reminded. An admin gives the post.", name=name
        )
