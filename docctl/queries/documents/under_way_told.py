"""A revision on its way as the command line and the exports tell it."""

from __future__ import annotations

from typing import Any

from docctl.queries.documents.under_way import UnderWay
from docctl.rules.people import Bearer


def told(one: UnderWay) -> dict[str, Any]:
    """`waiting_for`: logins who can sign now; `acts_for`: who is away, where a delegate is asked."""
    return {
        "revision": one.label,
        "status": one.status.value,
        "effective": one.effective and one.effective.isoformat(),
        "content": one.content,
        "since": one.since.isoformat(),
        "waiting_for": one.waiting_for,
        "people": [_person(person) for person in one.people],
        "waiting": [
            {
                "meaning": part.meaning.value,
                "post": part.post,
                "now": part.now,
                "people": [_person(person) for person in part.people],
            }
            for part in one.parts
        ],
        "nobody_can_sign": [gap.said for gap in one.gaps],
    }


def _person(of: Bearer) -> dict[str, str]:
    acting = {"acts_for": of.acts_for} if of.acts_for else {}
    return {"login": of.actor.login, "name": of.name, **acting}
