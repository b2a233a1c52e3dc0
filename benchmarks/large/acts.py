"""What people do, at a small and at a large site: how long it takes, and what it leaves in the library."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any

from benchmarks.large.grown import Grown, bytes_of_git
from benchmarks.large.table import Table, middle_ratio, milliseconds
from docctl.door import accounts
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.generating import samples, words
from docctl.usecases.people import accounts as people
from docctl.usecases.records import opening, recording, sealing

GROWTH = 1.3
FORM, REPORTER, SOLVER = "GEN-R-001", "gen-staff-after-sales", "gen-staff-sales"
AUTHOR = "gen-author-finance"
_RUN = count(int(time.time()) % 100_000 * 10)


@dataclass
class Doer:
    """Does one of everything again and again; `took` has the times by act, `grew` the bytes of git."""

    at: Grown
    took: dict[str, list[float]] = field(default_factory=dict)
    grew: dict[str, list[int]] = field(default_factory=dict)

    def do(self, login: str, what: str, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        clock = time.thread_time if self.at.is_sqlite else time.perf_counter
        with closing(accounts.reader(self.at.site, login)) as ctx:
            start = clock()
            answer = act(ctx, *given, **named)
            self.took.setdefault(what, []).append(clock() - start)
        return answer

    def weighed(self, login: str, what: str, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """The same, and what it adds to the library."""
        before = bytes_of_git(self.at.site)
        answer = self.do(login, what, act, *given, **named)
        self.grew.setdefault(what, []).append(bytes_of_git(self.at.site) - before)
        return answer

    def everything(self) -> None:
        """A record from opening to closing, a document with copies, an account."""
        self._record()
        self._document()
        login = f"bench-{next(_RUN)}"
        named = {"name": "某人", "department": "finance", "roles": ["staff"]}
        self.do("admin", "user add", people.add_user, login, **named)

    def _record(self) -> None:
        number = self.do(REPORTER, "record open", opening.open_record, FORM).number
        moment = "2026-01-05T09:00:00+08:00"
        reported = {"reported_at": moment, "customer": "示范公司"}
        self.do(REPORTER, "record fill", recording.fill_record, number, reported)
        self.do(REPORTER, "record sign", recording.sign_record, number)
        solved = {"answered_at": moment, "satisfied": "true"}
        self.do(SOLVER, "record fill", recording.fill_record, number, solved)
        self.do(SOLVER, "record sign", recording.sign_record, number)
        self.do(REPORTER, "record complete", sealing.complete_record, number)
        self.do(samples.VERIFIER, "record verify", sealing.verify_record, number)
        self.weighed(samples.CONTROLLER, "record close", sealing.close_record, number)

    def _document(self) -> None:
        number = words.number(900_000 + next(_RUN) % 99_999)
        said = {"department": "finance", "form": FORM} | words.title(1, 2)
        material = samples.procedure(number, said)
        self.do(AUTHOR, "document register", drafting.register_document, lambda: material)
        self.do(AUTHOR, "revision submit", drafting.submit_revision, number, reason="bench")
        self.do(samples.REPRESENTATIVE, "revision sign", approving.sign_revision, number)
        self.weighed(samples.CONTROLLER, "revision issue", issuing.issue_revision, number)
        copies = self.do(
            samples.CONTROLLER, "copy issue", handing.issue_copies, number, holders=["finance", "sales"]
        )
        self.do(samples.CONTROLLER, "copy acknowledge", handing.acknowledge_copy, copies[0].number)
        self.do(samples.CONTROLLER, "copy recall", handing.recall_copy, copies[0].number, reason="bench")


def measure(small: Grown, large: Grown, table: Table, rounds: int) -> None:
    """In turns at both sites. The first round is not counted: it reads what a process reads once."""
    doers = Doer(small), Doer(large)
    for n in range(rounds + 1):
        for doer in doers:
            doer.everything()
            if n == 0:
                doer.took, doer.grew = {}, {}
    for name in doers[0].took:
        ours, theirs = doers[1].took[name], doers[0].took[name]
        said = f"{milliseconds(theirs)} → {milliseconds(ours)}"
        table.no_more(f"{name}: growth", said, middle_ratio(ours, theirs), GROWTH)
    for name in doers[0].grew:
        less, more = (median(doer.grew[name]) for doer in doers)
        said = f"{less / 1e3:.1f} kB → {more / 1e3:.1f} kB"
        table.no_more(f"{name}: bytes of git, growth", said, more / max(less, 1), GROWTH)
