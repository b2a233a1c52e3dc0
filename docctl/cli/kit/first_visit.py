"""`docctl run` until a company was founded: a demonstration, and a code that puts one in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Final

from docctl.cli.kit import listening, notices, serving
from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.printer import makes_pdfs
from docctl.door.site import Site
from docctl.errors import DocctlError, WrongState
from docctl.errors.message import Message
from docctl.queries.site.company import address_on_paper
from docctl.store import git
from docctl.store.making import require_place, whole_or_not_at_all
from docctl.usecases.demonstration import making
from docctl.usecases.site import beginning
from docctl.usecases.site.beginning import Beginning, Makers, Progress

_MOMENT: Final = 0.5

Demonstration = Callable[[Progress, Callable[[Path], None]], Site]
"""Makes it, or opens what another run has made; called with what is told of its steps, and while it waits."""


def answer(
    caller: Caller,
    folder: Path,
    listener: Any,
    site: Site | None,
    made: Demonstration,
    introduce: Callable[[Site, str], None],
    stopped: Event,
) -> None:
    """Serve `site`, the demonstration in `folder`, or one that is `made`; then what takes its place.

    `introduce` is told of the first of them, and of the address at which a company is founded. Raises
    WrongState for a folder in use, or where none can be made; and at its end what no site came of.
    """
    if site is None:
        _could_be_made(folder)
    code = beginning.one_time_code()
    url = listening.address(listener)
    own = f"{url}/set-up?code={code}"
    told: list[Site] = []
    failures = _Failures(stopped)

    def opened(there: Site) -> Callable[[], None]:
        _settle(caller, there)
        told.append(there)
        return partial(introduce, there, own) if len(told) == 1 else _say_no_more

    makers = Makers(
        code=code,
        demonstration=partial(_demonstration, caller, made, failures),
        company=partial(_company, caller, folder),
        opened=opened,
        site=site,
    )
    ask = partial(_ask, caller, f"{url}/?code={code}", own, code)
    serving.serve(makers, listener, ask if site is None else opened(site))
    if not told:
        failures.tell()


@dataclass
class _Failures:
    """What went wrong with the demonstration, but for what being `stopped` did to it."""

    stopped: Event
    last: DocctlError | None = None

    def keep(self, error: DocctlError) -> bool:
        """Whether it is one. Ctrl-C ends git too, perhaps a moment before this program hears of it."""
        if self.stopped.wait(_MOMENT):
            return False
        self.last = error
        return True

    def tell(self) -> None:
        """Raises the last one."""
        if self.last is not None:
            raise self.last


def _could_be_made(folder: Path) -> None:
    """Nobody is let wait for what this machine cannot make."""
    require_place(folder)
    git.program()


def _say_no_more() -> None:
    """A script reads one answer."""


def _settle(caller: Caller, site: Site) -> None:
    serving.settle(site)
    if not making.is_demonstration(site.path):
        caller.note(Message("The site is made in {folder}.", folder=site.path))
        notices.of_public_address(caller.note, address_on_paper(site))


def _demonstration(caller: Caller, made: Demonstration, failures: _Failures, progress: Progress) -> Site:
    says, show = notices.waiting(caller.note), notices.progress(caller.language)

    def steps(done: int, total: int, what: str) -> None:
        progress(done, total, what)
        show(done, total, what)

    def waits(folder: Path) -> None:
        says(folder)
        progress(0, 1, "")  # ends the waiting too when it is no longer wanted

    try:
        return made(steps, waits)
    except DocctlError as error:
        if failures.keep(error):
            caller.note(error.said)
            again = Message("Its page offers to try again, or to set up your company. Stop with Ctrl-C.")
            caller.note(again)
        raise


def _company(caller: Caller, folder: Path, asked: Beginning, give_way: Callable[[], None]) -> Site:
    @contextmanager
    def instead(target: Path) -> Iterator[Path]:
        give_way()
        with making.put_aside(target), whole_or_not_at_all(target, _refuse_to_wait) as part:
            yield part

    machine: dict[str, Any] = {"pdf": makes_pdfs(caller.note), "system_user": system_user(), **caller.clocks}
    return beginning.init_company(folder, asked, making=instead, **machine).site


def _refuse_to_wait(folder: Path) -> None:
    raise WrongState("another docctl is making the site in {folder}; stop that first", folder=folder)


def _ask(caller: Caller, url: str, own: str, code: str) -> None:
    caller.note(
        Message(
            "Open {url}: the demonstration is being made and opens there by itself.\n"
            "Your own company instead, now or later: {own}\n"
            "The code for it is {code}; it is good until the company is made. Stop with Ctrl-C.",
            url=url,
            own=own,
            code=code,
        )
    )
