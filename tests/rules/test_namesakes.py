"""Which names look the same, and how two people of one name are told apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from docctl.rules.namesakes import as_signed, skeleton

SAME = [
    ["王伟", "王 伟", "王\u3000伟", "王·伟"],
    ["李一", "李⼀"],  # the radical of one stroke
    ["Li Wei", "LI WEI", "ＬｉＷｅｉ", "L\u0456 W\u0435\u0456", "Lí-Wei", "li.wei"],
    ["Ada O", "Ad\u0430 0", "\u0391da \u039f"],
]


@pytest.mark.parametrize("names", SAME)
def test_names_that_look_the_same_have_one_skeleton(names: list[str]) -> None:
    assert len({skeleton(name) for name in names}) == 1


def test_other_names_have_others() -> None:
    names = ["王伟", "王维", "李伟", "王伟明", "Li Wei", "Li Wen", "Ada"]
    assert all(skeleton(a) != skeleton(b) for a, b in combinations(names, 2))


def test_the_login_stands_with_a_name_that_two_have() -> None:
    assert as_signed("王伟", "ww", []) == "王伟"
    assert as_signed("王伟", "ww", ["ww2"]) == "王伟 (ww)"
