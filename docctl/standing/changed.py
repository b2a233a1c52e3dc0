"""Which clauses a revision changed of the one before: what a change record says of it (DC-68)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from docctl.models.documents import Revision
from docctl.rules.documents import clauses
from docctl.store.material import parse, read_files
from docctl.store.source import Procedure

if TYPE_CHECKING:
    from docctl.door.site import Site

_MOST: Final = 2_000


def sections(site: Site, old: Revision | None, new: Revision) -> tuple[str, ...]:
    """In the order of the text; none of a first revision, nor of a record template. Raises Tampered.

    Two contents never change, so what differs between them is remembered.
    """
    if old is None:
        return ()
    key = (old.content, new.content)
    return site.memory.recall("sections", key, lambda: _sections(site, old, new), most=_MOST)


def _sections(site: Site, old: Revision, new: Revision) -> tuple[str, ...]:
    before, now = (parse(read_files(site.library, one.manifest)) for one in (old, new))
    if not isinstance(before, Procedure) or not isinstance(now, Procedure):
        return ()
    texts = [*dict.fromkeys([*now.texts, *before.texts])]
    bodies = [
        [one.texts[language].body if language in one.texts else "" for one in (before, now)]
        for language in texts
    ]
    names = dict.fromkeys([*now.limits, *before.limits])
    figures = [
        limit.clause
        for name in names
        if before.limits.get(name) != now.limits.get(name)
        for limit in (now.limits.get(name) or before.limits[name],)
    ]
    found = set(chain(figures, *(clauses.changed(*body) for body in bodies))) - {""}
    return tuple(sorted(found, key=clauses.in_order))
