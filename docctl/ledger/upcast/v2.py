"""Schema 2: what is said in several languages stands in one column, `title`, as canonical JSON.

`title_zh` and `title_en` of `revision` and `department` become `{"en": …, "zh": …}`. A language in which
nothing is said is not in it: a revision without an English title had an empty one, a department the Chinese
one twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.entry import dumps
from docctl.ledger.upcast.kinds import Row

TABLES = frozenset({"department", "revision"})


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """One title in place of two."""
    if table in TABLES:
        zh, en = row.pop("title_zh"), row.pop("title_en")
        english = {"en": en} if en and (table, en) != ("department", zh) else {}
        row["title"] = dumps({"zh": zh, **english}).decode("utf-8")
    yield table, row
