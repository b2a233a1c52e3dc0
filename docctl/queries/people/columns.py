"""The columns of the list of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docctl.errors.message import Holder, Message, Post
from docctl.queries.columns import Column, Listed


def _state(line: Mapping[str, Any]) -> Message:
    if line["locked"]:
        return Message("locked")
    return Message("one-time password") if line["one_time"] else Message("ready")


ACCOUNTS: Final = Listed(
    title=Message("Accounts"),
    columns=(
        Column(key="login", heading=Message("Login"), shape="number"),
        Column(key="name", heading=Message("Name")),
        Column(
            key="department",
            heading=Message("Department"),
            value=lambda line: Holder(line["department"]),
        ),
        Column(key="roles", heading=Message("Roles"), value=lambda line: list(map(Post, line["roles"]))),
        Column(key="state", heading=Message("State"), value=_state),
    ),
)
