"""What a sample did in the library, as templates: its commits, their tags, where references were put."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from docctl.door import outbox
from docctl.door.site import Site
from docctl.models.ledger import OutboxMove
from docctl.store.objects import parent_of
from docctl.store.series import Commit, Reference
from docctl.store.stream import Author, TagSpec
from docctl.usecases.generating.samples import Sample

_COMMIT: Final = re.compile(rb"committer .*> ([0-9]+) [+-][0-9]{4}\n\n(.*)\Z", re.DOTALL)
_TAG: Final = re.compile(rb"object ([0-9a-f]{40})\n.*?\n\n(.*)\Z", re.DOTALL)

Templated = Callable[[str], str]


@dataclass(frozen=True)
class Step:
    """One commit on a reference, or (without files) a reference that is put at an earlier one."""

    slot: str
    ref: str
    files: Mapping[str, str | None] | None
    author: Author
    after: float
    message: str
    tag: str | None = None

    def told(self, values: Mapping[str, Any], begin: datetime) -> Commit | Reference:
        """As it is to be done."""
        if self.files is None:
            return Reference(self.ref % values, self.slot)
        files = {
            path % values: None if d is None else (d % values).encode() for path, d in self.files.items()
        }
        when = datetime.fromtimestamp(int(begin.timestamp()) + self.after, UTC)
        message = self.message % values
        tag = None if self.tag is None else TagSpec(self.tag % values, message)
        return Commit(self.slot, self.ref % values, files, self.author, when, message, tag)


def read(site: Site, sample: Sample) -> list[tuple[str, str, dict[str, Any]]]:
    """(slot, id of the commit, move) for each move of a reference that the sample made, in order."""
    wanted = select(OutboxMove).where(OutboxMove.seq > sample.first, OutboxMove.seq <= sample.last)
    with site.reading() as session:
        moves = [move for row in session.scalars(wanted.order_by(OutboxMove.id)) for move in row.moves]
    slots: dict[str, str] = {}
    found = []
    for move in moves:
        if not move["ref"].startswith("refs/tags/"):
            slot = slots.setdefault(move["new"], f"c{len(slots)}")
            found.append((slot, move["new"], dict(move)))
    return found


def steps(
    site: Site, moves: Sequence[tuple[str, str, dict[str, Any]]], template: Templated, begin: datetime
) -> list[Step]:
    """The moves as templates."""
    tags = {} if not moves else _tags(site)
    seen: set[str] = set()
    told = []
    for slot, oid, move in moves:
        author = site.library.author(oid)
        if oid in seen:
            told.append(Step(slot, template(move["ref"]), None, author, 0, ""))
            continue
        seen.add(oid)
        data = site.library.read(oid, "commit")
        made = _COMMIT.search(data)
        assert made is not None
        files = _changes(site, oid, parent_of(data), template)
        tag = tags.get(oid) if move["ref"] == outbox.MAIN else None
        after = int(made[1]) - int(begin.timestamp())
        message = template(made[2].decode().strip("\n"))
        told.append(Step(slot, template(move["ref"]), files, author, after, message, tag and template(tag)))
    return told


def _tags(site: Site) -> dict[str, str]:
    """Commit → the name of its tag."""
    found = {}
    for ref, oid in site.library.refs("refs/tags").items():
        tag = _TAG.match(site.library.read(oid, "tag"))
        if tag is not None:
            found[tag[1].decode()] = ref.removeprefix("refs/tags/")
    return found


def _changes(site: Site, oid: str, parent: str | None, template: Templated) -> dict[str, str | None]:
    new, old = site.library.tree(oid), site.library.tree(parent) if parent else {}
    changed: dict[str, str | None] = {
        template(path): template(site.library.read(blob).decode())
        for path, blob in new.items()
        if old.get(path) != blob
    }
    return changed | {template(path): None for path in old.keys() - new.keys()}
