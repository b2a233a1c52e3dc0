"""Lines of the master list with the card of their document: class, keeper, controlled status.

Reads what the site has decided once, however many lines there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docctl.door.context import Context
from docctl.rules.documents import cards as rules_of_cards
from docctl.rules.documents.cards import Card, Kind, Rules
from docctl.standing import cards

Line = dict[str, Any]


def carded(ctx: Context) -> Callable[[Line], Line]:
    """What puts the card onto a line."""
    rules = cards.load(ctx.session)
    return lambda line: line | _told(card_of(line, rules), rules)


def classes(ctx: Context) -> Mapping[str, Kind]:
    """The classes of documents of the site, by their keys. Needs no right: they stand on every document."""
    return cards.load(ctx.session).kinds


def card_of(line: Mapping[str, Any], rules: Rules) -> Card:
    """The card of the revision of a line."""
    return rules_of_cards.card(line["head"], level=line["level"], department=line["department"], rules=rules)


def _told(card: Card, rules: Rules) -> Line:
    return {
        "class": card.kind,
        **rules.title(card.kind).keys_of("class_title"),
        "keeper": card.keeper,
        "controlled": card.is_controlled,
    }
