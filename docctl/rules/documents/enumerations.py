"""Lines that stand by themselves without a blank line between them: 一、 （二） a) 4.1 —— 注1： 编制：.

Markdown would join them to one paragraph, in Chinese without even a blank. Knows a line and the one before.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from docctl.rules.documents.signs import AS_TEXT


def stands_alone(line: str, before: str) -> bool:
    """Whether a line is not joined to the one `before`, which is empty where no paragraph is open."""
    if not before:
        return False
    # What goes on with an item without its indent is a line of its own there, too.
    line, before = line.removeprefix(AS_TEXT), before.removeprefix(AS_TEXT)
    return bool(
        _ENUMERATED.match(line)
        or _CLAUSE.fullmatch(line)
        or _ANCHORED.fullmatch(before)
        or _follows(line, before)
        or (_NUMBERED.match(line) and (_ENDED.search(before) or _NUMBERED.match(before)))
        or any(kind.match(line) and kind.match(before) for kind in (_LABELLED, _CODED))
    )


def _follows(line: str, before: str) -> bool:
    """Whether `b.` comes below `a.`, or `a.` below a colon. A line may begin with a name: J. Smith."""
    found, above = _LETTERED.match(line), _LETTERED.match(before)
    if found is None:
        return False
    if above is None:
        return found[1] in _FIRST and before.rstrip().endswith((":", "\uff1a"))
    if found[1].islower() and above[1].islower():
        return True  # i. below b., and c. below ii.
    return any(
        (above[1], found[1]) in pairwise(order)
        for letters in (_LETTERS, _ROMAN)
        for order in (letters, [letter.upper() for letter in letters])
    )


_LETTERS: Final = list("abcdefghijklmnopqrstuvwxyz")
_ROMAN: Final = [
    f"{ten}{one}"
    for ten in ("", "x")
    for one in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
]
_FIRST: Final = frozenset("aAiI")
_TENS: Final = "一二三四五六七八九十百零〇"
_WIDE: Final = "\u3400-\u9fff《“（"
_CLAUSE: Final = re.compile(r"\d\S*\s.*\{#[^\s{}]+\}\s*")
# An anchor belongs to the end of a paragraph; within one it would be printed.
_ANCHORED: Final = re.compile(r".*[^)*_`>\]{$]\{#[^\s{}]+\}\s*")
_LETTERED: Final = re.compile(r" *([a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})\.(?: +\S|[\u4e00-\u9fff])")
# 4.1 and A.1 begin a clause where the sentence above has ended; 4.5 mm in a sentence do not.
_NUMBERED: Final = re.compile(
    rf" *(?:\d{{1,3}}|[A-Z])(?:\.\d{{1,3}}){{1,5}}[.、]?(?:[ \u3000]+[{_WIDE}A-Z]|(?=[{_WIDE}]))"
    r"|(?:图|表|Figure|Table)[ \u3000]?(?:[A-Z][.-]?)?\d{1,3}(?:[-.]\d{1,3})*[ \u3000]+\S"
)
_ENDED: Final = re.compile(r"[.:;!?。：；！？)）】][ \u3000]*$|^[^,，、。；]{0,20}[\u4e00-\u9fff]$")
# 编制：… below 审核：…; Prepared by: … below Reviewed by: …; GB/T 6682 … below GB/T 27025 ….
_LABELLED: Final = re.compile(
    r" *(?:[^\s：:，。；、？！“”|][^：:，。；、？！“”|]{0,15}：|[A-Z][A-Za-z /-]{0,30}: )"
)
_CODED: Final = re.compile(r" *[A-Z]{2,8}(?:[/ -][A-Z]{1,6})* ?-?\d[\w.:/—–-]*[ \u3000]")
_ENUMERATED: Final = re.compile(
    rf" *(?:[{_TENS}]{{1,4}}、|[（(](?:[{_TENS}]{{1,4}}|\d{{1,3}}|[a-zA-Z]|[ivx]{{1,4}})[）)]"
    # 1.甲 without a blank is no list for Markdown, and 1.5 is a figure.
    r"|\d{1,3}[、）．]|\d{1,3}[.)](?=[^\s\d.,%\w]|[\u00a0\u3000\u4e00-\u9fff])|[a-zA-Z][、．]|[\u2160-\u217f][.、．)）\s]"
    r"|\[\d{1,3}\][ \u3000]|[\u2460-\u24ff\u2776-\u2793\u3220-\u3229\u3280-\u3289]"
    r"|[•·‣◦∙●■◆▲▶►▪▫◇◎★☆□☐☑☒✓✔√✗✘※➢➤→⇒➔❖]|(?:[a-zA-Z]|[ivx]{2,4})[)）]"
    # Blanks of full width, and those of web pages, indent the first line of a paragraph.
    r"|[\u3000\u00a0\u2003]{2}|(?:&(?:nbsp|e[mn]sp);){2}"
    r"|——|[–—−―‐][ \u3000]|[A-Za-z][A-Za-z0-9′'_~^]{0,7}[ ]?——"
    r"|(?:注|示例|例|问|答)[ ]?\d{0,2}[：:]|(?:Note|NOTE|Example|EXAMPLE|Step|STEP) \d{1,2}[.:)]"
    rf"|第[{_TENS}\d]{{1,6}}[编篇章节条款项步]|步骤 ?[{_TENS}\d]{{1,3}})(?=.*\S)"
)
