"""Cleaning: nothing but what is listed comes out, and what comes out is clean."""

from __future__ import annotations

from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.render import sanitiser
from docctl.render.sanitiser import clean

ALLOWED = {
    "id", "class", "href", "title", "src", "alt", "start", "align", "rel",
}  # fmt: skip


class Audit(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]


def audit(html: str) -> Audit:
    reader = Audit()
    reader.feed(html)
    return reader


CORPUS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='//evil.example/p.png'>",
    "<img src='https://evil.example/p.png'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' jAvAsCrIpT&colon;alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='asset:x'>x</a>",
    "<a href='//evil.example/x'>x</a>",
    "<a href='\\\\evil.example/x'>x</a>",
    "<a href='/\\evil.example/x'>x</a>",
    "<a href='/\t/evil.example/x'>x</a>",
    "<a href='\t//evil.example/x'>x</a>",
    "<a href='https://good.example' target=_blank onclick=alert(1) style='color:red'>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<div id='x' name='y' class='btn'>x</div>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x><base href=//evil.example><meta http-equiv=refresh content=0>",
    "<form action=//evil.example><input name=a><button formaction=javascript:x>go</button></form>",
    "<textarea><script>alert(1)</script></textarea><title><script>x</script></title>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>--><![CDATA[<script>]]>",
    "<table><a href=//evil.example><tr><td>x</a></table>",
    "<pre>\n\n\nx</pre>",
    "<a><table><a>x</a></table></a>",
    "<p><b><i></p>x</i></b><li>y<ol start='9e9'><li value=3>z",
    "<td align='javascript:x'>x</td>",
    "<table><tbody><tr><td align='right'>x<td align='justify'>",
    "{{7*7}} ${7*7} {% x %} {0.__class__}",
]


@pytest.mark.rule("SE-15")
@pytest.mark.parametrize("html", CORPUS, ids=range(len(CORPUS)))
def test_nothing_hostile_comes_through(html: str) -> None:
    cleaned = clean(html)
    seen = audit(cleaned)
    assert seen.tags <= sanitiser._TAGS
    assert seen.attributes <= ALLOWED
    assert all(address.startswith("https://good.example") for address in seen.addresses)
    assert clean(cleaned) == cleaned


PIECES = st.sampled_from([
    *CORPUS, "<p>", "</p>", "<a href=x>", "</a>", "<table>", "<tr>", "<td>", "</table>", "<pre>\n", "</pre>",
    "<ol><li>", "</li></ol>", "<strong>", "</strong>", "<em>", "</em>", "<ins>", "</ins>", "<dl><dt>", "<!--",
    "<h1>", "</h1>", "text &amp; <", "&lt;b&gt;", '"', "'", "\x00", "\u2028", "<hr>", "<br/>", "<blockquote>",
])  # fmt: skip


@pytest.mark.rule("SE-15")
@given(st.lists(PIECES, max_size=12))
def test_cleaning_twice_is_cleaning_once(pieces: list[str]) -> None:
    cleaned = clean("".join(pieces))
    assert clean(cleaned) == cleaned
    assert audit(cleaned).tags <= sanitiser._TAGS


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<h1 id="clause-5.2.1">x</h1>', '<h1 id="clause-5.2.1">x</h1>'),
        ('<p id="clause-四.4">x</p>', '<p id="clause-四.4">x</p>'),
        ('<p id="login">x</p>', "<p>x</p>"),
        ('<p class="footnote evil">x</p>', '<p class="footnote">x</p>'),
        ('<ol start="3"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'),
        ('<ol start="-3"><li>x</li></ol>', "<ol><li>x</li></ol>"),
        (
            '<a href="mailto:a@b.example">x</a>',
            '<a href="mailto:a@b.example" rel="noopener noreferrer">x</a>',
        ),
        ('<a href="#clause-1">x</a>', '<a href="#clause-1" rel="noopener noreferrer">x</a>'),
        ("<ins>a</ins><del>b</del>", "<ins>a</ins><del>b</del>"),
        ('<img src="other.png" alt="x">', '<img alt="x">'),
        ('<img src="figure:a.png" alt="x">', '<img src="figure:a.png" alt="x">'),
        ('<a href="figure:a.png">x</a>', '<a rel="noopener noreferrer">x</a>'),
    ],
)
def test_what_is_listed_stays(html: str, expected: str) -> None:
    assert clean(html, figures={"figure:a.png"}) == expected


def test_html_that_never_settles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Restless:
        def __init__(self, **kwargs: object) -> None: ...

        def clean(self, html: str) -> str:
            return html + "x"

    monkeypatch.setattr(nh3, "Cleaner", Restless)
    with pytest.raises(Invalid, match="does not settle"):
        clean("x")
