"""How many requests a second the pages answer, beside the barest Flask views that could answer the same."""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Callable, Iterable
from hashlib import sha256
from statistics import median
from typing import Any

from flask import Flask, Response, session
from werkzeug.test import EnvironBuilder

from benchmarks.rounds import side_by_side
from docctl.usecases.copies import handing
from tests.support.pages import Reader
from tests.support.sites import World, issue, procedure

ROUNDS, REQUESTS = 15, 40
NUMBER, DAY = "LX-CX-2019-101", "2026-03-02"
CLAUSE = "\n\n{0}.1 质量部每 {0} 个月检查一次顾客反馈的处理情况，受控文件收回后记入 LX-R-001。"
LIST = """<!doctype html><title>list</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>
{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""
WHO = """SELECT p.id, p.login, r.role FROM session_login s JOIN person p ON p.id = s.person_id
JOIN account_password a ON a.person_id = p.id
LEFT JOIN person_role r ON r.person_id = p.id AND r.revoked_at IS NULL
WHERE s.token_sha256 = ? AND s.ended_at IS NULL"""
SCAN = """SELECT c.number, c.state, c.holder_name, d.number, r.label, r.title,
(SELECT count(*) FROM recall x WHERE x.copy_id = c.id AND x.voided_at IS NULL)
FROM copy c JOIN document d ON d.id = c.document_id JOIN revision r ON r.id = c.revision_id
WHERE c.token = ?"""
IN_FORCE = """SELECT r.id, r.label, r.title, r.content, r.effective_day FROM document d
JOIN revision r ON r.document_id = d.id
WHERE d.number_key = ? AND r.state = 'issued' AND r.effective_day <= ? AND d.withdrawn_day IS NULL
ORDER BY r.effective_day DESC, r.issued_seq DESC LIMIT 1"""
MASTER = """SELECT d.number, r.title, r.label, r.state, max(r.effective_day), d.department FROM document d
JOIN revision r ON r.document_id = d.id AND r.state = 'issued' AND r.effective_day <= ?
GROUP BY d.id ORDER BY d.number_key LIMIT 50"""


class Bare:
    """A Flask app with three views and nothing else: whom the cookie belongs to, one query, the answer.

    No guard, headers, language, menu or layout; the SQL is its own, past SQLAlchemy and all of docctl.
    """

    def __init__(self, world: World, token: str, page: str) -> None:
        self.token, self.page = token, page
        self.shell = sqlite3.connect(world.site.path / "docctl.db", check_same_thread=False)
        self.app = Flask("bare")
        self.table = self.app.jinja_env.from_string(LIST)
        self.app.secret_key = "bare"  # noqa: S105 - of a measurement
        for path, view in (
            ("/sign-in", self.sign_in),
            ("/document", self.document),
            ("/list", self.list),
            ("/scan/<token>", self.scan),
        ):
            self.app.add_url_rule(path, view_func=view)

    def sign_in(self) -> str:
        session["token"] = self.token
        return "in"

    def someone(self) -> None:
        digest = sha256(session["token"].encode()).hexdigest()
        assert self.shell.execute(WHO, (digest,)).fetchall()

    def document(self) -> Response:
        self.someone()
        assert self.shell.execute(IN_FORCE, (NUMBER, DAY)).fetchone() is not None
        return Response(self.page, mimetype="text/html")

    def list(self) -> str:
        self.someone()
        return self.table.render(rows=self.shell.execute(MASTER, (DAY,)).fetchall())

    def scan(self, token: str) -> str:
        told = self.shell.execute(SCAN, (token,)).fetchone()
        return "".join(f"<p>{html.escape(str(value))}</p>" for value in told)


def requests(app: Flask, path: str, cookie: str, status: int = 200, **headers: str) -> Callable[[], None]:
    """Some requests, one after the other, without a client between."""
    sent = {"Cookie": cookie, "Accept-Language": "zh", **{k.replace("_", "-"): v for k, v in headers.items()}}
    builder = EnvironBuilder(path=path, headers=list(sent.items()))
    environ = builder.get_environ()

    def run() -> None:
        for _ in range(REQUESTS):
            said: list[str] = []

            def start(status: str, _headers: Any, _error: Any = None, said: list[str] = said) -> Any:
                said.append(status)

            body: Iterable[bytes] = app(dict(environ), start)
            data = b"".join(body)
            body.close()  # type: ignore[attr-defined]
            assert said[0].startswith(str(status)), (path, said, data[:200])

    run()
    return run


def cookie_of(client: Any) -> str:
    """The cookies of a client as one header."""
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())


def test_pages_beside_bare_views(sqlite_world: World, figure: Callable[..., None]) -> None:
    """Ratios of requests a second; higher is better."""
    world = sqlite_world
    issue(world, procedure(NUMBER, extra="".join(CLAUSE.format(n) for n in range(10, 60))))
    for n in range(200, 249):
        issue(world, procedure(f"LX-CX-2019-{n}"))
    token = handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])[0].token
    reader = Reader(world.site, "zh").sign_in("staff")
    page = reader.get(f"/documents/{NUMBER}")
    with reader.client.session_transaction() as kept:
        session_token = kept["_user_id"]
    bare = Bare(world, session_token, page.text)
    plain = bare.app.test_client()
    plain.get("/sign-in")
    app, ours, theirs = reader.client.application, cookie_of(reader.client), cookie_of(plain)
    tag = page.headers["ETag"]
    figures = {}
    asked: dict[str, str]
    for name, path, status, asked, beside, goal in (
        ("stored page", f"/documents/{NUMBER}", 200, {}, "/document", 0.7),
        ("stored page, not modified", f"/documents/{NUMBER}", 304, {"If_None_Match": tag}, "/document", 0.7),
        ("scan page", f"/c/{token}", 200, {}, f"/scan/{token}", 0.6),
        ("scan page, by a stranger", f"/c/{token}", 200, {"Cookie": ""}, f"/scan/{token}", 0.6),
        ("master list of 50", "/documents", 200, {}, "/list", 0.5),
    ):
        cookies = {"Cookie": asked["Cookie"]} if "Cookie" in asked else {}
        times = side_by_side(
            requests(app, path, ours, status, **asked),
            requests(bare.app, beside, theirs, 200, **cookies),
            rounds=ROUNDS,
        )
        figures[name] = (median(b / a for a, b in zip(*times, strict=True)), goal)
        figure(
            name,
            f"{figures[name][0]:.2f} of a bare view "
            f"({REQUESTS / median(times[0]):.0f} and {REQUESTS / median(times[1]):.0f} a second)",
            f">= {goal}",
        )
    bare.shell.close()
    assert [name for name, (reached, goal) in figures.items() if reached < goal] == []
