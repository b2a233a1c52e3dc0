"""The phone of somebody with a second factor, as it shows its codes."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from docctl.usecases.people import factors
from tests.support.sites import World

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PAPER = ["abcd-efgh-ijkl-mnop", "bcde-fghi-jklm-nopq"]


@dataclass
class Phone:
    """What it shares with docctl, and the world whose clock it has."""

    world: World
    secret: str = SECRET

    def code(self, steps: int = 0) -> str:
        """The code of now, or of so many half minutes beside it."""
        phone = pyotp.TOTP(self.secret)
        return phone.generate_otp(phone.timecode(self.world.clock.now) + steps)

    def next(self) -> str:
        """A code that was not there before."""
        self.world.clock.advance(seconds=60)
        return self.code()


def with_phone(world: World, login: str, secret: str = SECRET) -> Phone:
    """That person has set up a second factor; some time has gone by since, so that the next code is new."""
    phone = Phone(world, secret)
    factors.enrol_factor(world.as_(login), secret, phone.code(), PAPER)
    world.clock.advance(seconds=60)
    return phone
