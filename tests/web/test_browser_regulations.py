"""The page of standards in a browser: both widths, both languages, and on paper."""

from __future__ import annotations

import pytest

from tests.support.browser import Desk


@pytest.mark.long
def test_the_page_of_standards_is_sound_in_a_browser(desk: Desk) -> None:
    desk.look("regulations", "/regulations?standard=GJ", "auditor")
    desk.look("regulations", "/regulations?standard=none", "auditor", state="empty")
    desk.look("ledger", "/ledger", "auditor")
    desk.look("system", "/system", "admin")
    assert desk.faults == []
