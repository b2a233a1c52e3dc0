"""Findings in files as a command prints them."""

from __future__ import annotations

from typing import Any, Final

from docctl.cli.kit import spoken
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.leaving import with_findings
from docctl.errors.message import Message
from docctl.rules.words import Own

_SEVERITY: Final = {"error": Own(zh="错误", en="error"), "warning": Own(zh="警告", en="warning")}


def told(caller: Caller, answer: dict[str, Any]) -> None:
    """Findings, for people a line each; leaves with 1 when one of them is an error."""
    reader = spoken.reader(caller.language)
    lines = [
        f"{f['file']}:{f['line']}: {_SEVERITY[f['severity']].told(reader.language)} {f['rule']} "
        f"{f['message'].told(reader)}"
        for f in answer["findings"]
    ]
    caller.show(answer, "\n".join(lines) or Message("Nothing to find fault with."))
    if not answer["ok"]:
        with_findings()
