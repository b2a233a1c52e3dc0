"""A document that a command is given as a file. Knows no act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docctl.cli.kit.caller import Caller
from docctl.errors.message import Message
from docctl.store.material import Material, gather


def given(caller: Caller, file: Path) -> Callable[[], Material]:
    """Reads the document when it is asked for, and tells what was left out of its text."""

    def load() -> Material:
        material = gather(file)
        if material.taken_out:
            caller.note(
                Message(
                    "{many} characters that cannot be seen were taken out: {places}",
                    many=len(material.taken_out),
                    places=list(dict.fromkeys(material.taken_out))[:20],
                )
            )
        return material

    return load
