"""The other side: bare Flask views with SQL of their own on the same tables. Imports nothing of docctl.

Each view asks who the cookie belongs to, runs its query for the same lines, and renders them into a table. No
rights, headers, language, menu or layout.
"""

# ruff: noqa: S608 - all of it is written here

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, request

WHO = """SELECT p.id, p.login, r.role FROM session_login s JOIN person p ON p.id = s.person_id
JOIN account_password a ON a.person_id = p.id
LEFT JOIN person_role r ON r.person_id = p.id AND r.revoked_at IS NULL
WHERE s.token_sha256 = ? AND s.ended_at IS NULL"""
IN_FORCE = """(SELECT r.id FROM revision r WHERE r.document_id = d.id AND r.state = 'issued'
AND r.effective_day <= '9999-12-31' ORDER BY r.effective_day DESC, r.issued_seq DESC LIMIT 1)"""
DOCUMENTS = f"""SELECT d.number, r.title, r.label, r.state, r.effective_day, d.department FROM document d
JOIN revision r ON r.id = {IN_FORCE} {{where}} ORDER BY d.number_key LIMIT 50"""
RECORDS = """SELECT c.number, c.state, c.opened_at, p.name, r.label FROM record c
JOIN person p ON p.id = c.opened_by_id JOIN revision r ON r.id = c.template_revision_id
{where} ORDER BY c.id DESC LIMIT 50"""
COPIES = """SELECT c.number, c.holder_name, c.state, c.issued_day, r.label FROM copy c
JOIN revision r ON r.id = c.revision_id {where} ORDER BY c.document_id, c.running LIMIT 50"""
LISTS = {
    "documents": DOCUMENTS.format(where=""),
    "documents of one department": DOCUMENTS.format(where="WHERE d.department = 'finance'"),
    "records": RECORDS.format(where=""),
    "records open": RECORDS.format(where="WHERE c.state = 'open'"),
    "copies": COPIES.format(where=""),
    "copies issued": COPIES.format(where="WHERE c.state = 'issued'"),
    "inbox": RECORDS.format(where="WHERE c.state IN ('open', 'completed', 'verified')"),
    "people": "SELECT login, name, department FROM person ORDER BY login LIMIT 50",
    "ledger": "SELECT seq, body FROM ledger_event ORDER BY seq DESC LIMIT 50",
    "start": DOCUMENTS.format(where=""),
    "offers": f"""SELECT d.number, r.title FROM document d JOIN revision r ON r.id = {IN_FORCE}
WHERE d.level = 'form' ORDER BY d.number_key LIMIT 50""",
}
SCAN = """SELECT c.number, c.state, c.holder_name, d.number, r.label, r.title,
(SELECT count(*) FROM recall x WHERE x.copy_id = c.id AND x.voided_at IS NULL)
FROM copy c JOIN document d ON d.id = c.document_id JOIN revision r ON r.id = c.revision_id
WHERE c.token = ?"""
ONE = f"""SELECT d.number, r.title, r.label, r.effective_day FROM document d
JOIN revision r ON r.id = {IN_FORCE} WHERE d.number_key = ?"""
TABLE = """<!doctype html><title>list</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>
{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""


class Bare:
    """The app. `page` is what it sends for a document, made before."""

    def __init__(self, path: Path, url: str | None, page: str) -> None:
        self._sqlite = url is None
        self._connection: Any = (
            sqlite3.connect(path / "docctl.db", check_same_thread=False)
            if url is None
            else psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        )
        self.app = Flask("bare")
        self._table, self._page = self.app.jinja_env.from_string(TABLE), page
        self.app.add_url_rule("/list/<name>", view_func=self.list)
        self.app.add_url_rule("/scan/<token>", view_func=self.scan)
        self.app.add_url_rule("/document/<number>", view_func=self.document)

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, *values: str) -> Sequence[Any]:
        """What the database answers."""
        found = self._connection.execute(sql if self._sqlite else sql.replace("?", "%s"), values)
        rows: Sequence[Any] = found.fetchall()
        return rows

    def someone(self) -> None:
        digest = sha256(request.headers["X-Token"].encode()).hexdigest()
        assert self.rows(WHO, digest)

    def list(self, name: str) -> str:
        if name != "start":
            self.someone()
        return self._table.render(rows=self.rows(LISTS[name]))

    def scan(self, token: str) -> str:
        return self._table.render(rows=self.rows(SCAN, token))

    def document(self, number: str) -> str:
        self.someone()
        assert self.rows(ONE, number)
        return self._page
