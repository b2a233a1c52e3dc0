"""Whatever people write: what is submitted can be issued, and what they wrote stands on the paper (P-2, P-4)."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.render import fonts, printed, renderer
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.paper import job, sheet, text
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"
MM = 72 / 25.4


def heads(columns: int) -> str:
    """A table of so many columns with long heads."""
    return f"|{'Identifier|' * columns}\n{'|-' * columns}|\n{'|v' * columns}|"


words = st.text(st.sampled_from("abcXYZ019检验记录表℃☑⭐₂é⚠-/."), min_size=1, max_size=24)
lines = st.lists(words, min_size=1, max_size=8).map(" ".join)
tables = st.builds(
    lambda columns, rows: "\n".join(
        "|" + "|".join(row) + "|" for row in [columns, ["---"] * len(columns), *[columns[::-1]] * rows]
    ),
    st.lists(words, min_size=1, max_size=36),
    st.integers(1, 40),
)
lists = st.builds(
    lambda first, items: "\n".join(f"{first + n}. {item}" for n, item in enumerate(items)),
    st.integers(0, 120),
    st.lists(lines, min_size=1, max_size=5),
)
codes = words.map(lambda word: "    " + word * 12)
quotations = st.builds(lambda deep, said: ">" * deep + " " + said, st.integers(1, 12), lines)
unprintable = st.sampled_from(["阀\U00020001", "⚠\ufe0f 注意", heads(31)])
bodies = st.lists(
    st.one_of(*[lines, tables, lists, codes, quotations] * 3, unprintable), min_size=1, max_size=6
).map("\n\n".join)


ANYTHING = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def written(paper_world: World) -> World:
    """A site on which the procedure is issued, so that each example is its next revision."""
    issue(paper_world, procedure())
    return paper_world


@ANYTHING
@given(bodies)
@example(heads(13))
@example(heads(31))
@example("☐ 合格 \U00020001")
def test_what_is_submitted_is_never_refused_at_its_issue(written: World, body: str) -> None:
    author = written.as_("author")
    try:
        drafting.save_draft(author, NUMBER, lambda: procedure(extra=body))
        drafting.submit_revision(author, NUMBER, reason="修改")
    except Invalid:
        return
    approving.sign_revision(written.as_("rep"), NUMBER)
    issued = issuing.issue_revision(written.as_("controller"), NUMBER)
    assert issued.pdf_sha256 is not None


@pytest.mark.regulation("Q9-03", "MD-05")
@ANYTHING
@given(bodies)
@example(heads(13))
def test_what_is_written_stands_on_the_paper(body: str) -> None:
    of = text(f"# 1 章\n\n{body}\n", "zh")
    html = printed.to_html(sheet(languages=("zh",), texts=(of,)))
    try:
        fonts.refuse_missing(html, body)
        made = renderer.render(job(html, source=body.encode()))
    except Invalid:
        return
    paper = "".join(map(_within, pypdfium2.PdfDocument(made)))
    counted = Counter(c for c in paper if c.isalnum())
    wanted = Counter(c for c in _words_of(of.html) if c.isalnum())
    assert wanted - counted == Counter()


def _within(page: pypdfium2.PdfPage) -> str:
    """What stands between the margins and above the foot, as another reader sees it."""
    width, height = page.get_size()
    return str(page.get_textpage().get_text_bounded(20 * MM, 28 * MM, width - 15 * MM, height - 30 * MM))


def _words_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))
