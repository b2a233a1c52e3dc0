"""Where a file of a record may go and when, cell by cell; what it is called, whoever named it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from docctl.errors import DocctlError
from docctl.rules.records import attachments, filing
from docctl.rules.records.attachments import AttachmentFacts, Kind, Mark, MarkFacts
from docctl.rules.records.filing import Place
from docctl.rules.records.life import State
from docctl.rules.records.stepwise import StepFacts

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VISIT = StepFacts("visit", ("photo",), ("sales",))
CUSTOMER = StepFacts("confirm", ("scan",), by="customer")
FIELDS: dict[str, dict[str, Any]] = {
    "photo": {"type": "string", "format": "file", "accept": ["image"], "at_most": 1},
    "scan": {"type": "string", "format": "file"},
}
FILE = AttachmentFacts(1, 1, None, None, "0" * 64, 9, "application/pdf", "a.pdf", 7, NOW)


def refused(act: object, *given: object) -> str:
    """The kind of the refusal, or nothing."""
    try:
        act(*given)  # type: ignore[operator]
    except DocctlError as error:
        return error.kind
    return ""


def test_a_file_goes_into_a_field_that_holds_some_to_somebody_outside_or_to_the_whole_record() -> None:
    steps = (VISIT, CUSTOMER)
    assert filing.place_of(steps, FIELDS, "photo") == Place(VISIT, "photo")
    assert filing.place_of(steps, FIELDS, "confirm") == Place(CUSTOMER)
    assert filing.place_of(steps, FIELDS, "") == Place()
    for nowhere in ("scan", "visit", "x", "' OR 1"):
        assert refused(filing.place_of, steps, FIELDS, nowhere) == "content"


@pytest.mark.parametrize(
    ("to", "signed", "state", "reason", "kind"),
    [
        ("photo", 0, State.OPEN, "", ""),
        ("photo", 1, State.OPEN, "", "content"),
        ("photo", 1, State.OPEN, "迟交", ""),
        ("photo", 1, State.COMPLETED, "迟交", "state"),
        ("photo", 1, State.CLOSED, "迟交", "state"),
        ("confirm", 0, State.OPEN, "", "state"),
        ("confirm", 1, State.OPEN, "", ""),
        ("confirm", 2, State.COMPLETED, "", ""),
        ("confirm", 2, State.CLOSED, "", ""),
        ("confirm", 2, State.VOID, "", "state"),
        ("", 0, State.OPEN, "", ""),
        ("", 2, State.VERIFIED, "", ""),
        ("", 2, State.CLOSED, "", "state"),
        ("", 0, State.VOID, "", "state"),
    ],
)
def test_when_a_file_is_attached_and_when_not(
    to: str, signed: int, state: State, reason: str, kind: str
) -> None:
    given = [replace(s, signed=(1,) if n < signed else ()) for n, s in enumerate((VISIT, CUSTOMER))]
    place = filing.place_of(given, FIELDS, to)
    assert refused(filing.check_moment, "R", state, given, place, reason) == kind


def test_only_what_was_filed_late_is_struck_out_of_a_closed_record_and_nothing_twice() -> None:
    late = NOW - timedelta(days=1)
    mark = MarkFacts(2, Mark.STRUCK, 7, "员工周", NOW, "x")
    for state, closed, one, kind in [
        (State.OPEN, None, FILE, ""),
        (State.VOID, None, FILE, "state"),
        (State.CLOSED, NOW, FILE, "state"),
        (State.CLOSED, late, FILE, ""),
        (State.COMPLETED, None, replace(FILE, step="visit", field="photo"), "state"),
        (State.OPEN, None, replace(FILE, marks=(mark,)), "state"),
    ]:
        assert refused(filing.check_strike, "R", state, closed, one, "别的单子") == kind, (state, kind)
    assert refused(filing.check_strike, "R", State.OPEN, None, FILE, "  ") == "content"


def test_a_field_takes_its_kinds_so_many_of_them_and_none_twice() -> None:
    place, photo = Place(VISIT, "photo"), replace(FILE, step="visit", field="photo")
    schema = FIELDS["photo"]
    assert refused(filing.check_file, schema, Kind.PDF, "1" * 64, (), place) == "content"
    assert refused(filing.check_file, schema, Kind.IMAGE, "1" * 64, (FILE,), place) == ""
    assert refused(filing.check_file, schema, Kind.IMAGE, "1" * 64, (photo,), place) == "content"
    assert refused(filing.check_file, None, Kind.PDF, FILE.sha256, (FILE,), Place()) == "content"
    assert refused(filing.check_file, None, Kind.AUDIO, "1" * 64, (FILE,), Place()) == ""


def test_the_days_of_a_paper_follow_each_other_and_are_asked_of_nothing_else() -> None:
    first, then, today = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
    paper = Place(CUSTOMER)
    assert refused(filing.check_days, paper, first, then, today) == ""
    for signed, returned in ((None, then), (first, None), (then, first), (first, date(2026, 3, 4))):
        assert refused(filing.check_days, paper, signed, returned, today) == "content"
    assert refused(filing.check_days, Place(VISIT, "photo"), first, None, today) == "content"
    assert refused(filing.check_days, Place(), None, None, today) == ""


@pytest.mark.parametrize(
    ("given", "media", "name"),
    [
        ("现场.JPG", "image/jpeg", "现场.JPG"),
        ("C:\\Users\\x\\a.pdf", "application/pdf", "a.pdf"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("x\u202egpj.exe", "image/png", "xgpj.exe.png"),
        ("", "audio/mpeg", "file.mp3"),
        (" \t.. ", "image/webp", "file.webp"),
        ('a<b>:"|?*\r\n;c.pdf', "application/pdf", "a_b______ _c.pdf"),
        ("长" * 300 + ".pdf", "application/pdf", "长" * 116 + ".pdf"),
    ],
)
def test_the_name_of_a_file_is_harmless_whoever_gave_it(given: str, media: str, name: str) -> None:
    assert attachments.safe_name(given, media) == name
