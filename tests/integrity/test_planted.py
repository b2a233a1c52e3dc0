"""What somebody puts into a database beside the tables, and rights that nobody but docctl may have."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from docctl.queries.integrity import check_site
from tests.support.sites import World


def found(world: World) -> set[tuple[str, str]]:
    return {(f.what, f.where) for f in check_site(world.site).findings}


def test_a_view_beside_the_tables(world: World) -> None:
    with world.site.engine.begin() as connection:
        connection.execute(text("CREATE VIEW copies AS SELECT * FROM copy"))
    [planted] = check_site(world.site).findings
    assert planted.where.endswith("copies")
    assert "planted: view" in planted.message


FOR_ALL = "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET {}', current_database()); END$$"
WITH_EACH_COMMAND = (
    "CREATE FUNCTION docctl_odd() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE EVENT TRIGGER odd ON ddl_command_end EXECUTE FUNCTION docctl_odd()",
)
ON_A_SERVER = pytest.mark.parametrize(
    "world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""SQLite has nothing of the kind."""


@ON_A_SERVER
@pytest.mark.parametrize(
    ("planted", "where", "what"),
    [
        ("CREATE MATERIALIZED VIEW public.kept AS SELECT 1 AS one", "public.kept", "view"),
        ("CREATE SCHEMA before; CREATE TABLE before.copy (id bigint)", "before.copy", "table"),
        (
            "CREATE FUNCTION lower(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
            "public.lower",
            "function",
        ),
        (
            "; ".join(WITH_EACH_COMMAND),
            "odd",
            "event trigger",
        ),
        (
            FOR_ALL.format("session_replication_role = replica"),
            "",
            "setting session_replication_role",
        ),
        (
            FOR_ALL.format("search_path = before"),
            "",
            "setting search_path",
        ),
    ],
)
def test_what_somebody_planted_beside_the_tables(world: World, planted: str, where: str, what: str) -> None:
    with world.site.engine.begin() as connection:
        for statement in [planted] if "$$" in planted else planted.split("; "):
            connection.execute(text(statement))
    said = [f for f in check_site(world.site).findings if "planted" in f.message]
    assert any(f.where.removeprefix("public.").endswith(where.removeprefix("public.")) for f in said)
    assert any(what in f.message for f in said)


@ON_A_SERVER
def test_a_right_to_read_secrets_is_found_and_one_to_read_the_register_is_not(world: World) -> None:
    with world.site.engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON account_password, session_login, copy TO pg_read_all_stats"))
        connection.execute(text("GRANT INSERT ON recall TO pg_read_all_stats"))
    assert found(world) == {("grant", name) for name in ("account_password", "session_login", "recall")}


@ON_A_SERVER
def test_a_right_that_only_the_owner_may_have(world: World) -> None:
    assert found(world) == set()
    with world.site.engine.begin() as connection:
        connection.execute(text("GRANT UPDATE ON ledger_event TO PUBLIC"))
        connection.execute(text("GRANT UPDATE (holder) ON copy TO pg_read_all_stats"))
        connection.execute(text("CREATE RULE quiet AS ON UPDATE TO recall DO INSTEAD NOTHING"))
        connection.execute(text("ALTER TABLE signature ENABLE ROW LEVEL SECURITY"))
    said = check_site(world.site).findings
    assert ("grant", "ledger_event") in {(f.what, f.where) for f in said}
    assert ("grant", "copy") in {(f.what, f.where) for f in said}
    planted = " ".join(f.message for f in said if f.where in ("recall", "signature"))
    assert "rule quiet" in planted
    assert "row-level security" in planted
