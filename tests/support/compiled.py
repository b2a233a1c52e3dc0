"""SQL and addresses compiled once for all sites of a test run: doing it anew for each took a fifth of the time.

SQLAlchemy keeps what it compiled with an engine, by its dialect. In a run of docctl there are two engines;
in a run of the tests there are thousands, which get one dialect and one store here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Dialect, Engine
from werkzeug.routing import Rule

from docctl.models import engine as engines

_dialects: dict[str, Dialect] = {}
_statements: dict[Any, Any] = {}


def _create_engine(*given: Any, **options: Any) -> Engine:
    made = sqlalchemy.create_engine(*given, **options)
    known = _dialects.setdefault(made.dialect.name, made.dialect)
    if getattr(known, "server_version_info", None):  # since its first connection it knows the server
        made.dialect = known
    else:
        _dialects[made.dialect.name] = made.dialect
    made._compiled_cache = _statements
    return made


engines.create_engine = _create_engine  # type: ignore[attr-defined]


_build = Rule._compile_builder
_builders: dict[Any, Any] = {}


def _compile_builder(rule: Rule, append_unknown: bool = True) -> Any:
    """What makes an address from its values. Each app has the same addresses, and thousands are made."""
    asked = (rule.rule, append_unknown, repr(rule.defaults))
    if asked not in _builders:
        _builders[asked] = _build(rule, append_unknown)
    return _builders[asked]


Rule._compile_builder = _compile_builder  # type: ignore[assignment,method-assign]
