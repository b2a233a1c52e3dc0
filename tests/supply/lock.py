"""What requirements.lock says: each library with its version, the hashes of its files, and who needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.house.trees import ROOT

FILE = ROOT / "requirements.lock"
_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"    # (?:via|  )(?: +|$)(.*)")


@dataclass
class Pinned:
    """One library. `via`: the names of those that need it."""

    name: str
    version: str
    hashes: list[str] = field(default_factory=list)
    via: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """What other programs call it."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


def pinned(text: str) -> Iterator[Pinned]:
    """The libraries of a lock, in its order."""
    found: Pinned | None = None
    for line in text.splitlines():
        if (pin := _PIN.match(line)) is not None:
            if found is not None:
                yield found
            found = Pinned(pin[1], pin[2])
        elif found is not None:
            found.hashes += _HASH.findall(line)
            if (via := _VIA.match(line)) is not None and via[1]:
                found.via.append(via[1].split()[0])
    if found is not None:
        yield found
