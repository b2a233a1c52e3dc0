"""A condition of a template as people read it: `size(a) > 0` is “A” is filled in.

What a condition is, and whether it holds, is for store/expressions.py; here is only how it sounds. What
has no words here stays as it is written, so that nothing is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from docctl.rules.languages import Language
from docctl.rules.words import Own, Words

Title = Callable[[str], str]
"""The title of a field, by its name; of a name that is no field, the name."""
Choice = Callable[[str, str], str]
"""What a value of a field is called, by the name of the field and the value."""

WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "title": Own(zh="「{}」", en="“{}”"),
        "filled": Own(zh="{}已填写", en="{} is filled in"),
        "empty": Own(zh="{}未填写", en="{} is left empty"),
        "counted": Own(zh="{}共{}项", en="{} has {} entries"),
        "true": Own(zh="{}为“是”", en="{} is yes"),
        "false": Own(zh="{}为“否”", en="{} is no"),
        "is": Own(zh="{}为“{}”", en="{} is {}"),
        "is not": Own(zh="{}不是“{}”", en="{} is not {}"),
        "&&": Own(zh="且", en="and"),
        "||": Own(zh="或", en="or"),
        ">=": Own(zh="≥", en="≥"),
        "<=": Own(zh="≤", en="≤"),
    }
)

# What stands after a point is a part or a method, what stands before ( a function: neither is a field.
_NAME = r"(?<![\w.]){}(?!\w|\s*[.(])"
_FIELD: Final = _NAME.format(r"[a-z_]\w*")
_PART: Final = re.compile(
    rf"""
    size\(\s*(?P<sized>{_FIELD})\s*\)\s*(?P<how>>(?=\s*0\b)|==)\s*(?P<count>\d+)(?![\w.])
    |(?P<asked>{_FIELD})\s*==\s*(?P<truth>true|false)\b
    |(?P<chosen>{_FIELD})\s*(?P<equal>==|!=)\s*'(?P<value>[^'\\]*)'
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<sign>&&|\|\||>=|<=)
    |(?P<name>(?<![\w.])[a-z_]\w*(?!\w|\s*\())
    """,
    re.VERBOSE,
)


def in_words(expression: str, language: Language, title: Title, choice: Choice) -> str:
    """The condition in a language."""
    words = {part: said.told(language) for part, said in WORDS.items()}

    def called(name: str) -> str:
        said = title(name)
        return said if said == name else words["title"].format(said)

    def said(part: re.Match[str]) -> str:
        if (sized := part["sized"]) is not None:
            kind = "filled" if part["how"] == ">" else "empty" if part["count"] == "0" else "counted"
            return words[kind].format(called(sized), part["count"])
        if part["asked"] is not None:
            return words[part["truth"]].format(called(part["asked"]))
        if (chosen := part["chosen"]) is not None:
            verb = "is" if part["equal"] == "==" else "is not"
            return words[verb].format(called(chosen), choice(chosen, part["value"]))
        if part["sign"] is not None:
            return words[part["sign"]]
        return part["text"] or called(part["name"])

    return _PART.sub(said, expression)
