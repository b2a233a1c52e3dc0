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
"""The title of a field or of a column (`table.column`), by its name; of another name, the name."""
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
        "sum": Own(zh="{table}中{column}之和", en="the sum of {column} in {table}"),
        "min": Own(zh="{table}中{column}的最小值", en="the least {column} in {table}"),
        "max": Own(zh="{table}中{column}的最大值", en="the greatest {column} in {table}"),
        "rows": Own(zh="{table}的行数", en="the number of rows of {table}"),
        "count": Own(zh="{table}中符合条件的行数", en="the number of rows of {table} with"),
        "every": Own(zh="{table}每一行都符合", en="every row of {table} has"),
        "some": Own(zh="{table}至少一行符合", en="some row of {table} has"),
        "each": Own(zh="{table}各行之和", en="the sum over the rows of {table}"),
        ">=": Own(zh="≥", en="≥"),
        "<=": Own(zh="≤", en="≤"),
        "==": Own(zh="=", en="="),
        "!=": Own(zh="≠", en="≠"),
        "?": Own(zh="时取 ", en=": "),
        ":": Own(zh="，否则 ", en=", otherwise "),
    }
)

# What stands after a point is a part or a method, what stands before ( a function: neither is a field.
_NAME = r"(?<![\w.]){}(?!\w|\s*[.(])"
_FIELD: Final = _NAME.format(r"[a-z_]\w*")
_CELL: Final = _NAME.format(r"[a-z_]\w*\.[a-z_]\w*")
_EITHER: Final = f"(?:{_CELL}|{_FIELD})"
_PART: Final = re.compile(
    rf"""
    size\(\s*(?P<sized>{_FIELD})\s*\)\s*(?P<how>>(?=\s*0\b)|==)\s*(?P<count>\d+)(?![\w.])
    |(?<![\w.])(?P<adding>sum|min|max)\(\s*(?P<added>{_CELL})\s*\)
    |(?<![\w.])count\(\s*(?P<rows>{_FIELD})\s*\)
    |(?<![\w.])(?P<over>count|every|some|sum)\(\s*(?P<table>{_FIELD})\s*,\s*
    |(?P<asked>{_EITHER})\s*==\s*(?P<truth>true|false)\b
    |(?P<chosen>{_EITHER})\s*(?P<equal>==|!=)\s*'(?P<value>[^'\\]*)'
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<sign>&&|\|\||>=|<=|==|!=)
    |\s*(?P<fork>[?:])\s*
    |(?P<cell>{_CELL})
    |(?P<name>(?<![\w.])[a-z_]\w*(?!\w|\s*\())
    """,
    re.VERBOSE,
)


def in_words(expression: str, language: Language, title: Title, choice: Choice) -> str:
    """The condition in a language."""
    words = {part: said.told(language) for part, said in WORDS.items()}

    def called(name: str) -> str:
        said = title(name)
        if said != name:
            return words["title"].format(said)
        field, dot, member = name.partition(".")
        return f"{called(field)}.{member}" if dot else name

    def said(part: re.Match[str]) -> str:
        if (sized := part["sized"]) is not None:
            kind = "filled" if part["how"] == ">" else "empty" if part["count"] == "0" else "counted"
            return words[kind].format(called(sized), part["count"])
        if part["asked"] is not None:
            return words[part["truth"]].format(called(part["asked"]))
        if (chosen := part["chosen"]) is not None:
            verb = "is" if part["equal"] == "==" else "is not"
            return words[verb].format(called(chosen), choice(chosen, part["value"]))
        if (sign := part["sign"] or part["fork"]) is not None:
            return words[sign]
        return _of_rows(part, words, called) or part["text"] or called(part["cell"] or part["name"])

    return _PART.sub(said, expression)


def _of_rows(part: re.Match[str], words: Mapping[str, str], called: Title) -> str:
    """What is asked of the rows of a table; what holds of them follows in its brackets."""
    if part["adding"] is not None:
        table = called(part["added"].partition(".")[0])
        return words[part["adding"]].format(table=table, column=called(part["added"]))
    if part["rows"] is not None:
        return words["rows"].format(table=called(part["rows"]))
    if part["over"] is not None:
        over = "each" if part["over"] == "sum" else part["over"]
        return words[over].format(table=called(part["table"])) + " ("
    return ""
