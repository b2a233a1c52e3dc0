"""`docctl site …`: what the organisation decides about itself."""

from __future__ import annotations

from typing import BinaryIO

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.rules.actions import Action
from docctl.usecases.site import configuring


@click.group(cls=Noun)
def site() -> None:
    """Departments, number schemes, approval chains, calendars."""


@site.command("configure")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def configure(caller: Caller, file: BinaryIO) -> None:
    """Make the site what FILE, a site.yaml, says."""
    with caller.writing(Action.SITE_CONFIGURE) as ctx:
        organisation = configuring.configure_site(ctx, file.read())
        caller.show({"site": organisation.site_id, "organisation": organisation.name})
