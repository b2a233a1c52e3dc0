"""What an operator does to a site is remembered beside it, well or not, for the page of the system.

No act: a machine's upkeep is no controlled fact. Knows neither backups nor checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docctl.door.site import SETTINGS, Settings, Site
from docctl.errors import DocctlError
from docctl.errors.message import Message
from docctl.rules.upkeep import Job, Run
from docctl.store import runs
from docctl.usecases.site.manifest import Manifest


@dataclass
class Outcome:
    """What a job came to; whoever does it fills this in."""

    ok: bool = True
    events: int = 0
    about: str = ""
    why: Message | None = None


@contextmanager
def remembered(site: Path | None, job: Job, clock: Callable[[], datetime]) -> Iterator[Outcome]:
    """Keep what the job comes to; a refusal too. Without a `site` there is nobody to remember it."""
    outcome = Outcome()
    try:
        yield outcome
    except DocctlError as error:
        outcome.ok, outcome.why = False, error.said
        raise
    finally:
        if site is not None:
            runs.keep(site, job, Run(at=clock(), **vars(outcome)))


def place_of(site: Site) -> Path | None:
    """Where it is remembered of an open site."""
    return None if site.read_only else site.path


def site_of(found: Manifest) -> Path | None:
    """Where the site is that was backed up; None where it is not on this machine, or another one is there."""
    folder = Path(found.site)
    try:
        settings = Settings.from_toml((folder / SETTINGS).read_text("utf-8"), folder / SETTINGS)
    except (OSError, DocctlError):
        return None
    return folder if settings.origin == found.origin else None
