"""The triggers that let no controlled row change without its event, and no event change at all.

They prevent accidents and forgotten doors; somebody with the database's own shell can drop them. That is
why `check` compares them with these very texts, and why the chain and the checkpoints are there as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from sqlalchemy import Connection, Table, text

from docctl.models.base import LEDGER, Base, is_controlled
from docctl.models.engine import WRITER_LOCK

HASH_CHECK = f"ck_{LEDGER}_hash"
"""On PostgreSQL the server itself hashes each event; SQLite has no such function."""

_NEXT = f"(SELECT coalesce(max(seq), 0) + 1 FROM {LEDGER})"


def controlled_tables() -> list[Table]:
    """The tables under the ledger, by name."""
    return [t for name, t in sorted(Base.metadata.tables.items()) if is_controlled(name)]


def install(connection: Connection, tables: Iterable[str] | None = None) -> None:
    """Put the guards on these tables (all controlled ones and the ledger, if none are given)."""
    names = [t.name for t in controlled_tables()] if tables is None else list(tables)
    for statement in _statements(connection, names, ledger=tables is None):
        connection.exec_driver_sql(statement)


def remove(connection: Connection, tables: Iterable[str]) -> None:
    """Take the guards off these tables: for a migration, inside its transaction."""
    for table in tables:
        for name in _trigger_names(connection.dialect.name, table):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")


class Difference(StrEnum):
    """What can be wrong with a guard."""

    MISSING = "is missing or switched off"
    OTHER = "has another text"
    FOREIGN = "is not docctl's"


def differences(connection: Connection) -> list[tuple[str, Difference]]:
    """(trigger, what is wrong with it), for each guard that is not as `install` makes it."""
    live = _live(connection)
    expected = _expected(connection, [t.name for t in controlled_tables()])
    found = [(n, Difference.MISSING) for n in sorted(expected.keys() - live.keys())]
    both = sorted(expected.keys() & live.keys())
    found += [(n, Difference.OTHER) for n in both if live[n] != expected[n]]
    return found + [(n, Difference.FOREIGN) for n in sorted(live.keys() - expected.keys())]


def _statements(connection: Connection, names: list[str], *, ledger: bool) -> Iterator[str]:
    if connection.dialect.name == "postgresql":
        if ledger:
            yield from (f.replace("%", "%%") for f in _pg_functions(connection).values())
            yield f"ALTER TABLE {LEDGER} ADD CONSTRAINT {HASH_CHECK} {_PG_HASH}"
        tables = [*names, LEDGER] if ledger else names
        for name, definition in _pg_triggers(tables).items():
            yield definition
            yield f"ALTER TABLE {name.partition('.')[0]} ENABLE ALWAYS TRIGGER {name.partition('.')[2]}"
    else:
        yield from _sqlite_triggers([*names, LEDGER] if ledger else names).values()


def _trigger_names(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [n.partition(".")[2] for n in _pg_triggers([table])]
    return list(_sqlite_triggers([table]))


def _expected(connection: Connection, names: list[str]) -> Mapping[str, str]:
    if connection.dialect.name == "postgresql":
        bodies = {f"{n}()": _body(f) for n, f in _pg_functions(connection).items()}
        triggers = {n: _squeezed(d) + " ALWAYS" for n, d in _pg_triggers([*names, LEDGER]).items()}
        return {**triggers, **bodies, f"{LEDGER}.{HASH_CHECK}": _bare(_PG_HASH)}
    return _sqlite_triggers([*names, LEDGER])


def _live(connection: Connection) -> Mapping[str, str]:
    if connection.dialect.name != "postgresql":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {row.name: row.sql for row in rows}
    triggers = connection.execute(
        text(
            "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            " AND c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'D'"
        )
    )
    live = {f"{r}.{n}": _squeezed(d) + (" ALWAYS" if e == "A" else "") for r, n, d, e in triggers}
    checks = connection.execute(
        text(
            "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
            " JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE k.conname = :name AND c.relnamespace = current_schema()::regnamespace"
        ),
        {"name": HASH_CHECK},
    )
    live |= {f"{r}.{n}": _bare(d) for r, n, d in checks}
    # A function is more than its body: settings of its own could send it to other tables.
    functions = connection.execute(
        text(
            "SELECT p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc,"
            " concat_ws(' ', nullif(l.lanname, 'plpgsql'), nullif(p.prosecdef, false), p.proconfig)"
            " FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
            " WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'docctl%'"
        )
    )
    return {**live, **{f"{n}({a})": _tight(s) + odd for n, a, s, odd in functions}}


def _sqlite_triggers(tables: Iterable[str]) -> dict[str, str]:
    triggers: dict[str, str] = {}
    for t in tables:
        if t == LEDGER:
            triggers |= _SQLITE_LEDGER
            continue
        stamped = (
            f"SELECT RAISE(ABORT, '{t}: row change without its event') WHERE NEW.last_seq IS NOT {_NEXT};"
        )
        triggers[f"{t}_guard_i"] = (
            f"CREATE TRIGGER {t}_guard_i BEFORE INSERT ON {t} BEGIN {stamped}"
            f" SELECT RAISE(ABORT, '{t}: replace') WHERE EXISTS (SELECT 1 FROM {t} WHERE id = NEW.id); END"
        )
        triggers[f"{t}_guard_u"] = (
            f"CREATE TRIGGER {t}_guard_u BEFORE UPDATE ON {t} BEGIN {stamped}"
            f" SELECT RAISE(ABORT, '{t}: key') WHERE NEW.id IS NOT OLD.id; END"
        )
        triggers[f"{t}_guard_d"] = (
            f"CREATE TRIGGER {t}_guard_d BEFORE DELETE ON {t}"
            f" BEGIN SELECT RAISE(ABORT, '{t}: rows are never deleted'); END"
        )
    return triggers


# Three triggers, all needed: INSERT OR REPLACE walks round the first two, unless recursive_triggers is on.
_SQLITE_LEDGER = {
    f"{LEDGER}_no_update": f"CREATE TRIGGER {LEDGER}_no_update BEFORE UPDATE ON {LEDGER}"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    f"{LEDGER}_no_delete": f"CREATE TRIGGER {LEDGER}_no_delete BEFORE DELETE ON {LEDGER}"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    f"{LEDGER}_append": f"CREATE TRIGGER {LEDGER}_append BEFORE INSERT ON {LEDGER} BEGIN"
    f" SELECT RAISE(ABORT, 'replace') WHERE EXISTS (SELECT 1 FROM {LEDGER}"
    " WHERE seq = NEW.seq OR entry_hash = NEW.entry_hash);"
    f" SELECT RAISE(ABORT, 'gap') WHERE NEW.seq IS NOT {_NEXT};"
    f" SELECT RAISE(ABORT, 'chain') WHERE NEW.prev_hash IS NOT"
    f" coalesce((SELECT entry_hash FROM {LEDGER} ORDER BY seq DESC LIMIT 1), zeroblob(32)); END",
}

_PG_HASH = r"CHECK (entry_hash = sha256('\x00'::bytea || prev_hash || body))"

# The ledger is named with its schema: a temporary table of the same name would stand in for it. Whoever
# writes is the only writer until COMMIT: no stamp can wait for the event of somebody else to come true.
_SCHEMA = "docctl_schema"
_PG_LEDGER = f"{_SCHEMA}.{LEDGER}"
_PG_NEXT = f"(SELECT coalesce(max(seq), 0) + 1 FROM {_PG_LEDGER})"
_PG_ALONE = f"PERFORM pg_advisory_xact_lock({WRITER_LOCK});"
_PG_FUNCTIONS = {
    "docctl_guard": f"""CREATE FUNCTION docctl_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_PG_ALONE}
  IF NEW.last_seq IS DISTINCT FROM {_PG_NEXT} THEN
    RAISE EXCEPTION '%: row change without its event', TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.id IS DISTINCT FROM OLD.id THEN
    RAISE EXCEPTION '%: key', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$""",
    "docctl_never": """CREATE FUNCTION docctl_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: % is refused, rows are never deleted and events never changed', TG_TABLE_NAME, TG_OP;
