"""The address that codes on paper lead to: what the site has decided, not what a file of the machine says.

Whoever can write docctl.toml could send every phone elsewhere. So an address is bound when paper first
carries it, or when the site decides on one; from then on the file is compared with the ledger, not believed.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from docctl.door.site import Settings
from docctl.door.transaction import Act
from docctl.models.configuration import PublicAddress
from docctl.standing import find


def printed(session: Session, settings: Settings) -> str:
    """What stands before the path in each code; empty where none is known, as in a trial."""
    return find.public_address(session) or settings.public_url


def bind(act: Act) -> str:
    """The address for paper that is made in this act; the first one is decided with it."""
    decided = find.public_address(act.session)
    address = act.turn.site.settings.public_url
    if not decided and address:
        act.add(PublicAddress(address=address))
    return decided or address
