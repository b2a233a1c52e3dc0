"""`docctl init DIR`."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from docctl.cli.kit import notices
from docctl.cli.kit.asked import PASSWORD, system_user
from docctl.cli.kit.caller import Caller, Command, quieten_logs
from docctl.queries.site.company import address_on_paper
from docctl.store.making import whole_or_not_at_all
from docctl.usecases.site import founding


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--starter", is_flag=True, help="Load the starter library: documents, templates, people.")
@click.option("--organisation", help="The name of the organisation.")
@click.option(
    "--public-url",
    default="",
    help="Where phones reach the pages, such as http://192.168.1.20:8080; printed in QR codes.",
)
@click.option(
    "--pdf/--no-pdf", default=None, help="Issue revisions with their PDF (where the machine can make one)."
)
@click.option("--public-list", is_flag=True, help="The start page lists what is issued to everybody.")
@click.option(
    "--configuration",
    type=click.File("rb"),
    help="A site.yaml with departments, number schemes, chains and calendars of your own.",
)
@click.pass_obj
def init(
    caller: Caller,
    folder: Path,
    starter: bool,
    organisation: str | None,
    public_url: str,
    pdf: bool | None,
    public_list: bool,
    configuration: BinaryIO | None,
) -> None:
    """Make a site in DIR, with the account `admin`.

    Its password is taken from DOCCTL_PASSWORD; without that one is made up and printed once.
    """
    from docctl.cli.kit.printer import makes_pdfs
    from docctl.usecases.demonstration import starter as library

    quieten_logs()
    loaded = library.read_starter(library.library_folder()) if starter else None
    founded = founding.init_site(
        folder,
        organisation=organisation,
        password=os.environ.get(PASSWORD),
        system_user=system_user(),
        configuration=configuration.read() if configuration else None,
        departments=loaded.departments if loaded else None,
        public_url=public_url,
        pdf=makes_pdfs(caller.note, pdf),
        public_list=public_list,
        making=partial(whole_or_not_at_all, waits=notices.waiting(caller.note)),
        **caller.clocks,
    )
    click.get_current_context().call_on_close(founded.site.close)
    notices.of_public_address(caller.note, address_on_paper(founded.site))
    answer = {"site": str(founded.site.path), "login": founding.ADMIN}
    if founded.generated_password is not None:
        answer["password"] = founded.generated_password
    if loaded is not None:
        library.load_starter(founded.site, loaded, system_user=system_user())
    caller.show(answer)
