"""A sheet as the HTML of its print: cover, change page, contents, body, records; or a blank form.

The same sheet gives the same HTML. Knows no row and no PDF; what it puts into HTML it escapes, but for the
body, which was cleaned when it was made from Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Final

from docctl.render import blank_form
from docctl.render.blank_form import tag
from docctl.render.marks import GENERATOR
from docctl.render.sheets import ChangeLine, Sheet, Text
from docctl.rules.documents.labels import parse_label
from docctl.rules.words import Own, Words

_LABELS: Final = {
    "number": Own(zh="文件编号", en="Number"),
    "label": Own(zh="修订状态", en="Revision"),
    "level": Own(zh="文件层次", en="Level"),
    "department": Own(zh="编制部门", en="Department"),
    "issued": Own(zh="发布日期", en="Date of issue"),
    "effective": Own(zh="实施日期", en="Effective date"),
    "content": Own(zh="内容摘要", en="Content"),
    "sign-off": Own(zh="签署", en="Sign-off"),
    "meaning": Own(zh="签署含义", en="Meaning"),
    "name": Own(zh="姓名（电子签名）", en="Name (electronic signature)"),
    "signer": Own(zh="部门", en="Department"),
    "at": Own(zh="签署时间", en="Time"),
    "hash": Own(zh="签署内容", en="Content signed"),
    "changes": Own(zh="修订记录", en="Change record"),
    "change": Own(zh="修订内容与理由", en="Change and reason"),
    "prepared": Own(zh="编制", en="Prepared"),
    "approved": Own(zh="批准", en="Approved"),
    "section": Own(zh="章节", en="Section"),
    "pages": Own(zh="页码", en="Page"),
    "remark": Own(zh="备注", en="Remark"),
    "contents": Own(zh="目录", en="Contents"),
    "records": Own(zh="相关记录表单", en="Record templates"),
    "title": Own(zh="名称", en="Title"),
    "references": Own(zh="引用文件提示", en="On the reference documents"),
    "notes": Own(zh="截至实施日期", en="As of the effective date"),
    "page": Own(zh="第 {page} 页　共 {pages} 页", en="Page {page} of {pages}"),
    "unregistered": Own(zh="（未登记）", en="(not registered)"),
}
_SHORT_HASH: Final = 16


def to_html(sheet: Sheet) -> str:
    """The whole document, with the style sheet in it; figures keep their `asset:` addresses."""
    first = sheet.languages[0]
    spoken = "several" if len(sheet.languages) > 1 else "one"
    title = escape(f"{sheet.number} {sheet.label} {_plain(sheet.title, first)}")
    style = (files("docctl.render") / "print" / "sheet.css").read_text("utf-8")
    body = _document(sheet) if sheet.form is None else blank_form.to_html(sheet)
    kind = "document" if sheet.form is None else "form"
    return (
        f'<!DOCTYPE html><html lang="{tag(first)}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="generator" content="{GENERATOR}">'
        f'<meta name="author" content="{escape(sheet.organisation)}">'
        f'<meta name="dcterms.created" content="{escape(sheet.issued)}">'
        f"<style>{style}</style></head>"
        f'<body class="{kind} {spoken}">{_running(sheet)}{body}</body></html>'
    )


def _running(sheet: Sheet) -> str:
    """Head and foot of every page (DC-47)."""
    titles = "".join(
        f'<div lang="{tag(lang)}">{escape(said)}</div>'
        for lang in sheet.languages
        if (said := _plain(sheet.title, lang, strict=len(sheet.languages) > 1))
    )
    facts = "".join(
        f"<div>{_both(sheet, key)} <b>{escape(value)}</b></div>"
        for key, value in (("number", sheet.number), ("label", sheet.label), ("effective", sheet.effective))
    )
    kind = f'<span class="type">{_words(sheet, sheet.level)}</span>'
    pages = "".join(
        f'<span lang="{tag(lang)}">{escape(_LABELS["page"].told(lang)).format(**_FIGURES_OF_A_PAGE)}</span>'
        for lang in sheet.languages
    )
    return (
        f'<header class="running-head"><table><tr><td><div>{escape(sheet.organisation)} {kind}</div>'
        f"{titles}</td><td>{facts}</td></tr></table></header>"
        f'<footer class="running-foot">{pages}</footer>'
    )


_FIGURES_OF_A_PAGE: Final = {
    "page": '<b class="page-number"></b>',
    "pages": '<b class="page-count"></b>',
}


def _document(sheet: Sheet) -> str:
    """Cover, change record, contents, text: in this order (DC-48)."""
    parts = [_cover(sheet), _changes(sheet), *_contents(sheet)]
    parts += [_body(sheet, text) for text in sheet.texts]
    return "".join([*parts, _records(sheet), _interpretation(sheet), _notes(sheet)])


def _cover(sheet: Sheet) -> str:
    titles = "".join(
        f'<p lang="{tag(lang)}" class="title{" first" if n == 0 else ""}">{escape(said)}</p>'
        for n, lang in enumerate(sheet.languages)
        if (said := _plain(sheet.title, lang, strict=True))
    )
    facts = [
        ("number", escape(sheet.number)),
        # DC-38: cover and heads of pages print one stored value.
        ("label", escape(parse_label(sheet.label).edition if sheet.cover_edition else sheet.label)),
        ("level", _words(sheet, sheet.level)),
        ("department", _words(sheet, sheet.department)),
        ("issued", escape(sheet.issued)),
        ("effective", escape(sheet.effective)),
    ]
    cells = [f"<th>{_both(sheet, key)}</th><td>{value}</td>" for key, value in facts]
    cells += [
        f"<th>{_words(sheet, called)}</th><td>{_words(sheet, said)}</td>" for called, said in sheet.card
    ]
    if len(cells) % 2:
        cells[-1] = cells[-1].replace("<td>", '<td colspan="3">')
    rows = "".join(f"<tr>{''.join(cells[n : n + 2])}</tr>" for n in range(0, len(cells), 2))
    rows += "".join(
        f'<tr><th>{_words(sheet, called)}</th><td colspan="3">{_words(sheet, said)}</td></tr>'
        for called, said in sheet.head
    )
    return (
        f'<section class="cover"><p class="company">{escape(sheet.organisation)}</p>'
        f'<p class="kind">{_words(sheet, sheet.level)}</p><div class="titles">{titles}</div>'
        f'<table class="facts">{rows}</table>{_sign_off(sheet)}'
        f'<p class="content-hash">{_both(sheet, "content")} SHA-256 {escape(sheet.content)}</p></section>'
    )


def _sign_off(sheet: Sheet) -> str:
    rows = [
        [
            _words(sheet, line.meaning),
            f"<b>{escape(line.name)}</b>",
            _words(sheet, line.department),
            escape(line.at),
            f"<code>{escape(line.content[:_SHORT_HASH])}</code>",
        ]
        for line in sheet.signatures
    ]
    head = [_both(sheet, key) for key in ("meaning", "name", "signer", "at", "hash")]
    return _table("sign-off", head, rows)


def _changes(sheet: Sheet) -> str:
    rows = [
        [
            f"<b>{escape(line.label)}</b>",
            escape("、".join(_first_ones(line.sections))),
            _pages(sheet, line) if line is sheet.changes[-1] else "",
            escape(line.issued),
            escape(line.change),
            _remark(sheet, line),
        ]
        for line in sheet.changes
    ]
    columns = ("label", "section", "pages", "issued", "change", "remark")
    table = _table("changes", [_both(sheet, key) for key in columns], rows)
    return f'<section class="change-page"><h1 class="front">{_both(sheet, "changes")}</h1>{table}</section>'


def _first_ones(sections: Sequence[str]) -> list[str]:
    """A revision that changed nearly everything does not fill a page with that."""
    return [*sections[:_MOST_SECTIONS], *(["…"] if len(sections) > _MOST_SECTIONS else [])]


_MOST_SECTIONS: Final = 12


def _pages(sheet: Sheet, line: ChangeLine) -> str:
    """Where in this print the clauses stand that this revision changed; those of before had other pages."""
    first = sheet.texts[0] if sheet.texts else None
    prefix = f"{first.language}-" if first and len(sheet.texts) > 1 else ""
    there = [f"{prefix}clause-{clause}" for clause in line.sections[:_MOST_SECTIONS]]
    named = [a for a in there if first and f'id="{escape(a)}"' in first.html]
    return " ".join(f'<a class="page-of" href="#{escape(anchor)}"></a>' for anchor in named)


def _remark(sheet: Sheet, line: ChangeLine) -> str:
    said = [(key, getattr(line, key)) for key in ("prepared", "approved", "effective")]
    told = [f"<p>{_both(sheet, key)} {escape(value)}</p>" for key, value in said if value]
    return "".join([*told, f"<p>{_words(sheet, line.application)}</p>" if line.application else ""])


def _contents(sheet: Sheet) -> Iterable[str]:
    told = {t.language: [line for line in t.contents if line.level <= _DEEPEST] for t in sheet.texts}
    close = " close" if sum(map(len, told.values())) > _LINES_OF_A_PAGE else ""
    for text in sheet.texts:
        lines = "".join(
            f'<li class="level-{line.level}"><a href="#{escape(line.anchor)}">{escape(line.text)}</a></li>'
            for line in told[text.language]
        )
        if lines:
            said = escape(_plain(_LABELS["contents"], text.language))
            yield (
                f'<nav class="contents{close}" lang="{tag(text.language)}"><h1 class="front">{said}</h1>'
                f"<ol>{lines}</ol></nav>"
            )


_DEEPEST: Final = 2
_LINES_OF_A_PAGE: Final = 30
"""More than these, below the change record, are set closer, so that a few of them need no page more."""


def _body(sheet: Sheet, text: Text) -> str:
    title = escape(_plain(sheet.title, text.language))
    return (
        f'<article class="body" lang="{tag(text.language)}"><p class="body-title">{title}</p>'
        f"{text.html}</article>"
    )


def _records(sheet: Sheet) -> str:
    """The forms of a procedure, each with its code and its title (DC-19)."""
    if not sheet.records:
        return ""
    rows = [
        [
            f"<b>{escape(line.number)}</b>",
            _words(sheet, line.title) if line.title else _both(sheet, "unregistered"),
        ]
        for line in sheet.records
    ]
    table = _table("records", [_both(sheet, "number"), _both(sheet, "title")], rows)
    return f'<section class="records"><h2 class="front">{_both(sheet, "records")}</h2>{table}</section>'


def _interpretation(sheet: Sheet) -> str:
    """Who interprets it (DC-39)."""
    if sheet.interpretation is None:
        return ""
    return f'<p class="interpretation">{_words(sheet, sheet.interpretation)}</p>'


def _notes(sheet: Sheet) -> str:
    """What is to be known of the references (DC-81, DC-82)."""
    if not sheet.notes:
        return ""
    rows = [[_words(sheet, note)] for note in sheet.notes]
    table = _table("notes", [_both(sheet, "notes")], rows)
    return f'<section class="records"><h2 class="front">{_both(sheet, "references")}</h2>{table}</section>'


def _table(name: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="{name}"><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>'


def _both(sheet: Sheet, key: str) -> str:
    return _words(sheet, _LABELS[key])


def _words(sheet: Sheet, words: Words) -> str:
    """In the languages of the sheet, each marked as what it is; one that is missing is left out."""
    return blank_form.words(sheet, words)


def _plain(words: Words, language: str, *, strict: bool = False) -> str:
    return words.get(language, "") if strict else words.told(language)
