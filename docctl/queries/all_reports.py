"""Which reports there are: each has a page, a workbook and a command by standing here."""

from __future__ import annotations

from typing import Final

from docctl.queries.copies.changes import CHANGES
from docctl.queries.copies.destructions import DESTRUCTIONS
from docctl.queries.copies.exchanges import EXCHANGES
from docctl.queries.copies.lacking import LACKING
from docctl.queries.copies.loans import LOANS, OVERDUE_LOANS
from docctl.queries.copies.losses import LOSSES
from docctl.queries.copies.outsiders import OUTSIDERS
from docctl.queries.copies.recalls import RECALLS
from docctl.queries.copies.shelf_findings import SHELF_FINDINGS
from docctl.queries.documents.comments import COMMENTS
from docctl.queries.documents.externals import EXTERNALS
from docctl.queries.documents.review_columns import REVIEWS
from docctl.queries.people.absences import DELEGATIONS
from docctl.queries.people.dormant import DORMANT
from docctl.queries.readings.roster import UNREAD
from docctl.queries.records.destroyed import DISPOSALS
from docctl.queries.records.disposable import DISPOSABLE
from docctl.queries.records.holds import HOLDS
from docctl.queries.records.verifications import VERIFICATIONS
from docctl.queries.report import Report

REPORTS: Final[tuple[Report, ...]] = (
    RECALLS,
    REVIEWS,
    COMMENTS,
    EXTERNALS,
    LACKING,
    LOANS,
    OVERDUE_LOANS,
    LOSSES,
    EXCHANGES,
    DESTRUCTIONS,
    SHELF_FINDINGS,
    OUTSIDERS,
    CHANGES,
    UNREAD,
    VERIFICATIONS,
    DISPOSABLE,
    HOLDS,
    DISPOSALS,
    DORMANT,
    DELEGATIONS,
)
