"""Numbers of documents in sentences lead to their documents, and to nothing that only looks like one."""

from __future__ import annotations

import pytest

from docctl.render.mentions import Numbers

KNOWN = Numbers(
    {"LX-CX-2019-001": "LX-CX-2019-001", "LX-R-001": "LX-R-001", "DF/ZY-GL 006": "DF_2FZY-GL_20006", "检验-程序-004": "x"},
    {"LX-CX-2019-001": frozenset({"A/0", "A/1"}), "LX-R-001": frozenset(), "DF/ZY-GL 006": frozenset(), "检验-程序-004": frozenset()},
)  # fmt: skip


def led(html: str, own: str = "") -> list[tuple[str, str]]:
    """What leads somewhere, and where."""
    parts = KNOWN.linked(html, own).split('<a href="document:')[1:]
    return [(part.split(">", 1)[1].split("<", 1)[0], part.split('"', 1)[0]) for part in parts]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>按LX-CX-2019-001规定，填LX-R-001。</p>",
         [("LX-CX-2019-001", "LX-CX-2019-001"), ("LX-R-001", "LX-R-001")]),
        ("<li>见《程序》(LX-CX-2019-001)</li>", [("LX-CX-2019-001", "LX-CX-2019-001")]),
        ("<p>LX-CX-2019-001 A/0和LX-CX-2019-001 A/9</p>",
         [("LX-CX-2019-001 A/0", "LX-CX-2019-001@A%2F0"), ("LX-CX-2019-001", "LX-CX-2019-001")]),
        ("<td>DF/ZY-GL 006</td>", [("DF/ZY-GL 006", "DF_2FZY-GL_20006")]),
        ("<p>见检验-程序-004。</p>", [("检验-程序-004", "x")]),
        ("<p><strong>LX-R-001</strong></p>", [("LX-R-001", "LX-R-001")]),
        ("<p>LX-R-001-2026-0001、LX-R-0011、ALX-R-001、LX-R-001.5、LX-R-001#3</p>", []),
        ('<p><a href="#x" title="a>b">LX-R-001</a> <code>LX-R-001</code></p><h2>LX-R-001</h2><pre>LX-R-001</pre>', []),
        ('<p>甲</p><img alt="LX-R-001">', []),
        ("<p>LX-X-001</p>", []),
    ],
)  # fmt: skip
def test_a_number_in_a_sentence_leads_to_its_document(html: str, expected: list[tuple[str, str]]) -> None:
    assert led(html) == expected


def test_the_number_of_the_text_itself_and_all_else_stay_as_they_are() -> None:
    html = '<p id="clause-1">LX-R-001 &amp; <img alt="a" src="b">后</p>\n'
    assert KNOWN.linked(html, "LX-R-001") == html
    assert Numbers({}, {}).linked(html) == html
