"""What in a line is left to be filled in, in the habits of all who write templates (DC-36, DC-119)."""

from __future__ import annotations

import re
from typing import Final

from docctl.rules.documents.cues import any_of
from docctl.rules.documents.signs import is_blank


def first(text: str) -> str:
    """The first gap of a line; empty where it has none."""
    found = _GAP.search(text)
    bracketed = next((each for each in _BRACKETED.finditer(text) if _is_prompt(each)), None)
    begun = [each for each in (found, bracketed) if each]
    return min(begun, key=lambda each: each.start())[0].strip() if begun else ""


def _is_prompt(found: re.Match[str]) -> bool:
    """Whether what stands in square brackets asks for something: no citation, no code, no name of a link."""
    before = found.string[: found.start()].rstrip("*")  # *[CAPA]: corrective and preventive action
    defines = found.string[found.end() :].startswith(":") and is_blank(before)
    return not defines and _PROMPT.search(found[1]) is not None and _CITED.search(found[1]) is None


# A Chinese character is a letter to \\w and \\b, and stands right beside a gap: so the borders are spelt out.
_GAP: Final = re.compile(
    r"(?<![A-Za-z0-9_/-])[Xx×]{2,}(?![A-Za-z0-9_/-])|(?<![A-Za-z0-9])Q/X{2,}(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9_])_{3,}(?![A-Za-z0-9_])|\uff3f{2,}|[\u25cb\u25ef\u25b3]{2,}"
    r"|(?<![0-9A-Za-z])(?:19|20)(?:[XxY×_]{2}|[0-9][Xx×_])(?![0-9A-Za-z_])"
    r"|(?<![A-Za-z])(?:D{1,2}[-/.]M{1,3}[-/.]Y{2,4}|M{1,3}[-/.]D{1,2}[-/.]Y{2,4}|Y{4}[-/.年]M{1,2}[-/.月]D{1,2})(?![A-Za-z])"
    r"|\{\{[^{}\n]{1,100}\}\}|\$\{[^{}\n]{1,100}\}|<<[^<>\n]{1,100}>>|<[\u4e00-\u9fff][^<>\n≤≥=]{0,30}>"
    rf"|(?<![A-Za-z])(?:TBD|TBC|TODO|FIXME)(?![A-Za-z])|Lorem ipsum|{any_of('dates')}"
    rf"|[【\[](?:{any_of('gaps')})[^】\]\n]{{0,80}}[】\]](?!\()|【[^】\n]{{0,20}}(?:{any_of('blanks')})】",
    re.IGNORECASE,
)
# In brackets, and not the words of a link, a note, a task, or the first brackets of `[words][name]`.
_BRACKETED: Final = re.compile(r"(?<![\]!])\\?\[(?!\^|[ xX]\])([^\[\]\n]{2,300}?)\\?\](?![(\[{])")
_PROMPT: Final = re.compile(
    rf"[a-z]{{3}}|[A-Z]{{2,}}[ _][A-Z]|^[A-Z]{{4,}}$|(?:{any_of('blanks')})$|^[\s\u3000.…_]+$"
)
_CITED: Final = re.compile(r"\d|@|^!")
