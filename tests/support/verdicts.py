"""The verdict of a copy from values alone, as `docctl.queries.copies.scan` puts it together from rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from docctl.rules.copies import CopyFacts, state_on
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts, status_on
from docctl.rules.verdicts import Standing, Verdict, judge


def verdict(
    copy: CopyFacts | None, known: Collection[RevisionFacts], document: DocumentFacts, day: date
) -> Verdict:
    """What the scan of `copy` says on `day`. `copy` is None where nobody knows the token or number."""
    held = next((r for r in known if copy is not None and r.id == copy.revision_id), None)
    if copy is None or held is None:
        return Verdict.UNKNOWN
    stood = status_on(held, known, day, document=document)
    return judge(Standing(state_on(copy, day), stood, document.is_withdrawn(day)))
