"""The other side of bench_pages: the barest Flask views that could answer. Imports nothing of docctl.

`python bare_pages.py DATABASE PAGE TOKEN` serves them as `docctl serve` serves its own, by waitress with as
many threads, and prints the port. No guard, headers, language, menu or layout; the SQL is its own.
"""

# ruff: noqa: T201 - it prints the port

from __future__ import annotations

import html
import socket
import sqlite3
import sys
from pathlib import Path

import waitress
from flask import Flask, Response, session

NUMBER, DAY, THREADS = "LX-CX-2019-101", "2026-03-02", 4
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
    """Three views and nothing else: whom the cookie belongs to, one query, the answer."""

    def __init__(self, database: Path, page: str, token: str) -> None:
        self.token, self.page = token, page
        self.shell = sqlite3.connect(database, check_same_thread=False)
        self.app = Flask("bare")
        self.table = self.app.jinja_env.from_string(LIST)
        self.app.secret_key = "bare"  # noqa: S105 - of a measurement
        self.app.add_url_rule("/sign-in", view_func=self.sign_in)
        self.app.add_url_rule("/document", view_func=self.document)
        self.app.add_url_rule("/list", view_func=self.list)
        self.app.add_url_rule("/scan/<token>", view_func=self.scan)

    def sign_in(self) -> str:
        session["token"] = self.token
        return "in"

    def someone(self) -> None:
        digest = session["token"]
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


if __name__ == "__main__":
    database, page, token = sys.argv[1:]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bare = Bare(Path(database), Path(page).read_text("utf-8"), token)
        server = waitress.create_server(bare.app, sockets=[listener], threads=THREADS, ident="")
        print(listener.getsockname()[1], flush=True)
        server.run()
