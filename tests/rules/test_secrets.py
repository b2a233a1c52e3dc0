"""What binds a stored password to its person: cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from docctl.rules.secrets import LOCKED, Bond, bond, commitment

UNTIL = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"


@pytest.mark.parametrize(
    ("secret", "hashed", "until", "expected"),
    [
        (commitment(HASH, None), HASH, None, Bond.BOUND),
        (commitment(HASH, UNTIL), HASH, UNTIL, Bond.BOUND),
        (commitment(HASH, None), HASH + "x", None, Bond.FALSE),
        (commitment(HASH, None), HASH, UNTIL, Bond.FALSE),
        (commitment(HASH, UNTIL), HASH, None, Bond.FALSE),
        (commitment(HASH, UNTIL), HASH, UNTIL + timedelta(days=9), Bond.FALSE),
        (LOCKED, HASH, None, Bond.FALSE),
        (None, HASH, None, Bond.UNBOUND),
        (None, HASH, UNTIL, Bond.UNBOUND),
    ],
)
def test_each_way_in_which_they_belong_together(
    secret: str | None, hashed: str, until: datetime | None, expected: Bond
) -> None:
    assert bond(secret, hashed, until) is expected


def test_a_commitment_does_not_tell_the_hash() -> None:
    told = commitment(HASH, None)
    assert len(told) == 64
    assert told != commitment(HASH, UNTIL)
    assert not any(part in told for part in HASH.split("$")[1:] if len(part) > 8)
