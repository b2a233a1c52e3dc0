"""A number scheme is read from one number, as whoever writes it would explain it."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.rules.documents import examples


@pytest.mark.parametrize(
    ("example", "fits", "does_not"),
    [
        ("LX-CX-2019-001", "LX-CX-2026-017", "LX-CX-2019-01"),
        ("HD-QP-001", "HD-QP-002", "HD-QM-001"),
        ("Q/HD 001-2024", "Q/HD 007-2026", "Q/HX 001-2024"),
        ("LX-SH-2019", "LX-SH-2026", "LX-SH-26"),
        ("WI.01.002", "WI.01.099", "WIX01.002"),
        ("hd-qp-001", "HD-QP-002", "HD-QP-1"),
        ("质-01", "质-02", "量-01"),
    ],
)
def test_the_last_figures_run_a_year_may_change_and_all_else_stays(
    example: str, fits: str, does_not: str
) -> None:
    scheme = examples.scheme_of(example, "procedure", "own")
    assert scheme.fits(scheme.example)
    assert scheme.fits(fits)
    assert not scheme.fits(does_not)


@pytest.mark.parametrize("example", ["HD", "HD-QP", "HD-QP-1", "质量手册"])
def test_an_example_in_which_nothing_could_run_is_refused(example: str) -> None:
    with pytest.raises(Invalid, match="no running number"):
        examples.scheme_of(example, "procedure", "own")


def test_the_next_numbers_go_on_from_those_in_use() -> None:
    scheme = examples.scheme_of("HD-QP-001", "procedure", "own")
    assert examples.next_numbers(scheme, []) == ["HD-QP-001", "HD-QP-002", "HD-QP-003"]
    assert examples.next_numbers(scheme, ["HD-QP-001", "HD-QP-007"], 2) == ["HD-QP-008", "HD-QP-009"]
    assert examples.next_numbers(scheme, ["HD-QP-998"]) == ["HD-QP-999"]
