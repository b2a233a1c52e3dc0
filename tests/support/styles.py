"""The part of Tabler's style sheet that our pages use: 635 kB would be most of what a phone has to fetch.

`.venv/bin/python -m tests.support.styles` writes it, from the classes that templates name. A rule stays when all
classes in its selector are named somewhere; a custom property, when something that stays asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import tinycss2

from docctl.web.kit.assets import FOLDER

TABLER = FOLDER / "vendor" / "tabler" / "1.6.1" / "tabler.min.css"
SUBSET = FOLDER / "tabler.css"
WEB = FOLDER.parent
HEAD = (
    "/*! Made from Tabler 1.6.1 (MIT, vendor/tabler/1.6.1/LICENSE): the rules that our pages use, by\n"
    "    python -m tests.support.styles */\n"
)
_OWN = [file for file in sorted(FOLDER.glob("*.css")) if file != SUBSET]
_NAME = re.compile(r"-?[A-Za-z_][\w-]*")
# What only other themes, scripts of Tabler, or writing from right to left would need.
_NEVER = re.compile(r"data-bs-|data-theme|theme-dark|\[dir=|::-moz|:-ms-|\.ts-|\.tox")


@cache
def used_classes() -> frozenset[str]:
    """Every word of every class attribute in templates, and in what Python writes as HTML."""
    found: set[str] = set()
    for file in [*sorted(WEB.rglob("*.html")), *sorted(WEB.parent.rglob("*.py"))]:
        if "vendor" in file.parts:
            continue
        text = file.read_text("utf-8")
        for said in re.findall(r"""class=\\?["'](.*?)\\?["'](?=[\s>%{])""", text):
            found.update(_NAME.findall(said))
        # A macro puts words into a class attribute: those that it is called with stand in quotation marks.
        if file.suffix == ".html":
            for word in re.findall(r"""'([a-z][\w -]*)'""", text):
                found.update(_NAME.findall(word))
    return frozenset(found)


def classes_of(css: str) -> set[str]:
    """All classes that a style sheet knows."""
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r"url\([^)]*\)|\d\.\d|\"[^\"]*\"", "", css)))


def subset() -> str:
    """The style sheet."""
    rules = tinycss2.parse_stylesheet(TABLER.read_text("utf-8"), skip_comments=True, skip_whitespace=True)
    kept = "\n".join(_kept(rules))
    return HEAD + _without_idle_properties(_without_idle_frames(kept)) + "\n"


def _kept(rules: Iterable[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            wanted = [s for s in _selectors(tinycss2.serialize(rule.prelude)) if _is_wanted(s)]
            if wanted:
                yield f"{','.join(wanted)}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = "".join(
                _kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            )
            prelude = tinycss2.serialize(rule.prelude)
            if inner and "print" not in prelude:
                yield f"@{rule.lower_at_keyword}{prelude}{{{inner}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword == "keyframes":
            yield f"@keyframes{tinycss2.serialize(rule.prelude)}{{{tinycss2.serialize(rule.content)}}}"


def _selectors(prelude: str) -> list[str]:
    """Those of a list, commas in brackets left alone."""
    parts, depth, part = [], 0, ""
    for character in prelude:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return [*parts, part.strip()]


def _is_wanted(selector: str) -> bool:
    if ":root" not in selector and _NEVER.search(selector):
        return False
    plain = re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", selector)  # what it is not need not be there
    return not _NEVER.search(selector) and classes_of(plain) <= used_classes()


def _without_idle_frames(css: str) -> str:
    def used(found: re.Match[str]) -> str:
        rest = css.replace(found[0], "")
        return found[0] if re.search(rf"animation[^;}}]*\b{re.escape(found[1].strip())}\b", rest) else ""

    return re.sub(r"@keyframes\s*([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}\n?", used, css)


def _without_idle_properties(css: str) -> str:
    """Until nothing more goes: a property may be all that asks for another."""
    own = "".join(file.read_text("utf-8") for file in _OWN)
    while True:
        asked = set(re.findall(r"var\(\s*(--[\w-]+)", css + own)) | set(
            re.findall(r"from var\((--[\w-]+)", css)
        )
        less = re.sub(
            r"(?<=[{;])(--[\w-]+):(?:[^;{}()\"]|\"[^\"]*\"|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*(?:;|(?=\}))",
            lambda found, asked=asked: found[0] if found[1] in asked else "",  # type: ignore[misc]
            css,
        )
        less = re.sub(r"[^{}@\n]*\{\}\n?", "", less)
        if less == css:
            return css
        css = less


if __name__ == "__main__":
    SUBSET.write_text(subset(), "utf-8")
    print(f"{SUBSET}: {SUBSET.stat().st_size} of {TABLER.stat().st_size} bytes")
