"""The conditions of rights to destroy records, or to hold them back: who keeps them, and who else took part.

Knows values only, as conditions.py does. Of a disposal `asker` is who proposed it, `performers` are all who
signed it so far; of a hold `asker` is who placed it.
"""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Message
from docctl.rules.conditions import OF_ITS_DEPARTMENT, Condition, did_not_ask, known, role
from docctl.rules.roles import Role

KEEPS_THEM: Final = Condition("of the department that keeps it", OF_ITS_DEPARTMENT.holds)
REPRESENTATIVE: Final = role(Role.MANAGEMENT_REPRESENTATIVE)
DID_NOT_HOLD_IT: Final = Condition(
    "who did not place the hold",
    did_not_ask,
    duty=Message("Nobody lifts a hold that they placed themselves. Somebody else with this right does."),
)
DID_NOT_PROPOSE_IT: Final = Condition(
    "who did not propose it",
    did_not_ask,
    duty=Message("Nobody approves a destruction that they proposed. Somebody else has to do it."),
)
DID_NOT_APPROVE_IT: Final = Condition(
    "who did not approve it",
    lambda actor, subject: actor.person_id != subject.approver,
    duty=Message("Who approved a destruction does not carry it out. Another document controller does."),
)
TOOK_NO_PART: Final = Condition(
    "who took no other part in it",
    lambda actor, subject: actor.person_id not in known(subject.performers, "performers"),
    duty=Message(
        "Who proposed, approved or carried out a destruction does not witness it too. Somebody else does."
    ),
)
