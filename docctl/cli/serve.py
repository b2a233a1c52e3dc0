"""`docctl serve`, and `docctl run`: a demonstration with one command, and a company in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from docctl.cli.kit import listening, notices, serving, spoken
from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import Caller, Command, quieten_logs
from docctl.cli.kit.printer import makes_pdfs
from docctl.cli.kit.workers import Workers, command_for
from docctl.door import accounts
from docctl.door.site import SETTINGS, Settings, Site
from docctl.errors import WrongState
from docctl.errors.message import Message
from docctl.queries.copies.register import copy_list
from docctl.queries.people.accounts import user_list
from docctl.queries.site.company import address_on_paper
from docctl.rules.public_address import is_loopback
from docctl.usecases.demonstration import making
from docctl.usecases.site.beginning import Progress
from docctl.usecases.site.founding import ADMIN

FOLDER: Final = Path("site")
PORT = click.IntRange(0, 65_535)
MANY = click.IntRange(1, 64)


def _is_address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else str(ip_address(value))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no address; write it like 127.0.0.1") from None


@click.command(cls=Command)
@click.option("--host", default=listening.LOOPBACK, show_default=True, help="The address to listen on.")
@click.option("--port", type=PORT, default=listening.PORT, show_default=True, help="One that is free.")
@click.option("--processes", type=MANY, default=1, show_default=True, help="Processes that answer.")
@click.option("--threads", type=MANY, default=serving.THREADS, show_default=True, help="Threads of each.")
@click.option(
    "--trusted-proxy", "proxy", metavar="ADDRESS", callback=_is_address, help="Of a proxy before it."
)
@click.pass_obj
def serve(caller: Caller, host: str, port: int, processes: int, threads: int, proxy: str | None) -> None:
    """Serve the pages of a site, until Ctrl-C or SIGTERM.

    Who stands behind the proxy is one source for each; without one, all of them are the same. With several
    processes SIGHUP puts new ones in their place, and no request is lost.
    """
    with serving.stopped_by_sigterm():
        site = caller.site()
        if making.is_demonstration(site.path) and not is_loopback(host):
            raise WrongState(
                "the site in {path} is a demonstration: everybody knows its passwords, so it is served "
                "on {host} only. Make a site of your own with: docctl init DIR",
                path=site.path,
                host=listening.LOOPBACK,
            )
        serving.require_one(site, processes)
        with listening.listen(host, port) as listener:
            serving.settle(site)
            _of_public_address(caller, site)
            urls = listening.addresses(listener)
            if processes == 1:
                told = partial(_tell, caller, site, urls)
                serving.serve(site, listener, told, threads=threads, proxy=proxy)
                return
            site.close()  # each process opens it for itself
            command = command_for(site.path, caller.language, threads, proxy)
            Workers(command, listener, processes, caller.note).run(lambda: _tell(caller, site, urls))


@click.command(cls=Command)
@click.option("--port", type=PORT, help=f"Instead of {listening.PORT}; if it is taken, the next free one.")
@click.option("--demonstration", is_flag=True, help="Nothing else: no company can be set up in it.")
@click.pass_obj
def run(caller: Caller, port: int | None, demonstration: bool) -> None:
    """Serve ./site on this machine only: a demonstration, until its pages set up your company instead."""
    from docctl.cli.kit import first_visit

    folder = (caller.folder or FOLDER).resolve()
    quieten_logs()
    with serving.stopped_by_sigterm() as stopped:
        wanted = _port_of(folder) if port is None else port
        with listening.listen(listening.LOOPBACK, wanted, tries=listening.PORTS_TRIED) as listener:
            url = listening.address(listener)
            _say_if_moved(caller, wanted, listener)
            site = _opened(caller, folder) if _is_made(folder) else None
            if site is not None:
                click.get_current_context().call_on_close(site.close)
            if not demonstration and (site is None or making.is_demonstration(folder)):
                made = partial(_made, caller, folder, url)
                says = partial(_introduce, caller, url)
                first_visit.answer(caller, folder, listener, site, made, says, stopped)
                return
            if site is None:
                steps, waits = notices.progress(caller.language), notices.waiting(caller.note)
                site = _made(caller, folder, url, steps, waits)
                click.get_current_context().call_on_close(site.close)
            serving.settle(site)
            serving.serve(site, listener, partial(_introduce, caller, url, site))


def _is_made(folder: Path) -> bool:
    return (folder / SETTINGS).is_file()


def _opened(caller: Caller, folder: Path) -> Site:
    caller.note(Message("Opening the site in {folder}; it was made before.", folder=folder))
    environ: dict[str, Any] = {"environ": {}} if making.is_demonstration(folder) else {}
    site = Site.open(folder, **caller.clocks, **environ)
    if not site.settings.pdf and makes_pdfs(caller.note):
        caller.note(
            Message(
                "PDF is off in this site, which was made without: for revisions that are issued from now on "
                "set pdf = true in {file}; for a new demonstration remove the folder.",
                file=folder / SETTINGS,
            )
        )
    return site


def _made(caller: Caller, folder: Path, url: str, progress: Progress, waits: Callable[[Path], None]) -> Site:
    caller.note(Message("Making a demonstration site in {folder}.", folder=folder))
    try:
        return making.make_site(
            folder,
            public_url=url,
            pdf=makes_pdfs(caller.note),
            system_user=system_user(),
            progress=progress,
            waits=waits,
            **caller.clocks,
        )
    except WrongState:
        if not _is_made(folder):
            raise
        return _opened(caller, folder)  # another run has made it while this one waited


def _port_of(folder: Path) -> int:
    """The port that the QR codes of an earlier run point at, so that they still work."""
    file = folder / SETTINGS
    if not file.is_file():
        return listening.PORT
    public = urlsplit(Settings.from_toml(file.read_text(encoding="utf-8"), file).public_url)
    return public.port or listening.PORT if public.hostname == listening.LOOPBACK else listening.PORT


def _say_if_moved(caller: Caller, wanted: int, listener: Any) -> None:
    given = listening.port_of(listener)
    if wanted not in {0, given}:
        caller.note(Message("Port {wanted} is taken; this is port {given}.", wanted=wanted, given=given))


def _of_public_address(caller: Caller, site: Site) -> None:
    notices.of_public_address(
        caller.note, address_on_paper(site), demonstration=making.is_demonstration(site.path)
    )


def _tell(caller: Caller, site: Site, urls: list[str]) -> None:
    people = Message("Serving {folder} at {addresses} (stop with Ctrl-C)", folder=site.path, addresses=urls)
    caller.show({"url": urls[0], "urls": urls, "site": str(site.path)}, people)


def _introduce(caller: Caller, url: str, site: Site, own: str = "") -> None:
    """The address; and of a demonstration a copy to scan, who can sign in, where a company is set up."""
    if not making.is_demonstration(site.path):
        _tell(caller, site, [url])
        return
    ctx = accounts.reader(site, ADMIN)
    try:
        copies = copy_list(ctx, out=True)["copies"]
        people = user_list(ctx)
    finally:
        ctx.close()
    answer: dict[str, Any] = {"url": url, "site": str(site.path)}
    if copies:
        answer["copy"] = f"{url}/c/{copies[0]['token']}"
    answer["password"] = making.PASSWORD
    if own:
        answer["set_up"] = own
    answer["accounts"] = [
        {"login": person["login"], "name": person["name"], "roles": ", ".join(person["roles"])}
        for person in people
    ]
    caller.show(answer)
    if not caller.json:
        click.echo(f"\n{Message('Stop with Ctrl-C.').told(spoken.reader(caller.language))}")
