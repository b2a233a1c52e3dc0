"""No room without a door: what only tests enter is wired or goes. How it is known, and its limits: tests/house/reach.py."""

from __future__ import annotations

import pytest

from tests.house import reach
from tests.house.reach import WAITING
from tests.house.trees import Source


def test_every_function_and_constant_is_entered_by_somebody_else_than_a_test() -> None:
    assert [name for name in reach.left_alone() if not name.startswith(tuple(WAITING))] == []


def test_what_waits_for_its_door_still_waits() -> None:
    alone = reach.left_alone()
    found = [name for name in WAITING if not any(lost.startswith(name) for lost in alone)]
    assert found == [], "these have their door now: take them out of WAITING in tests/house/reach.py"


BEGUN = "import click\nfrom docctl.rules.a import asked\n@click.command()\ndef typed(): return asked()\n"


@pytest.mark.parametrize(
    ("rules", "lost"),
    [
        ("def asked(): return 1\n", []),
        ("def asked(): return _helped()\ndef _helped(): return 1\n", []),
        (
            "def asked(): return 1\ndef idle(): return _helped()\ndef _helped(): return 1\n",
            ["_helped", "idle"],
        ),
        ("LIMIT = 3\nIDLE = 4\ndef asked(): return LIMIT\n", ["IDLE"]),
        ("class Idle:\n    def run(self): return 1\ndef asked(): return 1\n", ["Idle"]),
        (
            (
                "class Used:\n    def run(self): return 1\n    def idle(self): return 2\n"
                "def asked(): return Used().run()\n"
            ),
            ["Used.idle"],
        ),
        (
            (
                "class Used:\n    def __str__(self): return _told()\ndef _told(): return ''\n"
                "def asked(): return str(Used())\n"
            ),
            [],
        ),
        (
            (
                "from html.parser import HTMLParser\nclass Reads(HTMLParser):\n    def handle_data(self, data): _kept()\n"
                "def _kept(): return 1\ndef asked(): return Reads()\n"
            ),
            [],
        ),
        ("import atexit\n@atexit.register\ndef ended(): return 1\ndef asked(): return 1\n", []),
        ("def asked(idle): return idle\ndef idle(): return 1\n", ["idle"]),
    ],
)
def test_a_planted_room_without_a_door_is_found(rules: str, lost: list[str]) -> None:
    whole = reach.drawn([Source("docctl/rules/a.py", rules), Source("docctl/cli/a.py", BEGUN)])
    assert reach.unreached(whole) == [f"docctl.rules.a.{name}" for name in lost]


def test_a_name_that_only_a_template_says_counts_as_said() -> None:
    rules = "class Line:\n    def total(self): return 1\ndef asked(): return Line()\n"
    whole = reach.drawn([Source("docctl/rules/a.py", rules), Source("docctl/cli/a.py", BEGUN)])
    assert reach.unreached(whole) == ["docctl.rules.a.Line.total"]
    assert reach.unreached(whole, {"total"}) == []


def test_what_a_module_hands_on_is_the_thing_itself() -> None:
    sources = [
        Source("docctl/rules/a.py", "from docctl.rules.b import asked as asked\n"),
        Source("docctl/rules/b.py", "def asked(): return 1\n"),
        Source("docctl/cli/a.py", BEGUN),
    ]
    assert reach.unreached(reach.drawn(sources)) == []
