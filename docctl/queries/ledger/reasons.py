"""Why something was done, as its event holds it; of a refused attempt the message, for any language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docctl.door.refusals import REFUSAL
from docctl.errors.message import Message
from docctl.errors.stored import from_data


def reason_of(event: Mapping[str, Any]) -> Message | str:
    """The reason that somebody gave is text. An attempt of an older docctl has its English sentence only."""
    found = from_data((event.get("details") or {}).get(REFUSAL))
    return found if isinstance(found, Message) else str(event.get("why") or "")
