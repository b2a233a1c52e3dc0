"""The table of rights for people to read: action by action, what each role may and on which condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from docctl.errors.message import Joined, Message
from docctl.rules.actions import Action
from docctl.rules.conditions import ANYBODY, IS_OPERATOR, Condition, Subject, alternatives, in_words
from docctl.rules.rights import PERMISSIONS
from docctl.rules.roles import Role

YES: Final = Joined((Message("yes"),), "{first}")


@dataclass(frozen=True)
class MatrixRow:
    """One action. `cells`: role to YES, to the conditions under which, or to None for no."""

    action: Action
    changes: bool
    cells: Mapping[str, Joined | None]
    operator: bool


def matrix() -> list[MatrixRow]:
    """The whole table, action by action, for people to read."""
    return [
        MatrixRow(
            action=action,
            changes=action.changes,
            cells={bearer.value: _cell(alternatives, bearer) for bearer in Role},
            operator=any(IS_OPERATOR in conditions for conditions in alternatives),
        )
        for action, alternatives in PERMISSIONS.items()
    ]


def _cell(ways: Iterable[tuple[Condition, ...]], bearer: Role) -> Joined | None:
    """An alternative without conditions makes the others idle."""
    cells = []
    for conditions in ways:
        asked = [c for c in conditions if not c.roles and c is not ANYBODY]
        if IS_OPERATOR in conditions or not all(bearer in c.roles for c in conditions if c.roles):
            continue
        cells.append(asked)
    if not cells:
        return None
    if [] in cells:
        return YES
    return alternatives(in_words(asked, Subject()) for asked in cells)
