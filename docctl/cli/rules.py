"""`docctl permissions` and `docctl rules`: the tables that docctl goes by. Need no site and no account."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.rules.matrix import matrix


@click.command(cls=Command)
@click.pass_obj
def permissions(caller: Caller) -> None:
    """Who may do what: a role, and the conditions under which. What is not in the table is refused."""
    rows = [
        {
            "action": row.action.value,
            "changes": row.changes,
            "operator": row.operator,
            "roles": {role: str(cell or "") for role, cell in row.cells.items()},
        }
        for row in matrix()
    ]
    lines = [f"{row['action']}\n" + _who(row) for row in rows]
    caller.show({"permissions": rows}, "\n".join(lines))


@click.command(cls=Command)
@click.pass_obj
def rules(caller: Caller) -> None:
    """Every rule of the sources in their own words: whether docctl keeps it, what is missing, what proves it.

    `holds`, `in part` or `not built`. Behind them attacks and crashes, which no source asks for.
    """
    texts, proofs = _data("requirements"), _data("proofs")
    found = [_rule(name, text, proofs.get(name, {})) for name, text in texts.items()]
    counts = {kind: Counter(map(_counted, _of(found, kind))) for kind in _KINDS}
    lines = [line for kind in _KINDS for line in _told(kind, _of(found, kind), counts[kind])]
    caller.show({"rules": found, "counts": counts}, "\n".join(lines))


_KINDS = {"DC": "Document control", "PR": "Processes", "SE": "Attacks", "CP": "Crashes"}


def _rule(name: str, text: dict[str, str], proof: dict[str, Any]) -> dict[str, Any]:
    """`fault`: what was broken on purpose, and was noticed by one of the tests; for a rule that holds."""
    said = {"id": name, "text": text["text"], "state": text.get("state"), "missing": text.get("missing")}
    proved = {"tests": proof.get("tests", []), "templates": proof.get("templates", [])}
    return said | proved | {"fault": proof.get("fault")}


def _of(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [rule for rule in found if rule["id"].startswith(f"{kind}-")]


def _counted(rule: dict[str, Any]) -> str:
    return rule["state"] or ("tested" if rule["tests"] else "not tested")


def _told(kind: str, found: list[dict[str, Any]], counts: Counter[str]) -> Iterator[str]:
    sums = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    yield f"{_KINDS[kind]}: {sums}"
    for rule in found:
        missing = f" (missing: {rule['missing']})" if rule["missing"] else ""
        yield f"  {rule['id']:8}{_counted(rule):11}{rule['text']}{missing} [{len(rule['tests'])} tests]"


def _who(row: dict[str, Any]) -> str:
    may = [f"    {role}: {words}" for role, words in row["roles"].items() if words]
    return "\n".join([*may, *(["    whoever has the site's files"] if row["operator"] else [])])


def _data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("docctl.rules") / f"{name}.json").read_text("utf-8"))
    return found
