"""The command line (design 9): `docctl --site DIR --as LOGIN --json NOUN VERB …`.

Starts nothing but click. Each noun is a file of its own, loaded when one of its commands is used.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

from docctl.cli.kit.tree import docctl

__all__ = ["docctl", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Prints its answer, or its one error."""
    # The tables and statements of a program are no garbage: looking for some among them every 700 objects,
    # as Python does by itself, takes a fifth of the time of an act.
    gc.set_threshold(50_000, 20, 50)
    code: int = docctl.main(argv, standalone_mode=False)
    return code
