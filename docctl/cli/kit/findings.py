"""Findings in files as a command prints them."""

from __future__ import annotations

from typing import Any

from docctl.cli.kit.caller import Caller
from docctl.cli.kit.leaving import with_findings


def told(caller: Caller, answer: dict[str, Any]) -> None:
    """Findings, for people a line each; leaves with 1 when one of them is an error."""
    lines = [
        f"{f['file']}:{f['line']}: {f['severity']} {f['rule']} {f['message']}" for f in answer["findings"]
    ]
    caller.show(answer, "\n".join(lines) or "Nothing to find fault with.")
    if not answer["ok"]:
        with_findings()
