"""`make mutants`: breaks each rule that holds, in a copy of the tree, and sees whether its proof notices.

    make mutants                       all of them
    make mutants ARGS="--only DC-53"   this one; several ids are possible
    make mutants ARGS="--jobs 4"       so many beside each other, each in a copy of its own

First all proofs run without any fault, and must pass. Then a fault is caught when its proof fails: an error before
the test begins, or a file that cannot be read any more, is no proof. Leaves with 1 where a fault survives. On SQLite
only: a rule that is broken is broken on both databases.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.house.trees import ROOT
from tests.mutants.faults import Fault, faults


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What pytest said."""

    failed: int
    passed: int
    out: str


def main(words: Sequence[str]) -> int:
    """Run them and tell how it went; the exit code."""
    asked = _asked(words)
    chosen = [fault for fault in faults() if not asked.only or fault.rule in asked.only]
    if unknown := sorted(set(asked.only) - {fault.rule for fault in chosen}):
        print(f"No fault is planted for {', '.join(unknown)}.")
        return 2
    with _copies(asked.jobs) as copies:
        if not _all_pass(copies, chosen):
            return 2
        survivors = _survivors(copies, asked.jobs, chosen)
    for fault in survivors:
        print(f"SURVIVED {fault.rule}: {fault.says}\n    {fault.file}; {fault.test} did not fail")
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} planted faults were caught.")
    return 1 if survivors else 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make mutants", description="Break each rule once; its proof must fail."
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="these rules only")
    parser.add_argument("--jobs", type=int, default=2, help="how many beside each other (2)")
    return parser.parse_args(words)


@contextmanager
def _copies(jobs: int) -> Iterator[SimpleQueue[Path]]:
    """So many copies of what git knows or would know, waiting to be used."""
    named = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    waiting: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="docctl-mutants-") as folder:
        for job in range(jobs):
            copy = Path(folder) / str(job)
            for name in filter(None, files):
                if (ROOT / name).is_file():
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / name, copy / name)
            waiting.put(copy)
        yield waiting


def _all_pass(copies: SimpleQueue[Path], chosen: Collection[Fault]) -> bool:
    copy = copies.get()
    answer = _pytest(copy, sorted({fault.test for fault in chosen}))
    copies.put(copy)
    if answer.failed or not answer.passed:
        print(f"Without any fault the proofs do not pass:\n{answer.out}")
        return False
    return True


def _survivors(copies: SimpleQueue[Path], jobs: int, chosen: Sequence[Fault]) -> list[Fault]:
    def caught(fault: Fault) -> bool:
        copy, begun = copies.get(), time.monotonic()
        try:
            answer = _broken(copy, fault)
        finally:
            copies.put(copy)
        word = "caught  " if answer.failed else "SURVIVED"
        print(f"{word} {fault.rule:7} {time.monotonic() - begun:5.1f} s  {fault.says}", flush=True)
        if not answer.failed and not answer.passed:
            print(answer.out, flush=True)
        return answer.failed > 0

    with ThreadPoolExecutor(jobs) as pool:
        return [fault for fault, noticed in zip(chosen, pool.map(caught, chosen), strict=True) if not noticed]


def _broken(copy: Path, fault: Fault) -> Answer:
    file = copy / fault.file
    sound, stood = file.read_text("utf-8"), file.stat().st_mtime_ns
    file.write_text(fault.planted(sound), "utf-8")
    try:
        return _pytest(copy, [fault.test])
    finally:
        file.write_text(sound, "utf-8")
        # The time as well: what Python compiled with the fault in it must not pass for the sound file.
        os.utime(file, ns=(stood, stood))


def _pytest(copy: Path, tests: Sequence[str]) -> Answer:
    words = ["-n", "0", "-q", "-p", "no:cacheprovider", "-m", "not postgres", *tests]
    environ = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=copy, env=environ, capture_output=True, text=True
    )
    last = (done.stdout.strip().splitlines() or [""])[-1]
    count = {word: int(number) for number, word in re.findall(r"(\d+) (failed|passed|errors?)", last)}
    out = done.stdout[-4000:] + done.stderr[-4000:]
    wrong = count.get("error", 0) + count.get("errors", 0)
    return Answer(failed=count.get("failed", 0), passed=0 if wrong else count.get("passed", 0), out=out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
