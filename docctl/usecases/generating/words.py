"""The words of a generated site: numbers, titles, texts and people, from sample.yaml. Knows no site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from docctl.store import tree

FORMS: Final = 4
"""Forms with a procedure each; all records are theirs."""

ENDS: Final = ("open", "filled", "signed", "completed", "verified")
"""How far records that are not closed have come."""

MOST: Final = 999_999
"""Documents, by the digits of their numbers."""


@cache
def data() -> Mapping[str, Any]:
    """sample.yaml; its head explains it."""
    found: Mapping[str, Any] = tree.load_yaml((files(__package__) / "sample.yaml").read_bytes())
    return found


def number(running: int) -> str:
    """Of the procedure with this running number; all have one length."""
    return f"GEN-CX-{running:06d}"


def configuration() -> bytes:
    """docctl's own site.yaml, with the numbers of generated documents before its own."""
    own = (files("docctl") / "site.yaml").read_text("utf-8")
    lines = "".join(
        f"  - {{key: {s['key']}, level: {s['level']}, pattern: '{s['pattern']}', example: {s['example']}}}\n"
        for s in data()["schemes"]
    )
    return own.replace("schemes:\n", "schemes:\n" + lines, 1).encode()


def people_of() -> Iterator[tuple[str, str, str, str]]:
    """Login, name, department and role of each account that acts in the samples."""
    for person in data()["people"]:
        yield person["login"], person["name"], person["department"], person["role"]
    for department in data()["departments"]:
        yield f"gen-author-{department}", "甲编写", department, "author"
        yield f"gen-staff-{department}", "甲员工", department, "staff"


def form_number(n: int) -> str:
    """Of the form with this number."""
    return f"GEN-R-{n:03d}"


def record_kind(n: int, end: str) -> str:
    """The name of the sample: a record of the form `n`, as far as that."""
    return f"{form_number(n)} {end}"


def form_of(kind: str) -> str:
    """The number of the form of that kind of record."""
    return kind.partition(" ")[0]


def title(first: int, last: int) -> dict[str, str]:
    """The title of a document in each language; the same pair gives the same, all have one length."""
    return {
        language: said["first"][first % len(said["first"])]
        + said["between"]
        + said["last"][last % len(said["last"])]
        for language, said in data()["title"].items()
    }
