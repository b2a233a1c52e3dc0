"""Single statements that every page begins with, asked on the bare connection of the driver.

A session, a connection from the pool, BEGIN, a look for the compiled statement, mapped rows and ROLLBACK
cost ten times what the database needs for such an answer. Here the statement is compiled once, the
connection is kept, and each statement is a transaction of its own. Whatever goes wrong is asked again the
ordinary way, which either works, as on a connection that is not broken, or says what is wrong. Knows no
tables.
"""

from __future__ import annotations

from collections import deque, namedtuple
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Dialect, Engine, Select

MARKS: Final = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
_READ_ONLY: Final = "SET default_transaction_read_only = on"


class NotQuickly(Exception):
    """The driver refused: ask the ordinary way."""


class Question:
    """A `select` with named parameters. What differs between the databases is worked out at the first use."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def on(self, connection: Quick, values: Mapping[str, Any]) -> list[Any]:
        """The rows, as named tuples of what the types of the columns make of the cells. Raises NotQuickly."""
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compiled(self.statement, dialect, values)
        return found.made(connection.rows(found.sql, found.given(values)))


@dataclass(frozen=True, kw_only=True)
class _Compiled:
    sql: str
    given: Callable[[Mapping[str, Any]], Any]
    row: Any
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def made(self, rows: list[Any]) -> list[Any]:
        found = []
        for row in rows:
            cells = [*row]
            for place, read in self.readers:
                cells[place] = read(cells[place])
            found.append(self.row._make(cells))
        return found


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    expanded = compiled.construct_expanded_state(
        values
    )  # lists that stand in the statement, by their members
    writers = {
        name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
        for name, parameter in compiled.binds.items()
    } | dict(expanded.processors)
    fixed = {name: _cell(writers.get(name), value) for name, value in expanded.parameters.items()}
    names = expanded.positiontup

    def given(values: Mapping[str, Any]) -> Any:
        every = fixed | {name: _cell(writers.get(name), value) for name, value in values.items()}
        return every if names is None else [every[name] for name in names]

    columns = list(statement.selected_columns)
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        sql=expanded.statement,
        given=given,
        row=namedtuple("Row", [column.key for column in columns]),  # type: ignore[misc]
        readers=tuple((place, read) for place, read in enumerate(readers) if read is not None),
    )


def _cell(write: Callable[[Any], Any] | None, value: Any) -> Any:
    return value if write is None else write(value)


@dataclass(eq=False)
class Quick:
    """A connection that reads. `known` is what was found out since anybody wrote last: see `written`."""

    dialect: Dialect
    driver: Any
    known: dict[Hashable, Any] = field(default_factory=dict)
    mark: Any = None
    broken: bool = False

    def rows(self, sql: str, values: Any = ()) -> list[Any]:
        """Raises NotQuickly."""
        try:
            found: list[Any] = self.driver.execute(sql, values).fetchall()
        except self.dialect.loaded_dbapi.Error as error:
            self.broken = True
            raise NotQuickly from error
        return found

    def written(self) -> Any:
        """A mark that is another one as soon as anybody has written something: docctl, or a shell."""
        return self.rows(MARKS[self.dialect.name])[0][0]


class Quickly:
    """The connections of a site on which questions are asked. Threads take them in turns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Quick] = deque()

    def ask(self, question: Question, **values: Any) -> list[Any]:
        """The rows that answer it."""
        try:
            with self.connection() as one:
                return question.on(one, values)
        except NotQuickly:
            with self._engine.connect() as connection:
                return [*connection.execute(question.statement, values)]

    @contextmanager
    def connection(self) -> Iterator[Quick]:
        """One for several questions; it is thrown away where the driver has refused one."""
        try:
            one = self._idle.pop()
        except IndexError:
            one = self._opened()
        try:
            yield one
        finally:
            if one.broken:
                self._closed(one)
            else:
                self._idle.append(one)

    def close(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            self._closed(self._idle.pop())

    def _opened(self) -> Quick:
        pooled = self._engine.connect()
        if pooled.dialect.name == "postgresql":
            # Else the first question would begin a transaction and leave it open. What the driver was told of
            # reading holds in transactions that it begins; so the server is told.
            pooled = pooled.execution_options(isolation_level="AUTOCOMMIT")
            pooled.exec_driver_sql(_READ_ONLY)
        driver = pooled.connection.driver_connection
        pooled.detach()  # it is not closed with the pool but by `close`
        return Quick(pooled.dialect, driver)

    @staticmethod
    def _closed(one: Quick) -> None:
        with suppress(one.dialect.loaded_dbapi.Error):
            one.driver.close()
