"""One thing that is wrong with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docctl.errors.message import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`clause` is the number of the clause in which the line stands, empty before the first."""

    rule: str
    severity: Severity
    clause: str
    line: int
    message: Message
