"""Known holes in the libraries of the lock: `python -m tests.supply.audit` asks the database of OSV (osv.dev).

Leaves with 1 where there is one. Where nobody answers it says so, and leaves with 0: it could not be asked.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from tests.supply.lock import FILE, Pinned, pinned

ASKED = "https://api.osv.dev/v1/querybatch"
PATIENCE = 30


def holes(libraries: Sequence[Pinned], asked: str = ASKED) -> Mapping[str, list[str]]:
    """Ids of holes by library. Raises OSError where nobody answers, ValueError where the answer is none."""
    questions = [{"package": {"purl": one.purl}} for one in libraries]
    body = json.dumps({"queries": questions}).encode()
    request = urllib.request.Request(asked, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        told: Any = json.load(answer)
    results = told.get("results") if isinstance(told, dict) else None
    if not isinstance(results, list) or len(results) != len(libraries):
        raise ValueError("the answer is not one line for each library")
    found = {
        f"{one.name} {one.version}": sorted(hole["id"] for hole in result.get("vulns", ()))
        for one, result in zip(libraries, results, strict=True)
    }
    return {library: ids for library, ids in found.items() if ids}


def main(asked: str = ASKED) -> int:
    """What `make audit` prints, and leaves with."""
    libraries = list(pinned(FILE.read_text("utf-8")))
    try:
        found = holes(libraries, asked)
    except (OSError, ValueError) as error:
        print(f"not audited: {asked} could not be asked ({error})")
        return 0
    for library, ids in found.items():
        print(f"{library}: {', '.join(ids)}")
    print(f"{len(libraries)} libraries audited, {len(found)} with known holes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
