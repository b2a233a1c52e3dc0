"""The session that a page reads with: one for each request, and the database lets it change nothing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from docctl.models.quick import NotQuickly
from docctl.web.kit.database import db
from tests.support.pages import app_of
from tests.support.sites import World


def test_what_a_page_reads_with_cannot_change_a_row(world: World) -> None:
    with app_of(world.site).app_context(), pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(text("UPDATE person SET name = 'somebody else'"))


def test_what_answers_quickly_cannot_change_a_row_either(world: World) -> None:
    with world.site.quickly.connection() as one, pytest.raises(NotQuickly) as refused:
        one.rows("UPDATE person SET name = 'somebody else'")
    assert re.search(r"readonly|read-only", str(refused.value.__cause__))


def test_a_page_has_one_session_and_the_next_page_another(world: World) -> None:
    app = app_of(world.site)
    with app.app_context():
        first = db.session()
        assert db.session() is first
        first.execute(text("SELECT 1"))
        assert first.in_transaction()
    assert not first.in_transaction()
    with app.app_context():
        assert db.session() is not first
