"""`docctl run` where no site was made yet: the pages ask which, and the terminal has the code for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from docctl.cli.kit import listening, notices, serving
from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.printer import makes_pdfs
from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.store.making import require_empty, whole_or_not_at_all
from docctl.usecases.demonstration import making
from docctl.usecases.site import beginning
from docctl.usecases.site.beginning import Beginning, Makers, Progress


def answer(caller: Caller, folder: Path, listener: Any, introduce: Callable[[Site], None]) -> None:
    """Serve the pages that ask, and from then on those of the site. Raises WrongState for a folder in use.

    `introduce` is told of the site when it is there.
    """
    require_empty(folder)
    url, pdf = listening.address(listener), makes_pdfs(caller.note)
    making_here: dict[str, Any] = {"pdf": pdf, "system_user": system_user(), **caller.clocks}

    def demonstration(progress: Progress) -> Site:
        def both(done: int, total: int, what: str) -> None:
            progress(done, total, what)
            notices.show_progress(done, total, what)

        waits = partial(notices.waits, caller.note)
        return making.make_site(folder, public_url=url, progress=both, waits=waits, **making_here)

    def company(asked: Beginning) -> Site:
        whole = partial(whole_or_not_at_all, waits=partial(notices.waits, caller.note))
        return beginning.init_company(folder, asked, making=whole, **making_here).site

    def opened(site: Site) -> None:
        serving.settle(site)
        introduce(site)

    code = beginning.one_time_code()
    makers = Makers(code=code, demonstration=demonstration, company=company, opened=opened)
    serving.serve(makers, listener, lambda: _ask(caller, folder, url, code))


def _ask(caller: Caller, folder: Path, url: str, code: str) -> None:
    said = Message(
        "No site in {folder} yet. Open {url} and say which: a demonstration, or your own company.\n"
        "The code for it is {code}; it is good until the site is made. Stop with Ctrl-C.",
        folder=folder,
        url=f"{url}/?code={code}",
        code=code,
    )
    caller.show({"url": url, "code": code, "site": str(folder), "made": False}, said)
