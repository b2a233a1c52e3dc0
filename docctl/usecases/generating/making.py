"""Makes a site with as many documents, copies and records as are asked for, to try docctl at that size.

One of each is made by the use cases; their events are then told again, with numbers, keys, texts and hashes
of their own. Never in a site with real work: it makes its own folder, whole or not at all; its name says on
every page that it was generated, its documents have numbers of their own, and each event names the channel
`generated`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import select

from docctl.door import transaction
from docctl.door.site import Site, system_clock
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.models.people import AccountPassword, Person
from docctl.rules.records.entries import RecordNumber
from docctl.standing import kept
from docctl.store import series
from docctl.store.making import say_nothing, whole_or_not_at_all
from docctl.usecases.demonstration import making as demonstration
from docctl.usecases.demonstration.starter import Progress
from docctl.usecases.demonstration.story import Clock
from docctl.usecases.generating import commits, samples, words
from docctl.usecases.generating.cycle import Cycle, take_apart
from docctl.usecases.generating.filling import Batch, Filling, unguarded
from docctl.usecases.generating.samples import Workshop
from docctl.usecases.generating.slots import Values
from docctl.usecases.site import founding

AT_ONCE: Final = 10_000
"""Events of one transaction."""

YEARS: Final = 3
ACCOUNTS: Final = ("admin", samples.CONTROLLER, samples.REPRESENTATIVE, samples.VERIFIER, "gen-staff-sales")
"""Logins to begin with, one for each kind of work."""

_HOURS: Final = (time(9), 8)
"""Work begins at nine and is done for so many hours: no telling goes over midnight."""


@dataclass(frozen=True)
class Sizes:
    """How much there is to be. `open_records` of the records are not closed."""

    documents: int = 1_000
    copies: int = 10_000
    records: int = 10_000
    open_records: int = 200
    people: int = 100
    seed: int = 1

    def check(self) -> None:
        """Raises Invalid for what cannot be made: some of each are made one by one."""
        least = {
            "documents": len(samples.KINDS) + 2 * words.FORMS,
            "copies": self.documents,
            "records": self.open_records + words.FORMS * (len(words.ENDS) + 1),
            "open_records": words.FORMS * len(words.ENDS),
            "people": len(list(words.people_of())) + 1,
        }
        problems = {
            name: Message("at least {least}", least=many)
            for name, many in least.items()
            if getattr(self, name) < many
        }
        if self.documents > words.MOST:
            problems["documents"] = Message("at most {most}", most=words.MOST)
        if problems:
            raise Invalid(problems)


@dataclass(frozen=True)
class _Telling:
    """One thing to be told: of which kind, when, and the words of its own."""

    cycle: str
    at: datetime
    said: Callable[[datetime], Mapping[str, Any]]


def generate_site(
    folder: Path,
    sizes: Sizes,
    *,
    system_user: str = "",
    progress: Progress = lambda done, total, what: None,
    clock: Callable[[], datetime] = system_clock,
    environ: Mapping[str, str] = os.environ,
    waits: Callable[[Path], None] = say_nothing,
) -> Site:
    """Make it in `folder`, whole or not at all, and open it; its history of three years ends yesterday.

    The same seed tells the same things; keys and so hashes are another site's own. All accounts have the
    password of a demonstration, so it is served on this machine only. Raises Invalid for sizes that cannot
    be, WrongState when the folder or the database holds something.
    """
    sizes.check()
    today = clock()
    then = Clock(datetime.combine((today - timedelta(days=365 * YEARS)).date(), time(1), today.tzinfo))
    with whole_or_not_at_all(folder.resolve(), waits) as part, ExitStack() as undone:
        founded = founding.init_site(
            part,
            organisation=words.data()["organisation"],
            password=demonstration.PASSWORD,
            system_user=system_user,
            configuration=words.configuration(),
            public_list=True,
            clock=then,
            environ=environ,
            making=nullcontext,
        )
        with closing(founded.site) as site:
            undone.enter_context(founding.database_empty_again(site))
            shop = Workshop(site, then, sizes.copies // sizes.documents, system_user, demonstration.PASSWORD)
            samples.make(shop)
            _fill(shop, sizes, today, progress)
            demonstration.mark(part)
    return Site.open(folder, clock=clock, environ=environ)


def _fill(shop: Workshop, sizes: Sizes, today: datetime, progress: Progress) -> None:
    site, chance = shop.site, Random(sizes.seed)  # noqa: S311 - nothing of it is a secret
    cycles, steps = _cycles(site, shop.samples)
    tellings = list(_plan(shop, sizes, today, chance))
    total = sum(len(cycles[each.cycle]) for each in tellings)
    filling, done = Filling(site, _password(site)), 0
    with unguarded(site):
        for part in _batches(tellings, cycles):
            batch = _told(filling, part, cycles, steps, chance)
            filling.put(batch)
            done += batch.events
            progress(done, total, "events")
    with transaction.note(site) as session:
        kept.keep_all(site, session)


def _cycles(site: Site, made: list[samples.Sample]) -> tuple[dict[str, Cycle], dict[str, list[commits.Step]]]:
    cycles, steps = {}, {}
    for sample in made:
        moves = commits.read(site, sample)
        cycle = take_apart(site, sample, {oid: slot for slot, oid, _ in moves})
        cycles[sample.kind] = cycle
        steps[sample.kind] = commits.steps(site, moves, cycle.slots.text, cycle.slots.begin)
    return cycles, steps


_HASH: Final = (
    select(AccountPassword.hash)
    .join(Person, Person.id == AccountPassword.person_id)
    .where(Person.login == samples.PERSON)
)
"""Of the person who is told again: the row of each of them, which binds it, is a copy of theirs."""


def _password(site: Site) -> Mapping[str, Any]:
    with site.reading() as session:
        return {"hash": session.scalars(_HASH).one()}


def _plan(shop: Workshop, sizes: Sizes, today: datetime, chance: Random) -> Iterator[_Telling]:
    """All that is to be told, in the order of time."""
    people = sizes.people - len(list(words.people_of())) - 1
    documents = _shares(sizes.documents - shop.numbers - words.FORMS, samples.KINDS, chance)
    records = _records(sizes, chance)
    others = documents + records
    chance.shuffle(others)
    kinds = ["person"] * people + others
    telling = _Words(shop)
    first = shop.clock.now.astimezone(shop.site.zone).date() + timedelta(days=1)
    days = max(1, (today.astimezone(shop.site.zone).date() - first).days)
    for n, kind in enumerate(kinds):
        day, within = divmod(n * days, len(kinds))
        begin = datetime.combine(first + timedelta(days=day), _HOURS[0], shop.site.zone)
        at = begin + timedelta(hours=_HOURS[1]) * (within / len(kinds))
        yield _Telling(kind, at.astimezone(today.tzinfo), telling.of(kind))


def _shares(many: int, shares: Mapping[str, int], chance: Random) -> list[str]:
    """So many kinds, each as often as its share of a hundred says."""
    found = [kind for kind, share in shares.items() for _ in range(many * share // 100)]
    return found + chance.choices(list(shares), list(shares.values()), k=many - len(found))


def _records(sizes: Sizes, chance: Random) -> list[str]:
    left = sizes.open_records - words.FORMS * len(words.ENDS)
    closed = sizes.records - sizes.open_records - words.FORMS
    ends = [words.ENDS[n % len(words.ENDS)] for n in range(left)] + ["closed"] * closed
    return [words.record_kind(chance.randint(1, words.FORMS), end) for end in ends]


class _Words:
    """The words of each telling: the next number, a title, the number of a record in its year."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._people = 0
        self._running: dict[tuple[str, int], int] = {}
        for sample in shop.samples:
            if "record" in sample.marks:
                code, year, running = sample.marks["record"].rsplit("-", 2)
                self._running[code, int(year)] = int(running)

    def of(self, kind: str) -> Callable[[datetime], Mapping[str, Any]]:
        if kind == "person":
            return lambda at: self._person()
        if kind in samples.KINDS:
            return lambda at: self._document()
        return lambda at: self._record(words.form_of(kind), at)

    def _person(self) -> Mapping[str, Any]:
        self._people += 1
        return {"login": f"gen-person-{self._people:05d}", "name": f"员工{self._people:03d}"}

    def _document(self) -> Mapping[str, Any]:
        number = self._shop.next_number()
        return {"number": number} | words.title(self._shop.numbers, self._shop.numbers // 12)

    def _record(self, form: str, at: datetime) -> Mapping[str, Any]:
        year = at.astimezone(self._shop.site.zone).year
        running = self._running[form, year] = self._running.get((form, year), 0) + 1
        return {"record": str(RecordNumber(form, year, running)), "year": year, "running": running}


def _batches(tellings: list[_Telling], cycles: Mapping[str, Cycle]) -> Iterator[list[_Telling]]:
    part, events = list[_Telling](), 0
    for each in tellings:
        part.append(each)
        events += len(cycles[each.cycle])
        if events >= AT_ONCE:
            yield part
            part, events = [], 0
    if part:
        yield part


def _told(
    filling: Filling,
    part: list[_Telling],
    cycles: Mapping[str, Cycle],
    steps: Mapping[str, list[commits.Step]],
    chance: Random,
) -> Batch:
    """The values of each telling; the commits are made, and their ids among them."""
    batch, groups, of = Batch(), [], list[Values]()
    for each in part:
        cycle = cycles[each.cycle]
        values = cycle.told(filling.head.seq + batch.events, each.at, each.said(each.at), chance)
        batch.told.append((cycle, values))
        batch.events += len(cycle)
        batch.at = each.at + cycle.lasts
        if steps[each.cycle]:
            groups.append([step.told(values, each.at) for step in steps[each.cycle]])
            of.append(values)
    with filling.site.lock:
        for values, made in zip(of, series.write(filling.site.library, groups), strict=True):
            values |= made
    return batch
