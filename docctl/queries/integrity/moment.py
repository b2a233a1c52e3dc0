"""The parts of a site that every act changes, read together at one instant. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from docctl.door import extending, outbox
from docctl.door.site import Site
from docctl.errors import DocctlError
from docctl.errors.message import Message

_MOVES = text("SELECT id, main, state FROM outbox_move ORDER BY id")


@dataclass(frozen=True)
class Moment:
    """`main`: where the database put it. `refs`: where the library's references stand.

    `broken`: why the library cannot be read at all. `note` is DIR/checkpoint. `records` lists the
    files below records/, relative to the site.
    """

    main: str | None
    pending: tuple[int, ...]
    refs: Mapping[str, str]
    broken: Message | None
    note: bytes | None
    records: tuple[str, ...]

    @property
    def issued(self) -> str | None:
        """The commit at which the library itself says that main is."""
        return self.refs.get(outbox.MAIN)


def take(site: Site, connection: Connection) -> Moment:
    """Read it now, under the writer's lock."""
    main, pending, refs, broken = None, [], {}, None
    for move in connection.execute(_MOVES):
        main = main if move.main is None else move.main
        if move.state != outbox.DONE:
            pending.append(move.id)
    try:
        refs = site.library.refs()
    except DocctlError as error:
        broken = error.said
    note = site.path / extending.FILE
    return Moment(
        main,
        tuple(pending),
        refs,
        broken,
        note.read_bytes() if note.is_file() else None,
        tuple(sorted(_files(site.path, site.path / "records"))),
    )


def _files(root: Path, folder: Path) -> list[str]:
    return [p.relative_to(root).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()]
