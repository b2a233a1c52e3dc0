"""Each address: who may ask it without an account, and that it bears the name of its action."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient

from docctl.rules.actions import SURFACES, Action
from docctl.web.kit import here
from docctl.web.kit.guard import SAFE

READING = {"GET", "HEAD"}


@pytest.mark.rule("SE-44")
def test_exactly_these_routes_need_no_account(visitor: FlaskClient) -> None:
    rules = visitor.application.url_map.iter_rules()
    routes = {rule.endpoint: (rule.rule, rule.methods) for rule in rules if rule.endpoint in here.PUBLIC}
    assert routes == {
        "start.show": ("/", READING),
        "scan.show": ("/c/<path:text>", READING),
        "scan.check": ("/check", READING),
        "static": ("/static/<path:filename>", READING),
        "sign_in.show": ("/sign-in", READING),
        "sign_in.sign_in": ("/sign-in", {"POST"}),
        "sign_in.sign_out": ("/sign-out", {"POST"}),
    }
    assert routes.keys() == here.PUBLIC


@pytest.mark.rule("SE-31")
def test_every_other_route_asks_who_is_there(visitor: FlaskClient) -> None:
    app = visitor.application
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in here.PUBLIC:
            continue
        with app.test_request_context():
            values: dict[str, Any] = dict.fromkeys(rule.arguments, "1")
            address = url_for(rule.endpoint, **values)
        for method in rule.methods or ():
            answer = visitor.open(address, method=method)
            if method in SAFE:
                assert answer.status_code == 302, (method, address)
                assert answer.headers["Location"].startswith("/sign-in?next=")
            else:
                assert answer.status_code == 401, (method, address)
            asked += 1
    assert asked > 3


def test_what_changes_something_is_never_a_get(visitor: FlaskClient) -> None:
    for rule in visitor.application.url_map.iter_rules():
        assert rule.methods in (READING, {"POST"}), rule


@pytest.mark.parametrize("action", [a for a in Action if SURFACES[a].web])
def test_the_page_of_an_action_is_there_and_bears_its_name(visitor: FlaskClient, action: Action) -> None:
    rules = list(visitor.application.url_map.iter_rules(SURFACES[action].web))
    assert rules
    if action.changes:
        assert [rule.rule.rpartition("/")[2] for rule in rules] == [action.verb.replace("_", "-")] * len(
            rules
        )
        assert all(rule.methods == {"POST"} for rule in rules)
