"""Makes the site that `docctl run` shows: the starter library, a month of work with it, and accounts that all
share one password.

That password is printed and known to everybody, so such a site is marked, and served on this machine only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from docctl.door.site import DATABASE, Site, system_clock
from docctl.errors import WrongState
from docctl.store.durable import write_atomically
from docctl.store.making import say_nothing, whole_or_not_at_all
from docctl.usecases.demonstration import starter, story, written
from docctl.usecases.site import founding

PASSWORD: Final = "docctl-demo"  # noqa: S105 - it is printed on every start

MARK: Final = "DEMONSTRATION.txt"
_ASIDE: Final = "demonstration"
_NOTICE: Final = f"""\
这是演示站点：所有账户使用同一个公开的口令（{PASSWORD}），只在本机提供访问。请勿录入真实数据。
This is a demonstration: all its accounts share a password that everybody knows ({PASSWORD}), so it is served
on this machine only. Put no real data into it. Make a site of your own with: docctl init DIR
"""


def make_site(
    folder: Path,
    *,
    public_url: str,
    pdf: bool,
    system_user: str,
    progress: starter.Progress,
    clock: Callable[[], datetime] = system_clock,
    waits: Callable[[Path], None] = say_nothing,
) -> Site:
    """Make it in `folder`, whole or not at all, and open it. Always on SQLite, whatever the environment says.

    The library is loaded a month before today, and the story of that month is told on it; so its clock is
    one of its own until it is opened. `waits` is called while another process makes the same. Raises
    WrongState when the folder holds something, NotFound without the starter library.
    """
    library = starter.read_starter(starter.library_folder())
    told = written.read_story(library.folder)
    today = clock()
    then = story.Clock(today - timedelta(days=told.begins + 1))
    with whole_or_not_at_all(folder.resolve(), waits) as part:
        founded = founding.init_site(
            part,
            password=PASSWORD,
            system_user=system_user,
            departments=library.departments,
            public_url=public_url,
            pdf=pdf,
            public_list=True,
            clock=then,
            environ={},
            making=nullcontext,
        )
        with closing(founded.site) as site:
            starter.load_starter(site, library, system_user=system_user, password=PASSWORD, progress=progress)
            telling = story.Telling(site, then, told, today)
            story.tell(telling, system_user=system_user, progress=progress)
        mark(part)
    return Site.open(folder, clock=clock, environ={})


def mark(folder: Path) -> None:
    """Say in the folder that everybody knows the password of these accounts."""
    write_atomically(folder / MARK, _NOTICE.encode())


def is_demonstration(folder: Path) -> bool:
    """Whether the site in this folder was made here."""
    return (folder / MARK).is_file()


@contextmanager
def put_aside(folder: Path) -> Iterator[None]:
    """A demonstration in `folder` gets another name beside it: for good, or its own again when this fails.

    It is closed before. Raises WrongState while another process has it open: SQLite takes away the journal of
    a database by its name, which would be that of the next one.
    """
    if not is_demonstration(folder):
        yield
        return
    if (folder / f"{DATABASE}-wal").exists():  # whoever closes it last takes this away
        raise WrongState(
            "another docctl has the demonstration in {folder} open; stop that first", folder=folder
        )
    names = (_ASIDE if n == 1 else f"{_ASIDE}-{n}" for n in count(1))
    aside = next(path for path in map(folder.with_name, names) if not path.exists())
    folder.rename(aside)
    try:
        yield
    except BaseException:
        aside.rename(folder)
        raise
