"""Two verifiers over many evidence files, most of them damaged: they agree, or it says on what they do not.

    python -m tests.integrity.agreement [--files 1000] [--damaged 700] [--seed 1]

One is what every file holds. The other was written from docs/evidence.md and docs/ledger.md alone, in Perl.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from docctl.door.site import Site
from docctl.ledger.evidence import checks
from docctl.rules.evidence import Kind
from docctl.usecases.copies import handing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.damage import damaged
from tests.support.evidence import (
    FORM,
    KINDS,
    NUMBER,
    OPEN_RECORD,
    Files,
    files_of,
    second_verdict,
    story,
    taken,
)
from tests.support.sites import Clock, World, build

SUBJECTS = [
    *KINDS.items(),
    (Kind.DOCUMENT, FORM),
    (Kind.RECORD, OPEN_RECORD),
    (Kind.PERSON, "controller"),
    (Kind.PERSON, "rep"),
]


def whole_files(world: World, folder: Path, many: int) -> Iterator[Path]:
    """So many different files: of each subject, then of each again after something more was done and signed."""
    made = 0
    while made < many:
        for number, (kind, name) in enumerate(SUBJECTS):
            if made < many:
                stage = folder / f"{made // len(SUBJECTS)}-{number}"
                stage.mkdir()
                yield taken(world, kind, stage, name=name)
                made += 1
        [copy] = handing.issue_copies(world.as_("controller"), NUMBER, holders=["technical"])
        handing.recall_copy(world.as_("controller"), copy.number, reason=f"检查 {made}")
        checkpoint_ledger(world.as_("admin"))


def codes(file: Path, key: str) -> tuple[int, int]:
    """How both end on a file."""
    first = checks.code_of([holds for holds, _ in checks.verify(str(file), key)])
    return first, second_verdict(file, key).code


def disagreements(
    world: World, folder: Path, many: int, bad: int, seed: int
) -> tuple[list[str], Counter[str]]:
    """Where they end otherwise, or not as they must; and how often each end came."""
    key, chance = world.site.settings.public_key, Random(seed)
    wrong: list[str] = []
    ends: Counter[str] = Counter()
    files = list(whole_files(world, folder, many - bad))
    for file in files:
        found = codes(file, key)
        ends[f"whole: {found[0]}"] += 1
        if found != (0, 0):
            wrong.append(f"{file}: {found}")
    held: dict[Path, Files] = {file: files_of(file) for file in files}
    other = folder / "damaged.zip"
    for number in range(bad):
        file, foreign = chance.choice(files), chance.choice(files)
        what, data = damaged(file.read_bytes(), held[file], held[foreign], chance, world.site.key)
        other.write_bytes(data)
        same = data == file.read_bytes()
        found = codes(other, key)
        ends[
            f"{'same' if same else 'damaged, signed anew' if 'signed' in what else 'damaged'}: {found[0]}"
        ] += 1
        if found[0] != found[1] or (found[0] == 0 and not same and "signed" not in what):
            kept = folder / f"wrong-{number}.zip"
            kept.write_bytes(data)
            wrong.append(f"{kept}: {what}: {found}")
    return wrong, ends


def main() -> int:
    """The command."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--files", type=int, default=1000)
    asked.add_argument("--damaged", type=int, default=700)
    asked.add_argument("--seed", type=int, default=1)
    wanted = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="docctl-agreement-"))
    build(folder / "site", {})
    clock = Clock()
    world = World(Site.open(folder / "site", clock=clock, environ={}), clock)
    clock.advance(hours=1)
    story(world)
    wrong, ends = disagreements(world, folder, wanted.files, wanted.damaged, wanted.seed)
    world.close()
    for end, many in sorted(ends.items()):
        print(f"{many:6} {end}")
    print("\n".join(wrong) or "both verifiers agree on every file")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
