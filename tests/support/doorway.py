"""The door before there is a site, as `docctl run` puts it up: on a real port, or asked without one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from waitress import create_server

from docctl.door.site import Site
from docctl.store.making import whole_or_not_at_all
from docctl.usecases.demonstration.making import put_aside
from docctl.usecases.site import beginning
from docctl.usecases.site.beginning import Makers, Progress
from docctl.web.app import create_door
from docctl.web.site.doorway import Doorway
from tests.support.browser import answer
from tests.support.sites import Clock

CODE = "ABCD-2345"


def endless(progress: Progress) -> Site:
    """A demonstration that is being made, and made, until somebody no longer wants it."""
    while True:
        progress(1, 7, "on and on")
        time.sleep(0.01)


def door_of(folder: Path, clock: Clock, demonstration: Callable[[Progress], Site] = endless) -> Doorway:
    """A door that makes a company in `folder`."""

    def company(asked: beginning.Beginning, give_way: Callable[[], None]) -> Site:
        @contextmanager
        def instead(target: Path) -> Iterator[Path]:
            give_way()
            with put_aside(target), whole_or_not_at_all(target) as part:
                yield part

        machine: dict[str, Any] = {"clock": clock, "environ": {}, "system_user": "tester"}
        return beginning.init_company(folder, asked, making=instead, **machine).site

    return create_door(
        Makers(code=CODE, demonstration=demonstration, company=company, opened=lambda _: lambda: None)
    )


@contextmanager
def served_door(door: Doorway) -> Iterator[str]:
    """The address at which it answers while this lasts."""
    sockets: dict[int, Any] = {}
    server = create_server(door, map=sockets, host="127.0.0.1", port=0, threads=4)
    over = threading.Event()
    thread = threading.Thread(target=answer, args=(server, sockets, over), daemon=True)
    thread.start()
    with closing(door):
        try:
            door.demonstrate()
            yield f"http://127.0.0.1:{server.effective_port}"
        finally:
            over.set()
            server.pull_trigger()
            thread.join()
