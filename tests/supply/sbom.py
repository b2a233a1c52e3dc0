"""What docctl is made of, as CycloneDX JSON: `python -m tests.supply.sbom` writes it to standard output.

It says nothing but what the lock says, so of one lock it is the same file, byte for byte.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from tests.house.trees import ROOT
from tests.supply.lock import FILE, Pinned, pinned


def sbom(project: dict[str, Any], of: Iterable[Pinned]) -> dict[str, Any]:
    """The bill of these libraries, which `project` (of pyproject.toml) needs."""
    libraries = list(of)
    itself = f"{project['name']}@{project['version']}"
    needs: dict[str, list[str]] = {itself: [], **{one.purl: [] for one in libraries}}
    known = {one.name: one.purl for one in libraries} | {project["name"]: itself}
    for one in libraries:
        for by in one.via:
            if by in known:
                needs[known[by]].append(one.purl)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [_component(one) for one in libraries],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in needs.items()],
    }


def _component(one: Pinned) -> dict[str, Any]:
    files = [{"alg": "SHA-256", "content": content} for content in one.hashes]
    where = {"type": "distribution", "url": f"https://pypi.org/project/{one.name}/{one.version}/"}
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "externalReferences": [where | {"hashes": files}],
    }


def main() -> None:
    """Of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    print(json.dumps(sbom(project, pinned(FILE.read_text("utf-8"))), indent=1))


if __name__ == "__main__":
    main()
