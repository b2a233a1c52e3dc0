"""A generated site is as large as was asked for, finds nothing in itself, and cannot pass for a real one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from docctl.door.site import DATABASE_VARIABLE, Site
from docctl.errors import Invalid, WrongState
from docctl.ledger import journal
from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record
from docctl.queries.integrity import check_site
from docctl.rules.records.life import State
from docctl.usecases.generating import making
from docctl.usecases.generating.making import Sizes
from tests.support.sites import World

SMALL = Sizes(documents=40, copies=120, records=80, open_records=30, people=30)


def told(site: Site) -> set[str]:
    """What a site says, without what is its own: keys, hashes, instants."""
    with site.reading() as session:
        rows = [
            *session.execute(select(Document.number, Document.department)).all(),
            *session.execute(select(Copy.number, Copy.state, Copy.token)).all(),
            *session.execute(select(Record.number, Record.state)).all(),
            *session.execute(select(Person.login, Person.name)).all(),
            *session.execute(select(Revision.label, Revision.state, Revision.title)).all(),
        ]
    return set(map(str, rows))


def is_as_asked(site: Site) -> None:
    with site.reading() as session:
        documents = session.scalars(select(Document.id)).all()
        records = Counter(session.scalars(select(Record.state)).all())
        assert len(documents) == SMALL.documents
        assert abs(len(session.scalars(select(Copy.id)).all()) - SMALL.copies) <= SMALL.documents
        assert sum(records.values()) == SMALL.records
        assert sum(records.values()) - records[State.CLOSED] == SMALL.open_records
        assert len(session.scalars(select(Person.id)).all()) == SMALL.people + 1
        thrice = Counter(session.scalars(select(Revision.document_id)).all())
        assert 0 < sum(1 for many in thrice.values() if many == 3) < SMALL.documents / 2
        events = [json.loads(entry.body) for entry in journal.events(session.connection())]
    assert {event["via"]["channel"] for event in events[1:]} == {"generated"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("generated") / "site"
    return making.generate_site(folder, SMALL, environ={})


def test_a_generated_site_finds_nothing_in_itself(generated: Site) -> None:
    is_as_asked(generated)
    assert check_site(generated).groups == ()


@pytest.mark.postgres
def test_a_generated_site_is_the_same_on_postgresql(
    generated: Site, postgres_database: URL, tmp_path: Path
) -> None:
    environ = {DATABASE_VARIABLE: postgres_database.render_as_string(hide_password=False)}
    site = making.generate_site(tmp_path / "site", SMALL, environ=environ)
    is_as_asked(site)
    assert check_site(site).groups == ()
    # The tokens of copies that were really made are of chance; all that was told again is of the seed.
    differing = told(site) ^ told(generated)
    assert {line for line in differing if "State" not in line or "#" not in line} == set()
    assert len(differing) <= 2 * 3 * SMALL.copies // SMALL.documents * 5
    site.close()


def test_no_site_with_work_in_it_is_touched(sqlite_world: World) -> None:
    before = told(sqlite_world.site)
    with pytest.raises(WrongState, match="not empty"):
        making.generate_site(sqlite_world.site.path, SMALL, environ={})
    assert told(sqlite_world.site) == before


def test_what_cannot_be_made_is_refused_before_anything_is(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        making.generate_site(tmp_path / "site", Sizes(documents=3, records=0), environ={})
    assert {"documents", "records"} <= refused.value.problems.keys()
    assert list(tmp_path.iterdir()) == []
