"""What HTML says of a list by attributes, said by style: paper numbers its items as the page does.

WeasyPrint goes by these only as hints of presentation, which would let a text set colours and sizes too.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

_TYPES: Final = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}


def carry(root: Element) -> None:
    """Gives the lists below `root` the numbers and the kind of numbers that their attributes ask for."""
    for ordered in root.iter("ol"):
        items = [child for child in ordered if child.tag == "li"]
        if kind := _TYPES.get(ordered.get("type", "")):
            _style(ordered, f"list-style-type: {kind}")
        if {"start", "reversed"} & ordered.attrib.keys() or any("value" in item.attrib for item in items):
            for item, number in zip(items, _numbers(ordered, items), strict=True):
                _style(item, f"counter-reset: list-item {number}; counter-increment: none")


def _numbers(ordered: Element, items: list[Element]) -> list[int]:
    """As browsers count (HTML, 4.4.5): each item one further than the one before, unless it says its own."""
    step = -1 if "reversed" in ordered.attrib else 1
    number = _integer(ordered.get("start"), len(items) if step < 0 else 1)
    numbers = []
    for item in items:
        number = _integer(item.get("value"), number)
        numbers.append(number)
        number += step
    return numbers


def _integer(said: str | None, otherwise: int) -> int:
    try:
        return int(said or "")
    except ValueError:
        return otherwise


def _style(element: Element, said: str) -> None:
    element.set("style", "; ".join(filter(None, [element.get("style"), said])))
