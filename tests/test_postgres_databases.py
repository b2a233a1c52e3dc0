"""The databases that tests are given: new, empty, their own, and gone afterwards."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url

from tests.support import postgres

pytestmark = pytest.mark.postgres

NOBODY = "postgresql+psycopg://postgres:secret@127.0.0.1:1/postgres"


def exists(url: URL) -> bool:
    server = postgres.server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server) as connection:
        return (
            connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [url.database]).fetchone()
            is not None
        )


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_is_new_and_empty_each_time(postgres_database: URL, turn: int) -> None:
    engine = create_engine(postgres_database)
    try:
        with engine.begin() as connection:
            assert inspect(connection).get_table_names() == []
            assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
            connection.execute(text("CREATE TABLE 受控 (n int)"))
    finally:
        engine.dispose()


def test_two_databases_of_one_test_are_two(worker_id: str) -> None:
    first, second = postgres.postgres_url(worker_id), postgres.postgres_url(worker_id)
    assert first.database != second.database
    postgres.drop_database(first)
    postgres.drop_database(second)


def test_a_database_is_dropped_even_while_somebody_is_connected(worker_id: str) -> None:
    url = postgres.postgres_url(worker_id)
    forgotten = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    postgres.drop_database(url)
    assert not exists(url)
    forgotten.close()


def test_what_nobody_dropped_goes_at_the_end_of_the_session(
    worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_made", [])
    url = postgres.postgres_url(worker_id)
    assert exists(url)
    postgres.pytest_sessionfinish()
    assert not exists(url)


def test_without_a_server_a_test_is_skipped_with_a_plain_sentence(
    worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", NOBODY)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(
        pytest.skip.Exception, match=r"No PostgreSQL for tests at .*127\.0\.0\.1:1/"
    ) as skipped:
        postgres.postgres_url(worker_id)
    assert "name another in DOCCTL_TEST_POSTGRES" in str(skipped.value)
    assert "secret" not in str(skipped.value)


def test_on_ci_a_missing_server_is_a_failure(worker_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", NOBODY)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="No PostgreSQL for tests"):
        postgres.postgres_url(worker_id)


def test_the_server_is_named_by_the_environment_or_stands_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", NOBODY)
    assert postgres.server_url() == make_url(NOBODY)
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", "")
    assert postgres.server_url() == make_url(postgres.DEFAULT_SERVER)
