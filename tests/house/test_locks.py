"""The lock files: every pin with its hashes, in step with pyproject.toml, and no address of an index."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.trees import ROOT

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
ADDRESS = re.compile(r"://|--(extra-)?index-url|--find-links|--trusted-host")


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall(lock))


def unhashed(lock: str) -> list[str]:
    blocks = re.split(r"\n(?=\S)", lock)
    return [block.splitlines()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]


def unlocked(requirements: list[str], lock: str) -> list[str]:
    """Names that pyproject.toml asks for and the lock does not hold."""
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace(".", "-") for line in requirements}
    return sorted(names - set(pins(lock)))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])]
)
def test_a_lock_holds_everything_with_hashes_and_no_address(name: str, groups: list[str]) -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = list(project["project"]["dependencies"])
    wanted += [line for group in groups for line in project["dependency-groups"][group]]
    assert unlocked(wanted, read(name)) == []
    assert unhashed(read(name)) == []
    assert not ADDRESS.search(read(name))


def test_the_tools_are_locked_beside_the_very_libraries_that_users_get() -> None:
    assert pins(read("requirements.lock")).items() <= pins(read("requirements-dev.lock")).items()


def test_no_address_of_an_index_stands_in_the_project_files() -> None:
    for name in ("pyproject.toml", "Makefile", ".ci/run"):
        assert not re.search(r"(?<!no-emit-)(index-url|find-links)\b(?! ADDRESS)|://", read(name)), name


def test_planted_faults_of_a_lock_are_found() -> None:
    lock = "flask==3.1.3 \\\n    --hash=sha256:ab\nclick==8.5.1\n    # via flask\n"
    assert unhashed(lock) == ["click==8.5.1"]
    assert unlocked(["flask", "ruamel.yaml>=0.19", "jsonschema[format-nongpl]"], lock) == [
        "jsonschema",
        "ruamel-yaml",
    ]
    assert ADDRESS.search("--index-url https://mirror.example/simple\n" + lock)
