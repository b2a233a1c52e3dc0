"""Case files: what records are collected under, and the words by which a value of a record is found (DC-103).

A field of a form says by `dossier` that its value names a customer, a product and so on. Knows values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.rules import search_words
from docctl.rules.words import Own


class Dossier(StrEnum):
    """What a case file is about."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    SERIAL = "serial"
    SUPPLIER = "supplier"
    PROJECT = "project"
    CONTRACT = "contract"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[Dossier, Own]] = MappingProxyType(
    {
        Dossier.CUSTOMER: Own(zh="顾客", en="customer"),
        Dossier.PRODUCT: Own(zh="产品", en="product"),
        Dossier.SERIAL: Own(zh="产品编号", en="serial number"),
        Dossier.SUPPLIER: Own(zh="供方", en="supplier"),
        Dossier.PROJECT: Own(zh="项目", en="project"),
        Dossier.CONTRACT: Own(zh="合同", en="contract"),
    }
)

LONGEST: Final = 120
"""Of a value by which a case file is named, and of one that is asked for by its field."""


@dataclass(frozen=True)
class Findable:
    """A value as it is looked for: `folded` to equal what is asked for, `tokens` to be found by words.

    `told` is the value itself; the words of a choice are among the tokens, in every language.
    """

    field: str
    dossier: Dossier | None
    told: str
    folded: str
    tokens: tuple[str, ...]


def findables(properties: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> Iterator[Findable]:
    """All that a record can be found by, in the order of its form; of a table its cells."""
    for field, schema in properties.items():
        for inner, value in _leaves(schema, values.get(field)):
            told = str(value).strip()
            labels = " ".join(inner.get("labels", {}).get(told, {}).values())
            if told:
                kind = inner.get("dossier") or schema.get("dossier")
                found = search_words.tokens(f"{told} {labels}")
                yield Findable(
                    field, Dossier(kind) if kind else None, told[:LONGEST], folded(told), tuple(found)
                )


def sortable(token: str) -> str:
    """A token in letters that every database puts into one order, whatever its language is."""
    return token.encode().hex()


def folded(text: str) -> str:
    """As two writings of one name are compared: wide and narrow, upper and lower case, without blanks."""
    return "".join(search_words.fold(text).split())[:LONGEST]


def _leaves(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """The texts and figures in a value, each with the schema of its place; yes and no are no words."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(schema.get("properties", {}).get(name, {}), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(schema.get("items", {}), inner)
    elif value is not None and not isinstance(value, bool):
        yield schema, value
