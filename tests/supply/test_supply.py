"""What docctl is made of can be told, and known holes in it are found."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.supply import audit
from tests.supply.lock import FILE, pinned
from tests.supply.sbom import main, sbom

LOCK = """\
babel==2.17.0 \\
    --hash=sha256:0c54cffb19f690cdcc52a3b50bcbf71e07a808d1c80d549f2459b9d2cf0afb9d
    # via flask-babel
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6 \\
    --hash=sha256:08695f5cb7ed6e0531a20572697297273c47b8cae5a63ffc6d6ed5c201be6e44
    # via
    #   click
    #   tqdm
flask-babel==4.0.0 \\
    --hash=sha256:dbeab4027a3f4a87678a11686496e98e1492eb793cbdd77ab50f4e9a2602a593
    # via docctl-qms (pyproject.toml)
"""
PROJECT = {"name": "docctl-qms", "version": "0.1.0", "license": "Apache-2.0"}


def test_a_bill_names_each_library_of_the_lock_with_its_hashes_and_who_needs_it() -> None:
    bill = sbom(PROJECT, pinned(LOCK))
    parts = {part["name"]: part for part in bill["components"]}
    assert list(parts) == ["babel", "colorama", "flask-babel"]
    assert len(parts["colorama"]["externalReferences"][0]["hashes"]) == 2
    needs = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert needs["docctl-qms@0.1.0"] == ["pkg:pypi/flask-babel@4.0.0"]
    assert needs["pkg:pypi/flask-babel@4.0.0"] == ["pkg:pypi/babel@2.17.0"]


def test_the_bill_of_this_checkout_is_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        main()
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    parts = json.loads(told[0])["components"]
    wanted = [
        line.split("==")[0].split("[")[0]
        for line in FILE.read_text().splitlines()
        if "==" in line[:60] and line[0] != " "
    ]
    assert [part["name"] for part in parts] == wanted
    assert all(part["externalReferences"][0]["hashes"] for part in parts)


@pytest.fixture
def database() -> Iterator[tuple[str, dict[str, Any]]]:
    """Somebody who answers as OSV does: `said` is the answer, made of the questions."""
    said: dict[str, Any] = {"holes": {}, "broken": False}

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            purls = [question["package"]["purl"] for question in asked]
            lines = [{"vulns": said["holes"][purl]} if purl in said["holes"] else {} for purl in purls]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]" if said["broken"] else json.dumps({"results": lines}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", said
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_hole_is_named_and_is_the_exit_code(
    database: tuple[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, said = database
    assert audit.main(address) == 0
    assert capsys.readouterr().out.endswith(" libraries audited, 0 with known holes\n")
    first = next(pinned(FILE.read_text("utf-8")))
    said["holes"] = {first.purl: [{"id": "PYSEC-2"}, {"id": "GHSA-1"}]}
    assert audit.main(address) == 1
    assert capsys.readouterr().out.startswith(f"{first.name} {first.version}: GHSA-1, PYSEC-2\n")


def test_where_nobody_answers_it_says_so_in_a_line_and_is_no_hole(
    database: tuple[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, said = database
    said["broken"] = True
    for asked in (address, "http://127.0.0.1:9/"):
        assert audit.main(asked) == 0
        out = capsys.readouterr().out
        assert out.startswith("not audited: ")
        assert out.count("\n") == 1
