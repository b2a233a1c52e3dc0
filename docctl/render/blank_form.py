"""A record template as a blank form: its fields step by step in a ruled table, each step with its signature.

Knows how a form looks; nothing of the records that will be made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final, Protocol

from docctl.render.sheets import Field, Form, FormStep, Sheet
from docctl.rules import languages
from docctl.rules.languages import Language
from docctl.rules.names import NO, YES
from docctl.rules.words import Own, Words

_WIDE_KINDS: Final = frozenset({"long-text", "signature", "file", "array", "object"})
_ROWS_OF_A_LIST: Final = 4
_COLUMNS_BESIDE: Final = 5
"""A list of more has the whole breadth, and its title above it."""
_COLUMNS_UPRIGHT: Final = 10
"""With a list of more, the form lies across."""

_RECORD_NUMBER = Own(zh="记录编号", en="Record number")
_SIGNATURE = Own(zh="签名", en="Signature")
_DATE = Own(zh="日期", en="Date")
_FILLED_BY = Own(zh="填写", en="Filled in by")
_CLAUSE = Own(zh="条款", en="clause")
_OTHER_THAN = Own(zh="不得与下列步骤为同一人：", en="somebody else than in")
_GOVERNED = Own(zh="执行依据", en="Governed by")
_KEEPER = Own(zh="保存部门", en="Keeper")
_RETENTION = Own(zh="保存期", en="Retention period")
_NOT_STATED = Own(zh="未规定", en="not stated")
_PERMANENT = Own(zh="永久", en="permanent")
_YEARS = Own(zh="{years} 年", en="{years} years")
_DAY = Own(zh="　　年　　月　　日", en="____-__-__")
_MOMENT = Own(zh="　　年　　月　　日　　时　　分", en="____-__-__ __:__")
_REQUIRED = Own(zh="带 * 的为必填项", en="Fields with * are required")


def to_html(sheet: Sheet) -> str:
    """The body of the form's print."""
    form = sheet.form
    assert form is not None  # a sheet of a document is printed elsewhere
    titles = "".join(
        f'<p lang="{tag(lang)}" class="form-title{" first" if n == 0 else ""}">{escape(said)}</p>'
        for n, lang in enumerate(sheet.languages)
        if (said := sheet.title.get(lang))
    )
    steps = "".join(_step(sheet, n, step) for n, step in enumerate(form.steps, 1))
    widest = max((len(field.columns) for step in form.steps for field in step.fields), default=0)
    across = " across" if widest > _COLUMNS_UPRIGHT else ""
    return (
        f'<section class="blank-form{across}"><p class="company">{escape(sheet.organisation)}</p>{titles}'
        f'<p class="record-number">{words(sheet, _RECORD_NUMBER)}：<span class="rule"></span></p>'
        f"{steps}{_foot(sheet, form)}</section>"
    )


class Spoken(Protocol):
    """What is printed in some languages."""

    @property
    def languages(self) -> tuple[Language, ...]: ...


def words(sheet: Spoken, said: Words) -> str:
    """HTML of words in the languages of the sheet, each marked as what it is; a missing one is left out."""
    chosen = [(lang, said[lang]) for lang in sheet.languages if lang in said] or list(said.items())[:1]
    return " ".join(f'<span lang="{tag(lang)}">{escape(text)}</span>' for lang, text in chosen)


def tag(language: Language) -> str:
    """What marks a text as one of this language."""
    return languages.LIST[language].tag


def _step(sheet: Sheet, n: int, step: FormStep) -> str:
    who = " / ".join(words(sheet, one) for one in step.who)
    clause = f"　{words(sheet, _CLAUSE)} {escape(step.clause)}" if step.clause else ""
    others = " / ".join(words(sheet, one) for one in step.other_than)
    clause += f"　{words(sheet, _OTHER_THAN)} {others}" if others else ""
    head = (
        f'<tr class="step"><th colspan="4">{n}　{words(sheet, step.title)}'
        f'<span class="by">（{words(sheet, _FILLED_BY)}：{who}{clause}）</span></th></tr>'
    )
    signs = any(field.kind == "signature" for field in step.fields)
    end = "" if signs else _signature_row(sheet, words(sheet, _SIGNATURE))
    return f"<table>{head}{''.join(_rows(sheet, step.fields))}{end}</table>"


def _rows(sheet: Sheet, fields: tuple[Field, ...]) -> Iterator[str]:
    """Short fields stand two in a row, in their order; a wide one has its row to itself."""
    waiting: Field | None = None
    for field in fields:
        if _is_wide(field):
            yield from _pair(sheet, waiting, None)
            waiting = None
            yield _wide(sheet, field)
        elif waiting is None:
            waiting = field
        else:
            yield from _pair(sheet, waiting, field)
            waiting = None
    yield from _pair(sheet, waiting, None)


