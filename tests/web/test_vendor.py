"""The files of others are those that were looked at, and the only ones."""

from __future__ import annotations

import hashlib
import tomllib
from typing import Any

from docctl.web.kit.assets import FOLDER

VENDOR = FOLDER / "vendor"
LISTED: dict[str, Any] = tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8"))


def test_each_file_has_the_hash_that_is_listed_and_a_licence_beside_it() -> None:
    for name, told in LISTED.items():
        for file, digest in told["sha256"].items():
            data = (VENDOR / name / told["version"] / file).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest, (name, file)
        assert "LICENSE" in told["sha256"]
        assert told["licence"] in {"MIT", "0BSD"}


def test_no_other_file_is_there() -> None:
    listed = {f"{name}/{told['version']}/{file}" for name, told in LISTED.items() for file in told["sha256"]}
    there = {f.relative_to(VENDOR).as_posix() for f in VENDOR.rglob("*") if f.is_file()}
    assert there == listed | {"vendor.toml"}
