"""The site's chain is the floor: a chain of one's own may be longer, never shorter."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.rules.documents.chains import parse_chain, require_floor

DEPARTMENTS = ["quality", "production", "sales"]
FLOOR = (
    "prepare:author,countersign:quality+production,review:department-head,approve:management-representative"
)


@pytest.mark.parametrize(
    "chain",
    [
        FLOOR,
        "author,countersign:quality+production+sales,department-head,management-representative",
        "author,quality,countersign:quality+production,department-head,management-representative",
        "author,countersign:quality+production,department-head,management-representative,general-manager",
    ],
)
def test_as_long_or_longer_is_allowed(chain: str) -> None:
    given, floor = parse_chain(chain, DEPARTMENTS), parse_chain(FLOOR, DEPARTMENTS)
    require_floor(given, floor)
    assert len(given) >= len(floor)


@pytest.mark.parametrize(
    ("chain", "left_out"),
    [
        ("author,management-representative", "countersign"),
        ("author,countersign:quality+production,management-representative", "review"),
        ("author,countersign:quality+sales,department-head,management-representative", "countersign"),
        ("author,countersign:quality+production,department-head", "review"),
        ("author,countersign:quality+production,department-head,general-manager", "approve"),
        ("author,department-head,countersign:quality+production,management-representative", "review"),
        ("author,countersign:quality+production,examine:department-head,management-representative", "review"),
    ],
)
def test_a_step_that_is_left_out_is_named(chain: str, left_out: str) -> None:
    with pytest.raises(Invalid, match=f"has {left_out}"):
        require_floor(parse_chain(chain, DEPARTMENTS), parse_chain(FLOOR, DEPARTMENTS))
