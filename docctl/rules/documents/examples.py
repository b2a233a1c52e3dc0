"""A number scheme read from one number that somebody shows: LX-CX-2019-001 is a pattern to whoever reads it.

What a person would call the running number may run, what looks like a year may be another one, and all else
stays as it is. Knows no number that is in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.documents import numbering
from docctl.rules.documents.numbering import Scheme

_FIGURES: Final = re.compile("[0-9]+")
_SIGNS: Final = re.compile(r"([.^$*+?{}\[\]\\|()])")


def scheme_of(example: str, level: str, key: str) -> Scheme:
    """The scheme of which `example` is a number. Raises Invalid for one in which nothing could run."""
    number = numbering.canonical(example)
    runs = list(_FIGURES.finditer(number))
    running = next(
        (run for run in reversed(runs) if len(run.group()) > 1 and not _is_year(run.group())), None
    )
    if running is None and not any(_is_year(run.group()) for run in runs):
        said = Message("{example} has no running number; write one like QP-001", example=number)
        raise Invalid({"number": said})
    pattern, done = "", 0
    for run in runs:
        pattern += _literally(number[done : run.start()])
        pattern += rf"\d{{{len(run.group())}}}" if run is running or _is_year(run.group()) else run.group()
        done = run.end()
    return Scheme(key, level, f"^{pattern}{_literally(number[done:])}$", number)


def next_numbers(scheme: Scheme, used: Iterable[str], many: int = 3) -> list[str]:
    """The numbers that it would propose next, in order; none where its numbers do not run."""
    known, found = list(used), list[str]()
    while len(found) < many and (proposed := numbering.next_number(scheme, known)) is not None:
        known.append(proposed)
        found.append(proposed)
    return found


def _is_year(figures: str) -> bool:
    return len(figures) == 4 and figures[:2] in ("19", "20")


def _literally(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
