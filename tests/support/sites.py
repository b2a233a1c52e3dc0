"""Sites for tests, on both databases: made once as people make them, then copied for each test.

`world` runs a test on SQLite and on PostgreSQL; `sqlite_world` on SQLite alone, where the database makes
no difference to what is tested.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from docctl.door import accounts
from docctl.door.context import Context
from docctl.door.site import DATABASE_VARIABLE, Site
from docctl.rules.roles import Role
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import Procedure, read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts as people
from docctl.usecases.site import founding
from tests.support import postgres
from tests.support.again import again
from tests.support.postgres import postgres_url, server_url

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""

PASSWORD = "correct horse"

# login: (name, department, roles). One person for each role of design 9.1, and a second author and verifier.
PEOPLE = {
    "author": ("陈编", "administration", [Role.AUTHOR]),
    "author2": ("林编", "quality", [Role.AUTHOR]),
    "head": ("何主任", "administration", [Role.DEPARTMENT_HEAD]),
    "quality-head": ("郑主任", "quality", [Role.DEPARTMENT_HEAD]),
    "manager": ("孙经理", "production", [Role.MANAGER_IN_CHARGE]),
    "rep": ("管平", "quality", [Role.MANAGEMENT_REPRESENTATIVE]),
    "gm": ("总经理王", "administration", [Role.GENERAL_MANAGER]),
    "controller": ("文控李", "administration", [Role.DOCUMENT_CONTROLLER]),
    "staff": ("员工周", "sales", [Role.STAFF]),
    "staff2": ("员工吴", "technical", [Role.STAFF]),
    "verifier": ("验证赵", "quality", [Role.VERIFIER]),
    "verifier2": ("验证钱", "sales", [Role.VERIFIER]),
    "auditor": ("审核员冯", "quality", [Role.AUDITOR]),
}


@dataclass
class Clock:
    """A clock that stands still but for a millisecond a look, and goes where a test sends it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, **spans: float) -> None:
        """`advance(days=3, hours=1)`."""
        self.now += timedelta(**spans)

    def go_to(self, day: date, hour: int = 9) -> None:
        """That hour of that day in Shanghai."""
        self.now = datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)


@dataclass
class World:
    """A site with people, and a clock."""

    site: Site
    clock: Clock
    contexts: dict[str, Context] = field(default_factory=dict)

    def as_(self, login: str) -> Context:
        """A context of that person, who is taken to have given their password."""
        if login not in self.contexts:
            self.contexts[login] = accounts.reader(self.site, login, proved=True)
        return self.contexts[login]

    @property
    def environ(self) -> dict[str, str]:
        """What a program needs to open this site."""
        url = self.site.engine.url
        if url.get_backend_name() == "sqlite":
            return {}
        return {DATABASE_VARIABLE: url.render_as_string(hide_password=False)}

    def reopen(self) -> World:
        """The same site as another process sees it."""
        self.close()
        self.site = Site.open(self.site.path, clock=self.clock, environ=self.environ)
        return self

    def forget(self) -> None:
        """Everybody is met anew: as they are now, not as they were when they last came."""
        for ctx in self.contexts.values():
            ctx.close()
        self.contexts = {}

    def close(self) -> None:
        self.forget()
        self.site.close()


def configuration(*, two: bool = True) -> bytes:
    """docctl's own site.yaml; without `two`, one admin gives every role alone, so that tests can set a scene."""
    text = (files("docctl") / "site.yaml").read_bytes()
    return text if two else text.replace(b"signing_roles: two", b"signing_roles: one")


def build(folder: Path, environ: dict[str, str]) -> None:
    """A site with all of PEOPLE, made as an administrator would make it."""
    clock = Clock()
    founded = founding.init_site(
        folder,
        password=PASSWORD,
        clock=clock,
        environ=environ,
        system_user="tester",
        configuration=configuration(two=False),
        public_list=True,
    )
    admin = accounts.reader(founded.site, "admin")
    for login, (name, department, roles) in PEOPLE.items():
        people.add_user(
            admin, login, name=name, department=department, roles=roles, password=PASSWORD, lasting=True
        )
    admin.close()
    founded.site.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "site"
    build(folder, {})
    return folder


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, str]:
    """A site folder, and the name of its database."""
    url = postgres_url(worker_id)
    folder = tmp_path_factory.mktemp("template-pg") / "site"
    build(folder, {DATABASE_VARIABLE: url.render_as_string(hide_password=False)})
    return folder, str(url.database)


