"""One of everything that a generated site consists of, made by the use cases in the name of who would do it.

What comes of each is a `Sample`: the events, and the words in them that are another instance's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from string import Template
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from docctl.door import accounts
from docctl.door.site import Site
from docctl.ledger import journal
from docctl.rules.seconding import SECONDS
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.copies import disposing, handing
from docctl.usecases.demonstration.story import Clock
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.generating import words
from docctl.usecases.people import accounts as people
from docctl.usecases.records import opening, recording, sealing

CHANNEL: Final = "generated"
"""How every event of such a site says that it came: no generated ledger can pass for a real one."""

REPRESENTATIVE, CONTROLLER, VERIFIER = "gen-rep", "gen-controller", "gen-verifier"
PERSON: Final = "gen-person-00000"
KINDS: Final = MappingProxyType(
    {
        "plain": 40,
        "plain, elsewhere": 33,
        "plain, unanswered": 5,
        "revised": 10,
        "revised, left out": 10,
        "submitted": 1,
        "draft": 1,
    }
)
"""Of a hundred documents so many are told as each of these."""

_AT_ONCE: Final = 9
"""Copies that are handed out in one act: one to each department."""


@dataclass(frozen=True)
class Sample:
    """What was made by the events after `first` up to `last`; `marks` gives each word of its own a name."""

    kind: str
    first: int
    last: int
    marks: Mapping[str, str]


@dataclass
class Workshop:
    """A site in the making, with its clock."""

    site: Site
    clock: Clock
    copies: int
    system_user: str
    password: str
    samples: list[Sample] = field(default_factory=list)
    numbers: int = 0

    def as_(self, login: str, act: Callable[..., object], *given: object, **named: object) -> Any:
        """Do it in their name."""
        ctx = accounts.reader(self.site, login, channel=CHANNEL, system_user=self.system_user, proved=True)
        with closing(ctx):
            return act(ctx, *given, **named)

    def head(self) -> int:
        """The number of the newest event."""
        with self.site.reading() as session:
            return journal.head(session.connection()).seq

    def tell(self, kind: str, makes: Callable[..., Mapping[str, str]], *given: object) -> None:
        """Make what is told again as `kind`; `makes` does it, and gives the words of its own."""
        first = self.head()
        found = makes(self, *given)
        self.samples.append(Sample(kind, first, self.head(), found))

    def next_number(self) -> str:
        """That of the next procedure."""
        self.numbers += 1
        return words.number(self.numbers)


def make(shop: Workshop) -> None:
    """All samples, on the days after the site was founded."""
    # Who could be the second person comes last: until then one admin gives roles that sign.
    for login, name, department, role in sorted(words.people_of(), key=lambda p: p[-1] in SECONDS):
        _add(shop, login, name, department, role)
    shop.tell("person", _person)
    forms = [_form(shop, n) for n in range(1, words.FORMS + 1)]
    for kind, makes in _DOCUMENTS.items():
        _next_day(shop)
        shop.tell(kind, makes)
    _next_day(shop)
    for n, form in enumerate(forms, 1):
        for end in (*words.ENDS, "closed"):
            shop.tell(words.record_kind(n, end), _record, form, end)


def _add(shop: Workshop, login: str, name: str, department: str, role: str) -> None:
    named = {"name": name, "department": department, "roles": [role]}
    shop.as_("admin", people.add_user, login, **named, password=shop.password, lasting=True)


def _person(shop: Workshop) -> Mapping[str, str]:
    _add(shop, PERSON, "员工〇〇号", "production", "staff")
    return {"login": PERSON, "name": "员工〇〇号"}


def _next_day(shop: Workshop) -> None:
    """Nine in the morning of the next day, so that one day of a sample is one day of what is told again."""
    zone = shop.site.zone
    day = shop.clock.now.astimezone(zone).date() + timedelta(days=1)
    shop.clock.go_to(datetime.combine(day, time(9), zone))


@dataclass(frozen=True)
class _Form:
    number: str
    reports: str
    solves: str


def _form(shop: Workshop, n: int) -> _Form:
    """A procedure and the form under it. Each form is the work of two departments of its own."""
    departments = words.data()["departments"]
    reports, solves = departments[2 * n - 1], departments[2 * n]
    form, under = words.form_number(n), shop.next_number()
    said = {"department": reports, "form": form} | words.title(n, n)
    _issued(shop, procedure(under, said), reports)
    text = Template(words.data()["form"]).substitute(
        number=form, department=reports, procedure=under, reports=reports, solves=solves
    )
    _issued(shop, of_template(read_template(text.encode())), reports)
    return _Form(form, reports, solves)


def procedure(number: str, said: Mapping[str, str], edition: str = "A") -> Material:
    """The text of a procedure under that number; each edition says something else."""
    text = Template(words.data()["procedure"]).substitute(said, number=number, edition=edition)
    return of_procedure(read_procedure(text.encode(), {}, {}))


def _issued(shop: Workshop, material: Material, department: str, *, again: bool = False) -> None:
    author, number = f"gen-author-{department}", material.content.number
    if again:
        shop.as_(author, drafting.save_draft, number, lambda: material)
    else:
        shop.as_(author, drafting.register_document, lambda: material)
    shop.as_(author, drafting.submit_revision, number, reason=CHANNEL)
    shop.as_(REPRESENTATIVE, approving.sign_revision, number)
    shop.as_(CONTROLLER, issuing.issue_revision, number)


def _marks(number: str, said: Mapping[str, str]) -> Mapping[str, str]:
    return {"number": number} | {language: said[language] for language in words.data()["title"]}


def _words(shop: Workshop, department: str) -> dict[str, str]:
    return {"department": department, "form": words.form_number(1)} | words.title(shop.numbers, shop.numbers)


def _plain(shop: Workshop, department: str, unanswered: int = 0) -> Mapping[str, str]:
    """In force, all its copies handed out; `unanswered` of them are not acknowledged."""
    number, said = shop.next_number(), _words(shop, department)
    _issued(shop, procedure(number, said), department)
    _hand_out(shop, number, shop.copies, unanswered=unanswered)
    return _marks(number, said)


def _revised(shop: Workshop, left_out: int = 0) -> Mapping[str, str]:
    """Three revisions, each with a third of the copies; of the second `left_out` copies never came back."""
    number, said, department = shop.next_number(), _words(shop, "technical"), "technical"
    share, out = max(1, shop.copies // 3), list[str]()
    for edition in ("A", "B", "C"):
        _issued(shop, procedure(number, said, edition), department, again=edition != "A")
        keep_out = left_out if edition == "C" else 0
        for copy in out[keep_out:]:
            shop.as_(CONTROLLER, handing.return_copy, copy)
            shop.as_(CONTROLLER, disposing.keep_copy, copy, reason=CHANNEL)
        out = _hand_out(shop, number, share)
    return _marks(number, said)


def _under_way(shop: Workshop, *, submitted: bool = False) -> Mapping[str, str]:
    number, said = shop.next_number(), _words(shop, "purchasing")
    author, material = "gen-author-purchasing", procedure(number, said)
    shop.as_(author, drafting.register_document, lambda: material)
    if submitted:
        shop.as_(author, drafting.submit_revision, number, reason=CHANNEL)
    return _marks(number, said)


_DOCUMENTS: Final[Mapping[str, Callable[[Workshop], Mapping[str, str]]]] = MappingProxyType(
    {
        "plain": partial(_plain, department="production"),
        "plain, elsewhere": partial(_plain, department="logistics"),
        "plain, unanswered": partial(_plain, department="finance", unanswered=1),
        "revised": _revised,
        "revised, left out": partial(_revised, left_out=1),
        "submitted": partial(_under_way, submitted=True),
        "draft": _under_way,
    }
)


def _hand_out(shop: Workshop, number: str, many: int, *, unanswered: int = 0) -> list[str]:
    made: list[str] = []
    while len(made) < many:
        holders = words.data()["departments"][: min(_AT_ONCE, many - len(made))]
        copies = shop.as_(CONTROLLER, handing.issue_copies, number, holders=holders)
        made += [copy.number for copy in copies]
    for copy in made[unanswered:]:
        shop.as_(CONTROLLER, handing.acknowledge_copy, copy)
    return made


def _record(shop: Workshop, form: _Form, end: str) -> Mapping[str, str]:
    """A record of that form, as far as `end`."""
    reporter, solver = f"gen-staff-{form.reports}", f"gen-staff-{form.solves}"
    number: str = shop.as_(reporter, opening.open_record, form.number).number
    today = shop.clock.now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    reported = {"reported_at": _at(today, 8), "customer": "示范公司"}
    solved = {"answered_at": _at(today, 9), "satisfied": "true"}
    steps: list[tuple[str, str, Callable[..., object], tuple[object, ...]]] = [
        ("filled", reporter, recording.fill_record, (reported,)),
        ("signed", reporter, recording.sign_record, ()),
        ("", solver, recording.fill_record, (solved,)),
        ("", solver, recording.sign_record, ()),
        ("completed", reporter, sealing.complete_record, ()),
        ("verified", VERIFIER, sealing.verify_record, ()),
        ("closed", CONTROLLER, sealing.close_record, ()),
    ]
    for name, who, act, given in steps if end != "open" else []:
        shop.as_(who, act, number, *given)
        if name == end:
            break
    return {"record": number}


def _at(day: date, hour: int) -> str:
    return f"{day.isoformat()}T{hour:02d}:00:00+08:00"