END $$""",
    "docctl_append": f"""CREATE FUNCTION docctl_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_PG_ALONE}
  IF NEW.seq IS DISTINCT FROM {_PG_NEXT} THEN
    RAISE EXCEPTION '{LEDGER}: gap';
  END IF;
  IF NEW.prev_hash IS DISTINCT FROM coalesce(
      (SELECT entry_hash FROM {_PG_LEDGER} ORDER BY seq DESC LIMIT 1), decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION '{LEDGER}: chain';
  END IF;
  RETURN NEW;
END $$""",
}


def _pg_functions(connection: Connection) -> dict[str, str]:
    schema = connection.dialect.identifier_preparer.quote(str(connection.dialect.default_schema_name))
    return {name: function.replace(_SCHEMA, schema) for name, function in _PG_FUNCTIONS.items()}


def _pg_triggers(tables: Iterable[str]) -> dict[str, str]:
    triggers = {}
    for t in tables:
        rows = "INSERT" if t == LEDGER else "INSERT OR UPDATE"
        never = "DELETE OR UPDATE" if t == LEDGER else "DELETE"
        guard = "docctl_append" if t == LEDGER else "docctl_guard"
        for name, when, what, how in (
            ("guard_row", rows, guard, "ROW"),
            ("guard_never", never, "docctl_never", "ROW"),
            ("guard_truncate", "TRUNCATE", "docctl_never", "STATEMENT"),
        ):
            triggers[f"{t}.{t}_{name}"] = (
                f"CREATE TRIGGER {t}_{name} BEFORE {when} ON {t} FOR EACH {how} EXECUTE FUNCTION {what}()"
            )
    return triggers


def _squeezed(definition: str) -> str:
    """A trigger's definition without the schema, which PostgreSQL adds when it prints one."""
    before, on, after = definition.partition(" ON ")
    return before + on + after.split(".", 1)[-1] if "." in after.split(" ", 1)[0] else definition


def _body(function: str) -> str:
    return _tight(function.split("$$")[1])


def _bare(condition: str) -> str:
    """A condition without blanks and brackets: PostgreSQL prints it with its own."""
    return "".join(c for c in condition if c not in " ()")


def _tight(source: str) -> str:
    return " ".join(source.split())
