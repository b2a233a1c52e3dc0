"""Chinese and English: which of the two a request gets, and every sentence of the pages in both.

Numbers, titles and names come from the site; what stands here is the interface (spec/glossary.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from flask import Flask, request

Language = Literal["zh", "en"]

TAGS: Final[Mapping[Language, str]] = MappingProxyType({"zh": "zh-CN", "en": "en"})
"""For `lang=` and Content-Language: fonts and screen readers go by it."""


class Text(NamedTuple):
    """One sentence in both languages; `{name}` is filled in."""

    zh: str
    en: str


def of_request() -> Language:
    """`?lang=` if it is one of ours, else what the browser asks for; Chinese when it does not say."""
    asked = chosen()
    if asked is not None:
        return asked
    if not request.accept_languages:
        return "zh"
    return "zh" if request.accept_languages.best_match(["zh", "en"], default="en") == "zh" else "en"


def chosen() -> Language | None:
    """What the address says, so that links can go on saying it."""
    asked = request.args.get("lang")
    if asked == "zh":
        return "zh"
    return "en" if asked == "en" else None


def say(key: str, **values: object) -> str:
    """The sentence of this key in the language of the request. Raises KeyError if it is not there."""
    text = TEXTS[key]
    return (text.zh if of_request() == "zh" else text.en).format(**values)


def install(app: Flask) -> None:
    """Give all templates `say`, the language, and the link to the same page in the other one."""

    @app.context_processor
    def _for_templates() -> dict[str, Any]:
        language = of_request()
        other: Language = "en" if language == "zh" else "zh"
        return {
            "say": say,
            "language": language,
            "lang_tag": TAGS[language],
            "chosen": chosen(),
            "other": {
                "tag": TAGS[other],
                "name": "English" if other == "en" else "中文",
                "href": _query(other),
            },
        }


def _query(other: Language) -> str:
    """Relative to the page itself; of what was asked only the page number is worth keeping."""
    page = request.args.get("page", "")
    kept = {"page": page} if page.isascii() and page.isdigit() and len(page) < 10 else {}
    return "?" + urlencode(kept | {"lang": other})


TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "documents": Text("受控文件", "Controlled documents"),
        # The page behind a QR code. A verdict's word stands on the page of that verdict only.
        "scan.current": Text("可以使用这份副本。", "You may use this copy."),
        "scan.not-yet-effective": Text(
            "自 {effective} 起实施，在此之前请勿使用。",
            "It takes effect on {effective}. Do not use it before that day.",
        ),
        "scan.superseded": Text(
            "新的修订已代替它（被替代）。停止使用，并将这份副本交回文控。",
            "A later revision has taken its place. Stop using it and hand it back to document control.",
        ),
        "scan.recalled": Text(
            "这份副本已登记回收。停止使用，并将它交回文控。",
            "This copy was called back. Stop using it and hand it back to document control.",
        ),
        "scan.withdrawn": Text(
            "该文件已撤销，不再适用。停止使用，并将这份副本交回文控。",
            "The document no longer governs anything. Stop using it and hand it back to document control.",
        ),
        "scan.void": Text(
            "这个发放编号已失效：副本登记为丢失。找到后将它交回文控。",
            "The copy was declared lost, and its number is dead. If you have found it, hand it back to "
            "document control.",
        ),
        "scan.unknown": Text(
            "登记中没有这个编号。它可能抄错、不是本单位发放，或是伪造。请勿据此工作，并向文控核实。",
            "Nobody here issued a copy with this number. It may be mistyped, from elsewhere, or forged. "
            "Do not work by it; ask document control.",
        ),
        "document": Text("文件编号", "Document number"),
        "title": Text("文件名称", "Title"),
        "revision": Text("修订状态", "Revision"),
        "copy": Text("发放编号", "Copy number"),
        "holder": Text("持有人", "Holder"),
        "effective": Text("实施日期", "Effective date"),
        "status": Text("文件状态", "Status"),
        "instead": Text("应使用的修订", "Revision to use"),
        "replaced-by": Text("补发的副本", "Replaced by copy"),
        "as-of": Text("核对时间 {time}（{zone}）", "As of {time} ({zone})"),
        # The start page.
        "start.lead": Text(
            "本系统管理受控文件：编号、审批、发布、发放与回收，以及按文件执行的记录。",
            "This site keeps controlled documents: numbered, approved, issued, handed out as numbered copies "
            "and called back, with the records made under them.",
        ),
        "start.check": Text("核对纸质副本", "Check a paper copy"),
        "start.check.hint": Text(
            "输入发放编号（如 LX-CX-2019-001#001）或二维码下的代码。",
            "Type the copy number (such as LX-CX-2019-001#001) or the code under the QR.",
        ),
        "start.check.button": Text("核对", "Check"),
        "start.figures": Text("现状", "Where things stand"),
        "start.in-force": Text("现行有效的文件", "documents in force"),
        "start.in-review": Text("审核中", "in review"),
        "start.copies-out": Text("发放在外的副本", "copies out"),
        "start.copies-recalled": Text("应收回未交回", "recalled, not returned"),
        "start.records-open": Text("未封存的记录", "records open"),
        "start.list": Text("文件目录", "Master list"),
        "start.empty": Text("还没有发布任何文件。", "No document has been issued yet."),
        "start.empty.next": Text(
            "下一步：登记第一份文件，送审、签名并发布。也可以用示例文件库建立另一个站点：",
            "Next: register a first document, submit it, have it signed, issue it. Or make another site with "
            "the starter library:",
        ),
        "start.pages": Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
        "start.previous": Text("上一页", "Previous"),
        "start.following": Text("下一页", "Next"),
        "start.next": Text("接下来", "Where to go next"),
        "start.next.lead": Text(
            "起草、签名、发放和填写记录都在命令行完成：",
            "Drafting, signing, handing out copies and filling in records are done on the command line:",
        ),
        "start.next.list": Text("全部文件及其状态", "all documents and their status"),
        "start.next.copies": Text("尚在外的副本", "the copies that are still out"),
        "start.next.help": Text("全部命令", "all commands"),
        # Errors. They tell what the reader can do, and nothing of what is behind the page.
        "error.400": Text("请求有误", "This request cannot be read"),
        "error.400.next": Text(
            "请检查地址，或从首页重新开始。", "Check the address, or begin again at the start page."
        ),
        "error.404": Text("没有这个页面", "There is no such page"),
        "error.404.next": Text(
            "请检查地址，或从首页重新开始。", "Check the address, or begin again at the start page."
        ),
        "error.405": Text("这里只能查看", "This page can only be read"),
        "error.405.next": Text("请从首页重新开始。", "Begin again at the start page."),
        "error.500": Text("系统出错", "Something went wrong here"),
        "error.500.next": Text(
            "没有任何内容被更改。请再试一次；仍然出错时，请将编号 {error_id} 告知管理员。",
            "Nothing was changed. Try again; if it goes on, tell your administrator the number {error_id}.",
        ),
        "error.503": Text("暂时无法访问", "Not available at the moment"),
        "error.503.next": Text(
            "请稍后再试；仍然如此时，请将编号 {error_id} 告知管理员。",
            "Try again in a moment; if it goes on, tell your administrator the number {error_id}.",
        ),
        "home": Text("首页", "Start page"),
    }
)
