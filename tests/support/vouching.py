"""People who give their passwords beside somebody else, as if they stood there."""

from __future__ import annotations

from collections.abc import Sequence

from docctl.door import accounts
from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.usecases.copies import disposing


def destroy(ctx: Context, copy: str, approved_by: str | None, witnesses: Sequence[str]) -> Copy:
    """A copy is destroyed, with the consent of those who are named by login."""
    approver = None if approved_by is None else accounts.taken_at_their_word(ctx.site, approved_by)
    present = [accounts.taken_at_their_word(ctx.site, login) for login in witnesses]
    return disposing.destroy_copy(ctx, copy, approved_by=approver, witnesses=present)
