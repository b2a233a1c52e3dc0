"""Where a sentence sends its reader: the command to type, or the page to open."""

from __future__ import annotations

from docctl.errors.message import See

DOCUMENTS = See("docctl document list", "the list of documents")
COPIES = See("docctl copy list", "the list of copies")
OUTSIDERS = See("docctl report outsiders", "the list of holders outside")
REQUESTS = See("docctl request list", "the requests for copies")
CHANGES = See("docctl change list", "the list of change applications")
RECORDS = See("docctl record list", "the list of records")
ACCOUNTS = See("docctl user list", "the list of accounts")
CHECK = See("docctl check", "the check of the audit trail")
TRAIL = See("docctl ledger list", "the audit trail")
CHECKPOINT = See("docctl ledger checkpoint", "the page of the checkpoints")
EXCHANGE = See("docctl copy replace", "the exchange on the page of the copy")
CHAIN = See("--chain", "the approval chain in its form")
SET_CLOCK = See("docctl site set-clock --reason …", "an admin, on the machine: docctl site set-clock")
CONFIGURE = See("docctl site configure FILE", "the page of the company")
SUBMIT = See("docctl revision submit", "the submission on the page of the document")


def document(number: str) -> See:
    """One document."""
    return See(f"docctl document show {number}", "the page of the document")
