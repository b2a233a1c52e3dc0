"""Amounts of a procedure: a sum of money, a share, a number, that its text prints and its forms compute with.

Written among the limits, as `{amount: 50, unit: CNY}`. Knows no formula and no record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.languages import Language
from docctl.rules.words import Own, Words

CURRENCY: Final = re.compile(r"[A-Z]{3}")
"""A unit that is a currency: its code of three letters (ISO 4217)."""
_FIGURE: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_UNIT: Final = re.compile(r"\S.{0,38}\S|\S")


@dataclass(frozen=True)
class Amount:
    """`figure` as it is written, so that the text says 0.60 where the procedure says 0.60."""

    figure: str
    unit: str

    @classmethod
    def parse(cls, source: Mapping[str, object]) -> Amount:
        """From `{amount, unit}`. Raises Invalid."""
        figure, unit = str(source.get("amount", "")), source.get("unit", "")
        problems = {}
        if not _FIGURE.fullmatch(figure):
            problems["amount"] = Message(
                "must be a figure such as 50 or 0.6, of at most 12 digits before the point"
            )
        if not isinstance(unit, str) or not _UNIT.fullmatch(unit):
            problems["unit"] = Message("is missing; write a currency such as CNY, % or a word")
        if problems:
            raise Invalid(problems)
        return cls(figure, str(unit))

    @property
    def value(self) -> Fraction:
        return Fraction(self.figure)

    @property
    def currency(self) -> str:
        """The currency that it is a sum of; nothing for what is no money."""
        return self.unit if CURRENCY.fullmatch(self.unit) else ""


def phrase(amount: Amount, language: Language) -> str:
    """As the text of a page says it."""
    said = _MONEY.get(amount.unit)
    return said.told(language).format(amount.figure) if said else f"{amount.figure} {amount.unit}"


_MONEY: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "CNY": Own(zh="{} 元", en="CNY {}"),
        "USD": Own(zh="{} 美元", en="USD {}"),
        "EUR": Own(zh="{} 欧元", en="EUR {}"),
    }
)
WORDS: Final = tuple(_MONEY.values())
"""All that an amount is said with."""
