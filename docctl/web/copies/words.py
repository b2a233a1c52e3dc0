"""What each act on a copy is called on its page, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from docctl.rules.actions import Action
from docctl.web.kit.language import marked


@dataclass(frozen=True)
class Form:
    """The words of an act: its button, what it means and, if it needs one, how the reason is asked for."""

    button: str
    meaning: str
    reason: str = ""
    grave: bool = False


FORMS: Final[Mapping[Action, Form]] = MappingProxyType(
    {
        Action.COPY_ACKNOWLEDGE: Form(
            marked("Acknowledge receipt"),
            marked("The holder has the paper in hand, has read the copy number on it, and answers for it."),
        ),
        Action.COPY_RECALL: Form(
            marked("Recall it"),
            marked("The copy must not be used from today on, and its holder is asked to hand it back."),
            marked("Why it is asked back"),
        ),
        Action.COPY_RETURN: Form(
            marked("Register the return"),
            marked("The paper is back at document control. It is kept for reference or destroyed next."),
        ),
        Action.COPY_KEEP: Form(
            marked("Keep it for reference"),
            marked("The obsolete paper stays, stamped as kept for reference, and governs no work."),
            marked("Why it is kept"),
        ),
        Action.COPY_DESTROY: Form(
            marked("Register the destruction"),
            marked(
                "Somebody approved it, and two people saw it: each says so with their password. "
                "Whoever registers it is none of them."
            ),
            grave=True,
        ),
        Action.COPY_REPLACE: Form(
            marked("Exchange a damaged copy"),
            marked("The old paper is taken back; a new print bears the same number, and its own code."),
            marked("What is damaged"),
        ),
        Action.COPY_LOSE: Form(
            marked("Report it lost"),
            marked(
                "Its number is void for ever. If it may still be handed out, its holder gets another one "
                "under a new number."
            ),
            marked("What happened"),
            grave=True,
        ),
        Action.COPY_PLACE: Form(
            marked("Change its place"),
            marked(
                "Where the paper lies, so that it is found, dry and safe. The register keeps where it lay."
            ),
        ),
        Action.COPY_LEND: Form(
            marked("Lend it"),
            marked(
                "Somebody with an account, or a registered holder outside, has it until a day. The head of "
                "the department that owns the document approves with their password."
            ),
            marked("What it is borrowed for"),
        ),
        Action.COPY_TAKE_BACK: Form(
            marked("Back from its loan"),
            marked("The borrower has given the paper back to its holder."),
        ),
    }
)
