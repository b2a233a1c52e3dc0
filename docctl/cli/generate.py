"""`docctl generate DIR`: a large site for load tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from docctl.cli.kit import notices
from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import Caller, Command, quieten_logs
from docctl.usecases.demonstration.making import PASSWORD
from docctl.usecases.generating import making
from docctl.usecases.generating.making import Sizes

FC = TypeVar("FC", bound=Callable[..., Any])
MANY = click.IntRange(0)
_STANDARD = {each.name: each.default for each in fields(Sizes)}


def _sized(name: str, said: str) -> Callable[[FC], FC]:
    return click.option(f"--{name}", type=MANY, default=_STANDARD[name], show_default=True, help=said)


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@_sized("documents", "Documents; a fifth of them with three revisions.")
@_sized("copies", "Copies handed out, shared out evenly.")
@_sized("records", "Records of four forms.")
@click.option(
    "--open",
    "open_records",
    type=MANY,
    default=_STANDARD["open_records"],
    show_default=True,
    help="Records of these that are not closed.",
)
@_sized("people", "Accounts; all have the same password.")
@_sized("seed", "The same number tells the same things.")
@click.pass_obj
def generate(caller: Caller, /, folder: Path, **sizes: int) -> None:
    """Make a site of the size that is asked for in DIR, to try docctl at that size.

    Nothing in it is real, and it says so on every page. A site with work in it is never touched.
    """
    quieten_logs()
    site = making.generate_site(
        folder,
        Sizes(**sizes),
        system_user=system_user(),
        progress=notices.progress(caller.language),
        waits=notices.waiting(caller.note),
        **caller.clocks,
    )
    click.get_current_context().call_on_close(site.close)
    answer = {"site": str(site.path), "password": PASSWORD, "accounts": making.ACCOUNTS}
    caller.show(answer | {name: many for name, many in sizes.items() if name != "seed"})
