"""Makes the database of a site again from its other files, when the database and the keys are gone.

Needs `library.git` and `docctl.toml`, and takes `records/` and `vault/` along where they are. Goes up to the
newest checkpoint that the library holds: what came later was never out of the database's reach.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door import accounts, extending, factors, outbox
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.site import DATABASE_VARIABLE, Settings, Site, system_clock
from docctl.errors import DocctlError
from docctl.ledger import checkpoint, keys
from docctl.models import guards
from docctl.models.base import LEDGER
from docctl.models.ledger import OutboxCheckpoint, OutboxMove
from docctl.models.people import AccountPassword, Person, PersonRole
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.rules.secrets import commitment
from docctl.standing import find, kept
from docctl.store.durable import write_atomically
from docctl.store.library import Library, RefMove
from docctl.store.making import say_nothing, whole_or_not_at_all
from docctl.usecases.site import founding, tables
from docctl.usecases.site.past import Past, entries, past_of

_OBJECTS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(pack|idx)")

_FIRST_ADMIN = (
    select(Person)
    .join(PersonRole, PersonRole.person_id == Person.id)
    .where(PersonRole.role.in_([Role.ADMIN]), PersonRole.revoked_at.is_(None))
    .order_by(Person.id)
    .limit(1)
)
_LET_IN = _FIRST_ADMIN.join(AccountPassword, AccountPassword.person_id == Person.id).add_columns(
    AccountPassword.hash
)
"""The first admin with their password: in a site that is being rebuilt nobody else has one."""
_EVENT = ("seq", "body", "prev_hash", "entry_hash")


@dataclass(frozen=True)
class Rebuilt:
    """The new site; `events` of the old ledger are in it. The password of `login`, if it had to be made up.

    `left_behind`: references of the old library that tell of acts after the newest checkpoint, which no
    ledger knows any more. Their objects came along.
    """

    site: Site
    events: int
    login: str
    generated_password: str | None
    left_behind: tuple[str, ...] = ()


def rebuild(
    new: Path,
    old: Path,
    *,
    password: str | None = None,
    system_user: str = "",
    clock: Callable[[], datetime] = system_clock,
    environ: Mapping[str, str] = os.environ,
    waits: Callable[[Path], None] = say_nothing,
) -> Rebuilt:
    """Make the site in `new`, whole or not at all, with a new key; accounts but the first admin's are locked.

    The database is that of DOCCTL_DATABASE_URL, else SQLite. `waits` is called before waiting for another
    process that makes the same. Raises NotFound when `old` has no library or
    settings, Tampered when its ledger is not what a checkpoint signed.
    """
    past = past_of(old.resolve())
    generated = None if password is not None else secrets.token_urlsafe(12)
    hashed = accounts.hash_password(password or str(generated))
    target = new.resolve()
    settings, key = _renewed(past.settings, environ.get(DATABASE_VARIABLE, ""))
    with whole_or_not_at_all(target, waits) as part:
        site = founding.lay_out(part, settings, key, clock=clock, environ=environ, empty=False)
        with closing(site), founding.database_empty_again(site):
            left_behind = _take_along(old.resolve(), site, past)
            login = _fill(site, past, hashed)
            write_atomically(site.path / extending.FILE, next(iter(past.notes.values())))
            with closing(accounts.operator(site, system_user)) as ctx:
                rotate_key(ctx)
    opened = Site.open(target, clock=clock, environ=environ)
    return Rebuilt(opened, past.events, login, generated, left_behind)


@retried(Action.KEY_ROTATED)
def rotate_key(ctx: Context) -> object:
    """Say in the ledger which key signs from now on; the old one is in docctl.toml and in earlier events.

    With it the password is bound that an admin got; those of all others are gone, and so are second factors.
    """
    with ctx.act(Action.KEY_ROTATED) as act:
        act.require(Subject())
        organisation = find.organisation(act.session)
        admin, hashed = act.session.execute(_LET_IN).one()
        admin.secret = commitment(hashed, None)
        for person in act.session.scalars(select(Person).where(Person.factor.is_not(None))).all():
            factors.forget(act.session, person)
        before, organisation.public_key = organisation.public_key, ctx.site.settings.public_key
        act.record(organisation, before=before, public_key=organisation.public_key)
        return organisation


def _renewed(old: Settings, database: str) -> tuple[Settings, Any]:
    """The same site with a new key; checkpoints of the old one go on being believed."""
    key = keys.generate()
    public = checkpoint.vkey(old.origin, keys.public_bytes(key))
    return replace(old, public_key=public, earlier_keys=old.keys, database=database), key


def _take_along(old: Path, site: Site, past: Past) -> tuple[str, ...]:
    """The library's objects, the references that the ledger knows, and the other files.

    The repository is made anew: no hook, setting, replacement or foreign store of the old folder comes along.
    The answer names the references that were left behind, or set back.
    """
    site.library.create()
    for path in (old / "library.git" / "objects").glob("*/*"):
        name = path.relative_to(old / "library.git" / "objects").as_posix()
        if _OBJECTS.fullmatch(name) and path.is_file() and not path.is_symlink():
            target = site.path / "library.git" / "objects" / name
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(path, target)
    wanted = {outbox.MAIN: past.main} | outbox.references(past.replay.rows(), past.refs)
    moves = [RefMove(ref, None, oid) for ref, oid in _whole(site.library, past.refs, wanted)]
    with site.lock:
        site.library.move(moves)
    for name in ("records", "vault"):
        if (old / name).is_dir():
            shutil.copytree(old / name, site.path / name, dirs_exist_ok=True)
    taken = {move.ref: move.new for move in moves}
    return tuple(f"{ref} at {oid}" for ref, oid in sorted(past.refs.items()) if taken.get(ref) != oid)


def _whole(
    library: Library, found: Mapping[str, str], wanted: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Reference and object, of those whose object can be read; a check names the others as missing."""
    for ref, commit in sorted(wanted.items()):
        is_tag = ref.startswith("refs/tags/")
        with suppress(DocctlError, KeyError):
            oid = found[ref] if is_tag else commit
            data = library.read(oid, "tag" if is_tag else "commit")
            if not is_tag or data.startswith(f"object {commit}\n".encode()):
                yield ref, oid


def _fill(site: Site, past: Past, hashed: str) -> str:
    """Rows as the ledger left them, then its bytes, then the guards, which would not let old stamps in.

    Answers who got the password.
    """
    with site.engine.begin() as connection:
        rows = past.replay.rows()
        for t in guards.controlled_tables():
            tables.put(connection, t.name, t.columns.keys(), rows.get(t.name, {}).values())
        told = entries(site.library, past.segments)
        tables.put(connection, LEDGER, _EVENT, ({name: getattr(e, name) for name in _EVENT} for e in told))
    with site.engine.begin() as connection:  # not before: the keys of all rows were checked by that COMMIT
        guards.install(connection)
    with Session(site.engine, autoflush=False) as session, session.begin():
        for commit, note in past.notes.items():
            size = checkpoint.parse(note).size
            made_at = datetime.fromisoformat(past.at[size])
            session.add(OutboxCheckpoint(size=size, note=note, made_at=made_at, commit_id=commit))
        session.add(OutboxMove(seq=None, moves=[], objects=[], main=past.main, state=outbox.DONE))
        admin = session.scalars(_FIRST_ADMIN).one()
        session.add(AccountPassword(person_id=admin.id, hash=hashed, changed_at=site.clock()))
        tables.index_texts(site, session)
        kept.keep_all(site, session)
        return admin.login
