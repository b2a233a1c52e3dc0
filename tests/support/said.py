"""Problems as their English sentences."""

from __future__ import annotations

from collections.abc import Mapping

from docctl.errors.message import Message


def said(problems: Mapping[str, Message]) -> dict[str, str]:
    """Each with its place."""
    return {place: str(why) for place, why in problems.items()}
