"""The shape of a place where an action is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Surface:
    """Where an action is reached. None: not there.

    `function` is dotted, below docctl.usecases. `command` is what follows `docctl`, `also` the commands that
    show the same thing otherwise. `web` is a Flask endpoint. `alone`: why it is reached by pages only, or by
    command only.
    """

    function: str | None
    command: str | None = None
    web: str | None = None
    also: tuple[str, ...] = ()
    alone: str = ""

    @property
    def commands(self) -> tuple[str, ...]:
        return ((self.command,) if self.command else ()) + self.also
