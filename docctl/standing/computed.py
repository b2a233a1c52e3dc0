"""The computed fields of a record: what they come to now, or came to when their steps were signed.

Pure but for the figures of the pinned procedure, which are read out of the library. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from docctl.models.documents import Revision
from docctl.models.records import Record
from docctl.rules.records import computed, formulas
from docctl.rules.records.computed import Outcome
from docctl.rules.records.limits import Limit
from docctl.rules.records.stepwise import StepFacts
from docctl.standing import pinned
from docctl.standing.wording import Called
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.site import Site

NONE: Final[Mapping[str, Limit]] = MappingProxyType({})


def outcomes(
    template: Template,
    fixed: Collection[str],
    entered: Mapping[str, Any],
    stated: Mapping[str, Limit],
    called: Called,
) -> Mapping[str, Outcome]:
    """By field. Those in `fixed`, whose steps are signed, are what was signed (decision 58)."""
    found: dict[str, Outcome] = {}
    values = dict(entered)
    for rule in template.computed:
        now = Outcome(entered.get(rule.field))
        if rule.field not in fixed:
            now = computed.work_out(rule, values, stated, called)
        found[rule.field] = now
        values[rule.field] = now.value
    return found


def fixed(steps: Iterable[StepFacts]) -> frozenset[str]:
    """The fields of the steps that are signed."""
    return frozenset(field for step in steps if step.signed for field in step.fields)


def limits_named(template: Template) -> frozenset[str]:
    """The limits of the procedure that its formulas name."""
    return frozenset(name for rule in template.computed for name in formulas.limits_in(rule.formula))


def stated_for(site: Site, session: Session, record: Record, template: Template) -> Mapping[str, Limit]:
    """The limits of its pinned procedure, where the template computes with any. Raises Tampered."""
    if not limits_named(template):
        return NONE
    governed = session.get_one(Revision, record.procedure_revision_id)
    return pinned.limits_of(site, governed, record.procedure_blob)