def _pair(sheet: Sheet, left: Field | None, right: Field | None) -> Iterator[str]:
    if left is None:
        return
    if right is None:
        yield f'<tr><th>{_title(sheet, left)}</th><td colspan="3">{_box(sheet, left)}</td></tr>'
        return
    yield (
        f"<tr><th>{_title(sheet, left)}</th><td>{_box(sheet, left)}</td>"
        f"<th>{_title(sheet, right)}</th><td>{_box(sheet, right)}</td></tr>"
    )


def _wide(sheet: Sheet, field: Field) -> str:
    if field.kind == "signature":
        return _signature_row(sheet, _title(sheet, field))
    if field.columns:
        head = "".join(f"<th>{words(sheet, column)}</th>" for column in field.columns)
        row = "<tr>" + "<td></td>" * len(field.columns) + "</tr>"
        small = " small" if len(field.columns) > _COLUMNS_UPRIGHT else ""
        inner = f'<table class="inner{small}"><tr>{head}</tr>{row * _ROWS_OF_A_LIST}</table>'
        if len(field.columns) > _COLUMNS_BESIDE:
            return (
                f'<tr class="above"><th colspan="4">{_title(sheet, field)}</th></tr>'
                f'<tr><td class="holds-table" colspan="4">{inner}</td></tr>'
            )
        return f'<tr><th>{_title(sheet, field)}</th><td class="holds-table" colspan="3">{inner}</td></tr>'
    kind = ' class="tall"' if field.kind in {"long-text", "array", "object"} else ""
    kind = ' class="worked-out"' if field.formula else kind
    return f'<tr><th>{_title(sheet, field)}</th><td{kind} colspan="3">{_box(sheet, field)}</td></tr>'


def _signature_row(sheet: Sheet, label: str) -> str:
    return (
        f'<tr class="signature"><th>{label}</th><td></td>'
        f"<th>{words(sheet, _DATE)}</th><td>{_blank_date(sheet)}</td></tr>"
    )


def _box(sheet: Sheet, field: Field) -> str:
    """What stands in the empty place of a field."""
    if field.formula:
        told = ((lang, field.formula[lang]) for lang in sheet.languages if lang in field.formula)
        return "".join(f'<p lang="{tag(lang)}" class="formula">= {escape(said)}</p>' for lang, said in told)
    if field.kind == "boolean":
        return _choices(sheet, (YES, NO))
    if field.choices:
        return _choices(sheet, field.choices)
    if field.kind in {"date", "date-time"}:
        return _blank_date(sheet, time=field.kind == "date-time")
    return ""


def _choices(sheet: Sheet, choices: tuple[Words, ...]) -> str:
    return " ".join(f'<span class="choice">□ {words(sheet, choice)}</span>' for choice in choices)


def _blank_date(sheet: Sheet, *, time: bool = False) -> str:
    return f'<span class="date">{(_MOMENT if time else _DAY).told(sheet.languages[0])}</span>'


def _title(sheet: Sheet, field: Field) -> str:
    if not field.required:
        return words(sheet, field.title)
    first = sheet.languages[0]
    return words(sheet, Words({**field.title, first: f"{field.title.told(first)} *"}))


def _is_wide(field: Field) -> bool:
    wide = field.kind in _WIDE_KINDS or bool(field.columns) or bool(field.formula)
    return wide or sum(len(c.primary) for c in field.choices) > 14


def _foot(sheet: Sheet, form: Form) -> str:
    years = _YEARS.filled(years=form.years) if form.years else _PERMANENT if form.permanent else _NOT_STATED
    clauses = f" {escape(', '.join(form.clauses))}" if form.clauses else ""
    besides = "".join(
        f"　{words(sheet, called)} {words(sheet, said)}" for called, said in (*sheet.card, *sheet.head)
    )
    signed = "　".join(
        f"{words(sheet, line.meaning)} {escape(line.name)} {escape(line.at[:10])}"
        for line in sheet.signatures
    )
    return (
        f'<p class="form-foot">{words(sheet, _REQUIRED)}　{words(sheet, _GOVERNED)} '
        f"{escape(form.governed_by)}{clauses}　{words(sheet, _KEEPER)} {words(sheet, form.keeper)}　"
        f'{words(sheet, _RETENTION)} {words(sheet, years)}{besides}</p><p class="form-foot">{signed}</p>'
    )
