"""The cases of a table in a procedure: under which of them a value falls. Knows text alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from docctl.rules.languages import Language
from docctl.rules.words import NOTHING, Words

_CASE: Final = re.compile(r"(<=|>=|==|!=|<|>|=)?\s*(.*)", re.DOTALL)
_ORDERS: Final = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass(frozen=True)
class Case:
    """One line of a table of limits: `when` is a comparison ("<= 300") or a value ("市区").

    `called`: how texts in other languages than that of the value say it.
    """

    when: str
    within: int
    called: Words = NOTHING

    def told(self, language: Language) -> str:
        """When it holds, as a text says it."""
        return self.called.get(language) or _sign(self.when)


def _sign(when: str) -> str:
    return when.replace("<=", "≤").replace(">=", "≥").replace("!=", "≠").replace("==", "=")


def compared(value: Any) -> str:
    """A value as the cases of a table are compared with it; nothing where there is none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def falls_under(when: str, text: str) -> bool:
    """Whether a case ("<= 300", "urban") holds of a value that is there."""
    match = _CASE.fullmatch(when.strip())
    assert match is not None  # every part of the pattern may be empty
    sign, operand = match[1] or "==", match[2].strip("'\" ")
    left, right = _decimal(text), _decimal(operand)
    if sign in _ORDERS:
        return left is not None and right is not None and bool(_ORDERS[sign](left, right))
    equal = text == operand if left is None or right is None else left == right
    return equal != (sign == "!=")


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
