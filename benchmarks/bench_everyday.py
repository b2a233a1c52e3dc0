"""Figures without a goal: what people wait for most often."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median, quantiles

from benchmarks.rounds import seconds
from docctl.door.accounts import hash_password, matches
from docctl.store import search
from docctl.usecases.documents import drafting, indexing
from tests.support.sites import World, procedure

DOCUMENTS = 2_000
QUERIES = ("受控", "收回后", "检查", "LX-CX-2019-00777", "第 1234 次", "消防")
CLAUSE = "\n\n{}.1 质量部第 {} 次检查顾客反馈的处理情况，受控文件 {} 收回后记入 LX-R-001。"


def test_signing_in(figure: Callable[..., None]) -> None:
    """Mostly the hash, which is meant to be slow."""
    stored = hash_password("correct horse")
    times = [seconds(matches, stored, "correct horse") for _ in range(20)]
    figure("sign-in, one argon2id hash", f"{median(times) * 1e3:.0f} ms")


def test_saving_a_draft(world: World, figure: Callable[..., None]) -> None:
    """The act with its commit in the library; the text has twenty clauses."""
    number = procedure().content.number
    drafting.register_document(world.as_("author"), procedure)
    texts = ["".join(CLAUSE.format(c, n, c) for c in range(3, 23)) for n in range(20)]
    times = [
        seconds(drafting.save_draft, world.as_("author"), number, partial(procedure, extra=text))
        for text in texts
    ]
    figure(f"draft save on {world.site.engine.dialect.name}", f"{median(times) * 1e3:.0f} ms")


def test_searching_two_thousand_documents(world: World, figure: Callable[..., None]) -> None:
    """Common and rare words, a number, and words that are nowhere."""
    with world.site.engine.begin() as connection:
        for n in range(DOCUMENTS):
            sections = [indexing.Section(f"5.{c}", CLAUSE.format(f"5.{c}", n, n * 7 + c)) for c in range(5)]
            number = f"LX-CX-2019-{n:05}"
            search.replace(connection, n + 1, number, "反馈控制程序", "zh", sections)
    with world.site.readers.connect() as connection:
        times = [seconds(search.find, connection, query) for _ in range(10) for query in QUERIES]
    tail = quantiles(times, n=20)[-1]
    figure(
        f"search in {DOCUMENTS:,} documents on {world.site.engine.dialect.name}",
        f"{median(times) * 1e3:.1f} ms in the median, {tail * 1e3:.0f} ms at the 95th percentile",
    )
