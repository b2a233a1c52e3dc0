"""Each address: who may ask it without an account, and that it bears the name of its action."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient
from markupsafe import Markup

from docctl.rules.actions import Action
from docctl.rules.surfaces import SURFACES
from docctl.web.kit import here
from docctl.web.kit.addresses import address
from docctl.web.kit.framed import framed
from docctl.web.kit.guard import SAFE

READING = {"GET", "HEAD"}


@pytest.mark.regulation("P11-10d")
@pytest.mark.rule("SE-44")
def test_exactly_these_routes_need_no_account(visitor: FlaskClient) -> None:
    rules = visitor.application.url_map.iter_rules()
    routes = {rule.endpoint: (rule.rule, rule.methods) for rule in rules if rule.endpoint in here.PUBLIC}
    assert routes == {
        "start.show": ("/", READING),
        "scan.show": ("/c/<path:text>", READING),
        "scan.check": ("/check", READING),
        "static": ("/static/<path:filename>", READING),
        "health.healthz": ("/healthz", READING),
        "health.metrics": ("/metrics", READING),
        "sign_in.show": ("/sign-in", READING),
        "sign_in.sign_in": ("/sign-in", {"POST"}),
        "sign_in.code_form": ("/sign-in/code", READING),
        "sign_in.code": ("/sign-in/code", {"POST"}),
        "sign_in.sign_out": ("/sign-out", {"POST"}),
    }
    assert routes.keys() == here.PUBLIC


@pytest.mark.regulation("Q9-06", "P11-10d")
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


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("documents.show", {"number": "LX-CX-2019-101"}),
        ("documents.show", {"number": "质量/手册 7%?#~a~"}),
        ("documents.show_revision", {"number": "Q/LX 01", "label": "A/0"}),
        ("copies.show", {"number": "LX-CX-2019-101#001"}),
        ("copies.return_copy", {"number": "../#1"}),
        ("copies.acknowledge", {"number": "LX~number~#1"}),
    ],
)
def test_an_address_that_is_put_together_is_the_one_that_flask_would_give(
    visitor: FlaskClient, endpoint: str, values: dict[str, str]
) -> None:
    with visitor.application.test_request_context("/"):
        for asked in (values, dict.fromkeys(values, "x")):
            assert address(endpoint, **asked) == visitor.application.url_for(
                endpoint, **dict[str, Any](asked)
            )


def test_what_is_put_into_a_frame_is_escaped_and_the_frame_is_that_of_the_request(
    visitor: FlaskClient,
) -> None:
    pages = {}
    for query in ("/c/x", "/c/x?lang=en", "/c/x?lang=zh"):
        with visitor.application.test_request_context(query, headers={"Accept-Language": "zh"}):
            for _ in range(2):
                pages[query] = framed("copies/scan.html", title="<i> & \0title\0", body=Markup("<p>body</p>"))
            assert "<title>&lt;i&gt; &amp; \0title\0</title>" in pages[query]
            assert "<p>body</p>" in pages[query]
    assert 'lang="en"' in pages["/c/x?lang=en"]
    assert len(set(pages.values())) == 3
