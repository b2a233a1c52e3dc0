"""Cleaning of HTML against explicit lists (SE-15). Knows what may stay, not where the HTML came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

import nh3

from docctl.errors import Invalid
from docctl.rules.documents import links

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS: Final = frozenset({
    *HEADINGS, "p", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "div", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
})  # fmt: skip

Marks = Mapping[str, Collection[str]]
"""Classes that we give ourselves, by the tags that may have them."""
NO_MARKS: Final[Marks] = MappingProxyType({})


def clean(html: str, *, figures: Collection[str] = (), prefix: str = "", marks: Marks = NO_MARKS) -> str:
    """HTML with nothing but the tags, attributes and addresses of these lists.

    Cleaning it again changes nothing. Raises Invalid for HTML that never settles.
    An image stays only where its address is one of `figures`. `prefix`: what each anchor begins with.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return value if value in figures else None
        if attribute == "id":
            return value if value.startswith(prefix) and identifier(value.removeprefix(prefix)) else None
        if attribute == "class":
            return classes(value, marks.get(tag, ())) or None
        return _FILTERS[attribute](value) if attribute in _FILTERS else value

    schemes = {scheme(figure) for figure in figures} - {""} | _SCHEMES
    cleaner = nh3.Cleaner(
        tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=kept, url_schemes=schemes, strip_comments=True
    )
    # HTML does not always parse back into what was written (a line feed after <pre>), so until it settles.
    for _ in range(10):
        before, html = html, cleaner.clean(html)
        if html == before:
            return html
    raise Invalid("the text does not settle into clean HTML; take out its nested HTML tags")


def identifier(value: str) -> str:
    """An anchor that may stay; empty for any other."""
    return value if _ID.fullmatch(value) else ""


def classes(value: str, marks: Collection[str] = ()) -> str:
    """The classes that may stay, with those of `marks`."""
    return " ".join(name for name in value.split() if name in marks or _CLASS.fullmatch(name))


def scheme(address: str) -> str:
    """The scheme of an address in small letters; empty if it has none."""
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    return match[1].lower() if match else ""


_TAGS: Final = {
    *BLOCKS, "a", "abbr", "code", "del", "em", "img", "ins", "s", "span", "strong", "sub", "sup", "u",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "*": {"id", "class"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align", "rowspan", "colspan"},
    "td": {"align", "rowspan", "colspan"},
}
_SCHEMES: Final = {"http", "https", "mailto", links.SCHEME}

_ID = re.compile(r"(?:clause-|heading-|fn:|fnref\d{0,4}:)[\w.()（）:-]{1,64}")
_CLASS = re.compile(r"footnote(?:-(?:ref|backref))?|missing-figure|language-[\w+-]{1,32}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_START = re.compile(r"[0-9]{1,6}")


def _address(value: str) -> str | None:
    """A link to http, https, mailto, a document, or within the site.

    `//host` has no scheme and yet leaves the site.
    """
    # As browsers read it: controls and blanks do not count, and a backslash is a slash.
    read = re.sub(r"[\x00-\x20\x7f]", "", value).replace("\\", "/")
    if read.startswith("//") or scheme(read) not in {"", *_SCHEMES}:
        return None
    return value


_FILTERS: Final[dict[str, Callable[[str], str | None]]] = {
    "href": _address,
    "align": lambda value: value if value in {"left", "center", "right"} else None,
    "rowspan": lambda value: value if _SPAN.fullmatch(value) else None,
    "colspan": lambda value: value if _SPAN.fullmatch(value) else None,
    "start": lambda value: value if _START.fullmatch(value) else None,
}
