"""A record on paper, as values and as the HTML of its print: its form, with what was entered and who signed.

What was corrected stands struck through below what took its place, with who, when and why (DC-97). Knows no
row and no PDF; what it puts into HTML it escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final

from docctl.render import fonts
from docctl.render.blank_form import tag, words
from docctl.render.marks import GENERATOR
from docctl.rules.languages import Language
from docctl.rules.words import Own, Words


@dataclass(frozen=True)
class Table:
    """A value that is a list of groups: what each column is called, and the cells row by row."""

    columns: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Past:
    """A value that counts no longer. `at` is an instant in the zone of the site, as it is printed."""

    value: Words | Table
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class FiledLine:
    """A file of a record. `asset`: where a picture of it is, or nothing. `struck`: why it counts no more."""

    name: str
    sha256: str
    by: str
    at: str
    asset: str = ""
    struck: str = ""


@dataclass(frozen=True)
class Entered:
    """A field with what counts in it, None where it is empty, and what counted before. `unit` is its own.

    One that holds `files` shows them instead of a value.
    """

    title: Words
    value: Words | Table | None
    unit: str = ""
    past: tuple[Past, ...] = ()
    files: tuple[FiledLine, ...] = ()


@dataclass(frozen=True)
class Signed:
    """A signature under a record or a step. `void`: what it was put under was done again."""

    meaning: Words
    name: str
    at: str
    reason: str = ""
    void: bool = False


@dataclass(frozen=True)
class DoneStep:
    """What one performer filled in and signed."""

    title: Words
    who: tuple[Words, ...]
    clause: str
    fields: tuple[Entered, ...]
    signed: tuple[Signed, ...]
    files: tuple[FiledLine, ...] = ()


@dataclass(frozen=True)
class RecordSheet:
    """One record as it is printed, in each of `languages`. `facts` and `clocks` are what is said, in pairs.

    `printed` says who printed it and when; `void`: it is out of use, and says so across the top.
    """

    languages: tuple[Language, ...]
    organisation: str
    number: str
    title: Words
    state: Words
    facts: tuple[tuple[Words, Words], ...]
    steps: tuple[DoneStep, ...]
    signed: tuple[Signed, ...]
    clocks: tuple[tuple[Words, Words], ...]
    files: tuple[FiledLine, ...]
    printed: Words
    void: bool = False


_STATE = Own(zh="状态", en="State")
_NUMBER = Own(zh="记录编号", en="Record number")
_FILLED_BY = Own(zh="填写", en="Filled in by")
_CLAUSE = Own(zh="条款", en="clause")
_EMPTY = Own(zh="（未填写）", en="(not filled in)")
_UNSIGNED = Own(zh="（未签名）", en="(not signed)")
_SIGNATURE = Own(zh="签名", en="Signature")
_SIGNATURES = Own(zh="记录签署", en="Signatures")
_CLOCKS = Own(zh="时限", en="Clocks")
_FILES = Own(zh="附件", en="Files")
_WAS = Own(zh="原填写", en="Before")
_AGAIN = Own(zh="（作废：该步骤已重做）", en="(void: the step was done again)")
_STRUCK = Own(zh="已划除：{reason}", en="struck out: {reason}")
_LACKING = Own(
    zh="下列字符没有可打印的字形，文中以编码代替：{characters}",
    en="No font has these characters; their codes stand in the text instead: {characters}",
)
_PAGE = Own(zh="第 {page} 页　共 {pages} 页", en="Page {page} of {pages}")
_COUNTS: Final = {"page": '<b class="page-number"></b>', "pages": '<b class="page-count"></b>'}


def to_html(sheet: RecordSheet) -> str:
    """The whole print with the style sheet in it; pictures keep their `asset:` addresses.

    A character that no font has stands as its code, and is named at the end: a record says what it says.
    """
    body, lacking = fonts.as_codes(f"{_head(sheet)}{_steps(sheet)}{_end(sheet)}")
    if lacking:
        body += f'<p class="form-foot">{words(sheet, _LACKING.filled(characters=lacking))}</p>'
    style = (files("docctl.render") / "print" / "sheet.css").read_text("utf-8")
    first, spoken = sheet.languages[0], "several" if len(sheet.languages) > 1 else "one"
    return (
        f'<!DOCTYPE html><html lang="{tag(first)}"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.number)} {escape(sheet.title.told(first))}</title>"
        f'<meta name="generator" content="{GENERATOR}">'
        f'<meta name="author" content="{escape(sheet.organisation)}"><style>{style}</style></head>'
        f'<body class="form {spoken}">{_running(sheet)}<section class="blank-form filled">{body}</section>'
        "</body></html>"
    )


def _running(sheet: RecordSheet) -> str:
    pages = "".join(
        f'<span lang="{tag(lang)}">{escape(_PAGE.told(lang)).format(**_COUNTS)}</span>'
        for lang in sheet.languages
    )
    return (
        f'<header class="running-head"><table><tr><td>{escape(sheet.organisation)}</td>'
        f"<td><b>{escape(sheet.number)}</b></td></tr></table></header>"
        f'<footer class="running-foot">{pages}</footer>'
    )


def _head(sheet: RecordSheet) -> str:
    titles = "".join(
        f'<p lang="{tag(lang)}" class="form-title{" first" if n == 0 else ""}">{escape(said)}</p>'
        for n, lang in enumerate(sheet.languages)
        if (said := sheet.title.get(lang))
    )
    void = f'<p class="void-record">{words(sheet, sheet.state)}</p>' if sheet.void else ""
    return (
        f'<p class="company">{escape(sheet.organisation)}</p>{titles}{void}'
        f'<p class="record-number">{words(sheet, _NUMBER)}：<b>{escape(sheet.number)}</b>'
        f"　{words(sheet, _STATE)}：<b>{words(sheet, sheet.state)}</b></p>"
        f"{_pairs(sheet, sheet.facts)}"
    )


def _steps(sheet: RecordSheet) -> str:
    return "".join(_step(sheet, n, step) for n, step in enumerate(sheet.steps, 1))


def _step(sheet: RecordSheet, n: int, step: DoneStep) -> str:
    who = " / ".join(words(sheet, one) for one in step.who)
    clause = f"　{words(sheet, _CLAUSE)} {escape(step.clause)}" if step.clause else ""
    rows = "".join(_row(sheet, field) for field in step.fields)
    signed = step.signed or (Signed(_SIGNATURE, "", ""),)
    signatures = "".join(_signature(sheet, one) for one in signed)
    return (
        f'<table><tr class="step"><th colspan="4">{n}　{words(sheet, step.title)}'
        f'<span class="by">（{words(sheet, _FILLED_BY)}：{who}{clause}）</span></th></tr>'
        f"{rows}{_filed(sheet, step.files)}{signatures}</table>"
    )


def _row(sheet: RecordSheet, field: Entered) -> str:
    value = f'<span class="empty">{words(sheet, _EMPTY)}</span>'
    if field.files:
        value = "".join(_file(sheet, one) for one in field.files)
    elif field.value is not None:
        value = _value(sheet, field.value) + (f" {escape(field.unit)}" if field.unit else "")
    past = "".join(_past(sheet, one) for one in field.past)
    holds = ' class="holds-table"' if isinstance(field.value, Table) else ""
    return f'<tr><th>{words(sheet, field.title)}</th><td{holds} colspan="3">{value}{past}</td></tr>'


def _value(sheet: RecordSheet, value: Words | Table) -> str:
    if not isinstance(value, Table):
        return f'<span class="value">{words(sheet, value)}</span>'
    head = "".join(f"<th>{words(sheet, column)}</th>" for column in value.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{words(sheet, c)}</td>' for c in row)}</tr>" for row in value.rows)
    return f'<table class="inner"><thead><tr>{head}</tr></thead>{rows}</table>'


def _past(sheet: RecordSheet, one: Past) -> str:
    told = "，".join(escape(part) for part in (one.by, one.at, one.reason) if part)
    return f'<div class="past">{words(sheet, _WAS)}：<del>{_value(sheet, one.value)}</del>（{told}）</div>'


def _signature(sheet: RecordSheet, one: Signed) -> str:
    said = f"{escape(one.name)}　{escape(one.at)}" if one.name else words(sheet, _UNSIGNED)
    said = f"<del>{said}</del> {words(sheet, _AGAIN)}" if one.void else said
    reason = f'<div class="past">{escape(one.reason)}</div>' if one.reason else ""
    return f'<tr class="signed"><th>{words(sheet, one.meaning)}</th><td colspan="3">{said}{reason}</td></tr>'


def _filed(sheet: RecordSheet, filed: Iterable[FiledLine]) -> str:
    lines = "".join(_file(sheet, one) for one in filed)
    return f'<tr><th>{words(sheet, _FILES)}</th><td colspan="3">{lines}</td></tr>' if lines else ""


def _file(sheet: RecordSheet, one: FiledLine) -> str:
    picture = f'<img src="{escape(one.asset)}" alt="{escape(one.name)}">' if one.asset else ""
    name = f"<del>{escape(one.name)}</del>" if one.struck else escape(one.name)
    why = f" {words(sheet, _STRUCK.filled(reason=one.struck))}" if one.struck else ""
    return (
        f'<div class="filed">{picture}{name}{why}　{escape(one.by)}，{escape(one.at)}'
        f'<div class="content-hash">SHA-256 {escape(one.sha256)}</div></div>'
    )


def _end(sheet: RecordSheet) -> str:
    return "".join(_parts_of_the_end(sheet))


def _parts_of_the_end(sheet: RecordSheet) -> Iterator[str]:
    if sheet.signed:
        rows = "".join(_signature(sheet, one) for one in sheet.signed)
        yield f'<table><tr class="step"><th colspan="4">{words(sheet, _SIGNATURES)}</th></tr>{rows}</table>'
    if sheet.clocks:
        yield f'<p class="part">{words(sheet, _CLOCKS)}</p>{_pairs(sheet, sheet.clocks)}'
    if sheet.files:
        yield f"<table>{_filed(sheet, sheet.files)}</table>"
    yield f'<p class="form-foot">{words(sheet, sheet.printed)}</p>'


def _pairs(sheet: RecordSheet, pairs: Iterable[tuple[Words, Words]]) -> str:
    """Short ones stand two in a row, in their order; a long one has its row to itself."""
    rows: list[list[tuple[Words, Words]]] = []
    for pair in pairs:
        is_short = len(pair[1].primary) <= _SHORT
        if is_short and rows and len(rows[-1]) == 1 and len(rows[-1][0][1].primary) <= _SHORT:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return f"<table>{''.join(_row_of_pairs(sheet, row) for row in rows)}</table>"


def _row_of_pairs(sheet: RecordSheet, row: Sequence[tuple[Words, Words]]) -> str:
    span = "" if len(row) > 1 else ' colspan="3"'
    cells = "".join(
        f"<th>{words(sheet, called)}</th><td{span}>{words(sheet, said)}</td>" for called, said in row
    )
    return f"<tr>{cells}</tr>"


_SHORT: Final = 30
"""Characters of what stands beside another pair."""
