"""How the pages look on which the way of a revision in review is changed."""

from __future__ import annotations

import pytest

from docctl.usecases.documents import rerouting
from tests.stories.test_rerouting import NUMBER, in_review, sign
from tests.support.browser import Desk
from tests.support.sites import World


@pytest.mark.long
def test_the_pages_of_a_chain_that_is_changed_look_right(desk: Desk, sqlite_world: World) -> None:
    in_review(sqlite_world)
    sign(sqlite_world, "head")
    at = f"/documents/{NUMBER}"
    desk.look("reroute_add", f"{at}/add-signer", "author")
    desk.look("reroute_hand_over", f"{at}/hand-over", "manager")
    why = "涉及出厂检验与现场安装调试，请总经理先看条款 5.2.1"
    rerouting.add_signer_revision(sqlite_world.as_("author"), NUMBER, step="quality", reason=why)
    sign(sqlite_world, "quality-head")
    rerouting.hand_over_revision(sqlite_world.as_("manager"), NUMBER, to="gm", reason="不熟悉")
    desk.look("reroute_back", f"{at}/send-back", "gm")
    desk.look("revision_sign", f"{at}/sign", "gm", state="handed over")
    assert desk.faults == []