@pytest.fixture
def sqlite_world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A site of its own on SQLite."""
    yield from _sqlite(sqlite_template, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A site of its own, on either database."""
    if request.param == "sqlite":
        yield from _sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        template, database = request.getfixturevalue("postgres_template")
        yield from _postgres(template, database, tmp_path)


def _sqlite(template: Path, tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "site"
    shutil.copytree(template, folder)
    clock = Clock(MONDAY + timedelta(hours=1))
    world = World(Site.open(folder, clock=clock, environ={}), clock)
    yield world
    world.close()


def _postgres(template: Path, database: str, tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "site"
    shutil.copytree(template, folder)
    url = server_url().set(database=f"{database}_{abs(hash(tmp_path)) % 10**8}")
    postgres.copy(database, str(url.database))
    clock = Clock(MONDAY + timedelta(hours=1))
    environ = {DATABASE_VARIABLE: url.render_as_string(hide_password=False)}
    world = World(Site.open(folder, clock=clock, environ=environ), clock)
    # The settings name the template's database; a command run against the folder must find this one.
    settings = folder / "docctl.toml"
    settings.write_text(settings.read_text().replace(f'/{database}"', f'/{url.database}"'))
    yield world
    world.close()
    postgres.drop(str(url.database))


PROCEDURE = """---
number: {number}
title: {{zh: {title}, en: {title_en}}}
level: procedure
department: administration
references: [LX-SH-2019, GB/T 19001-2016]
records: [LX-R-001, LX-R-101, LX-R-103]
limits:
  first-answer: {{within: {hours}, unit: hour, calendar: clock, clause: "5.2.1"}}
---
# 1 目的

规定反馈的处理。{extra}

# 5 程序

## 5.2 答复

5.2.1 收到问题后 {{limit:first-answer}} 内答复顾客。 {{#5.2.1}}
"""

TEMPLATE = """number: {number}
title: {{zh: 质量信息反馈单, en: Quality information feedback form}}
level: form
department: sales
governed_by: {{document: {procedure}, clauses: ["5.2.1"]}}
keeper: sales
retention: {{years: 3, from: closed}}
schema:
  type: object
  required: [reported_at, customer]
  properties:
    reported_at: {{type: string, format: date-time, title: {{zh: 报告时间, en: Reported at}}, clause: "5.2.1"}}
    customer: {{type: string, title: {{zh: 顾客, en: Customer}}}}
    answered_at: {{type: string, format: date-time, title: {{zh: 答复时间, en: Answered at}}}}
    satisfied: {{type: boolean, title: {{zh: 顾客满意, en: Customer satisfied}}}}
steps:
  - {{name: report, role: sales, fields: [reported_at, customer]}}
  - {{name: solve, role: technical, fields: [answered_at, satisfied]}}
clocks:
  - {{name: answer, from: reported_at, to: answered_at, limit: first-answer}}
gates:
  - {{before: close, needs: "satisfied == true", clause: "5.2.1"}}
"""


def procedure(
    number: str = "LX-CX-2019-101", *, title: str = "质量反馈控制程序", hours: int = 24, extra: str = ""
) -> Material:
    """A small procedure, as its author would bring it. `extra` makes another text of it."""
    text = PROCEDURE.format(number=number, title=title, title_en="Feedback control", hours=hours, extra=extra)
    return of_procedure(read_procedure(text.encode(), {}, {}))


def meaning(material: Material, *words: str) -> Material:
    """The same procedure, whose head says that these words are meant as they stand."""
    head = f"\nmeant: {json.dumps(words, ensure_ascii=False)}\n---\n".encode()
    assert isinstance(material.content, Procedure)
    return of_procedure(read_procedure(material.content.raw.replace(b"\n---\n", head, 1), {}, {}))


def template(number: str = "LX-R-101", *, governed_by: str = "LX-CX-2019-101") -> Material:
    """A small record template governed by that procedure."""
    return of_template(read_template(TEMPLATE.format(number=number, procedure=governed_by).encode()))


def issue(world: World, material: Material, *, effective: date | None = None, save: bool = False) -> str:
    """Register (or, with `save`, revise), submit, sign and issue; the number."""
    number = material.content.number

    def act() -> None:
        if save:
            drafting.save_draft(world.as_("author"), number, lambda: material)
        else:
            drafting.register_document(world.as_("author"), lambda: material)
        drafting.submit_revision(world.as_("author"), number, reason="首次发布")
        approving.sign_revision(world.as_("rep"), number)
        issuing.issue_revision(world.as_("controller"), number, effective=effective)

    again(world, (tuple(sorted(material.files.items())), effective, save), act)
    return number
