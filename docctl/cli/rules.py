"""`docctl permissions` and `docctl rules`: the tables that docctl goes by. Need no site and no account."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.rules.permissions import matrix


@click.command(cls=Command)
@click.pass_obj
def permissions(caller: Caller) -> None:
    """Who may do what: a role, and the conditions under which. What is not in the table is refused."""
    rows = [
        {"action": row.action, "changes": row.changes, "operator": row.operator, "roles": dict(row.cells)}
        for row in matrix()
    ]
    lines = [f"{row['action']}\n" + _who(row) for row in rows]
    caller.show({"permissions": rows}, "\n".join(lines))


@click.command(cls=Command)
@click.pass_obj
def rules(caller: Caller) -> None:
    """The rules that docctl keeps, with the tests that prove each and the record templates that these use."""
    texts, proofs = _data("requirements"), _data("proofs")
    found = [{"id": rule, "text": texts[rule], **proof} for rule, proof in proofs.items()]
    lines = [f"{rule['id']:8}{rule['text']} ({len(rule['tests'])} tests)" for rule in found]
    caller.show({"rules": found}, "\n".join(lines))


def _who(row: dict[str, Any]) -> str:
    may = [f"    {role}: {words}" for role, words in row["roles"].items() if words]
    return "\n".join([*may, *(["    whoever has the site's files"] if row["operator"] else [])])


def _data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("docctl.rules") / f"{name}.json").read_text("utf-8"))
    return found
