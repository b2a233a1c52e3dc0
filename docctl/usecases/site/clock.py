"""`docctl site set-clock`: somebody says that the machine's clock is right, although the ledger doubts it.

After a long silence, or a jump, nothing is written before that. Where the clock was ahead for a while, it is
the way back: the only event that may be earlier than the one before it, and it says so for good.
"""

from __future__ import annotations

import json
from datetime import datetime

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.configuration import Organisation
from docctl.rules import people
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.text import clean, instant
from docctl.standing import find


@retried(Action.SITE_SET_CLOCK)
def set_clock_site(ctx: Context, *, reason: str) -> Organisation:
    """From this event on the clock is believed again. Raises Invalid without a reason."""
    with ctx.act(Action.SITE_SET_CLOCK) as act:
        act.require(Subject())
        people.check_reason(reason)
        organisation = find.organisation(act.session)
        last = datetime.fromisoformat(json.loads(act.head.body)["at"])
        act.record(organisation, reason=clean(reason), before=instant(last), now=instant(act.at))
        return organisation
