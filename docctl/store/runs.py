"""What was last done to a site by its operator, in small files beside it: `runs/backup.json`.

A help for whoever looks after the machine, and no evidence: the ledger knows nothing of it, and whoever has
the files can change it. What cannot be read, or written, is passed over.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from docctl.errors import DocctlError
from docctl.errors.message import Message
from docctl.errors.stored import from_data, to_data
from docctl.rules.upkeep import Job, Run
from docctl.store.durable import write_atomically

FOLDER: Final = "runs"


def keep(site: Path, job: Job, run: Run) -> None:
    """Remember it. A site that cannot be written is looked after all the same."""
    told = {"at": run.at.isoformat(), "ok": run.ok, "events": run.events, "about": run.about}
    why = None if run.why is None else to_data(run.why)
    with suppress(DocctlError, OSError):
        write_atomically(_file(site, job), json.dumps({**told, "why": why}).encode())


def last(site: Path, job: Job) -> Run | None:
    """The last time; None where nobody knows of one."""
    try:
        told = json.loads(_file(site, job).read_text("utf-8"))
        at, why = datetime.fromisoformat(told["at"]), from_data(told["why"])
        if at.tzinfo is None:
            return None
        return Run(
            at=at,
            ok=told["ok"] is True,
            events=int(told["events"]),
            about=str(told["about"])[:300],
            why=why if isinstance(why, Message) else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _file(site: Path, job: Job) -> Path:
    return site / FOLDER / f"{job.value}.json"
