"""Requests that are refused, of all nouns: states, rights, bad content, unknown numbers, bad days, bad texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html import unescape

from werkzeug.test import TestResponse

from docctl.store.material import Material
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.records import opening, sealing
from tests.support.pages import Reader, hidden_fields, reader
from tests.support.sites import PASSWORD, World, issue, procedure, template
from tests.support.written_records import completed, forms_in_force, reported

ISSUED, FORM, COMING = "LX-CX-2019-101", "LX-R-101", "LX-CX-2019-106"
DRAFT, IN_REVIEW, APPROVED, GONE = "LX-CX-2019-102", "LX-CX-2019-103", "LX-CX-2019-104", "LX-CX-2019-105"
DOCUMENTS = (ISSUED, FORM, COMING, DRAFT, IN_REVIEW, APPROVED, GONE, "LX-NONE-1")
LOGINS = ("staff", "controller")
ME = {"password": PASSWORD}


@dataclass(frozen=True)
class Request:
    """One request of somebody. Without fields it asks for a page."""

    login: str
    address: str
    fields: dict[str, str | list[str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """Two requests of one key are one."""
        return (self.login, self.address, *map(repr, sorted(self.fields.items())))


@dataclass(frozen=True)
class Refused:
    """What one was told."""

    request: Request
    status: int
    sentences: tuple[str, ...]


def furnished(world: World) -> tuple[list[str], list[str]]:
    """Documents, copies and records in every state; the numbers of the copies and of the records."""
    forms_in_force(world)
    for material in map(procedure, (DRAFT, IN_REVIEW, APPROVED)):
        drafting.register_document(world.as_("author"), partial(_given, material))
    for number in (IN_REVIEW, APPROVED):
        drafting.submit_revision(world.as_("author"), number, reason="首次发布")
    approving.sign_revision(world.as_("rep"), APPROVED)
    issue(world, procedure(GONE))
    issuing.withdraw_document(world.as_("controller"), GONE, reason="不再适用")
    issue(world, procedure(COMING), effective=date(2030, 1, 1))
    return _copies(world), _records(world)


def _given(material: Material) -> Material:
    return material


def _copies(world: World) -> list[str]:
    controller = world.as_("controller")
    holders = ["staff", "sales", "technical", "quality", "finance", "administration"]
    made = [copy.number for copy in handing.issue_copies(controller, ISSUED, holders=holders)]
    handing.acknowledge_copy(world.as_("staff"), made[0])
    handing.recall_copy(controller, made[1], reason="回收")
    handing.return_copy(controller, made[2])
    disposing.lose_copy(controller, made[3], reason="丢失", responsible="staff", consequence="1")
    return [*made, f"{ISSUED}#099", "nonsense"]


def _records(world: World) -> list[str]:
    opened = opening.open_record(world.as_("staff"), FORM).number
    begun = reported(world)
    done, verified, closed, void = (completed(world) for _ in range(4))
    for number in (verified, closed):
        sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), closed)
    sealing.void_record(world.as_("controller"), void, reason="重复")
    return [opened, begun, done, verified, closed, void, f"{FORM}-2026-0999"]


def requests(copies: list[str], records: list[str]) -> Iterator[Request]:
    """Far more than are refused; which are is the matter of the rules."""
    for login in LOGINS:
        yield from (Request(login, address) for address in _pages(copies, records))
    for address, fields in _forms(copies, records):
        yield Request(_who(address), address, {**fields, **ME})


def _who(address: str) -> str:
    """Somebody who may do this, so that it is refused for what was sent and not for who sent it."""
    ends = {"register": "author", "save": "author", "submit": "author", "sign": "rep", "reject": "rep"}
    ends |= {"fill": "staff", "send-back": "verifier", "open": "staff"}
    if address.startswith(("/people", "/password")):
        return "admin"
    return ends.get(address.rpartition("/")[2], "controller")


def _pages(copies: list[str], records: list[str]) -> Iterator[str]:
    for number in DOCUMENTS:
        for act in ("cancel", "draft/discard", "draft/save", "issue", "reject", "retract", "sign", "submit"):
            yield f"/documents/{number}/{act}"
        yield from (f"/documents/{number}/{page}" for page in ("withdraw", "trail", "redline", "use"))
        yield f"/documents/{number}/revisions/B/9"
        yield f"/documents/{number}?on=2020-01-01"
    for number in (quoted(copy) for copy in copies):
        for act in ("acknowledge", "recall", "return", "keep", "destroy", "replace", "lose", "print"):
            yield f"/copies/{number}/{act}"
    for number in records:
        for act in ("fill", "sign", "complete", "verify", "send-back", "close", "void", "correct"):
            yield f"/records/{number}/{act}"
    yield from ("/copies?on=abc", "/documents?on=2026-13-01", "/records?from=abc", "/ledger/99999")
    yield from (
        "/trace?number=ZZZ",
        "/trace/ZZZ",
        "/people",
        "/people/nobody",
        "/people/admin/lock",
        "/ledger",
    )
    yield from ("/copies/print?copy=x", "/copies/reconcile?number=ZZZ", "/ledger/check", "/search?q=")


def _forms(copies: list[str], records: list[str]) -> Iterator[tuple[str, dict[str, str | list[str]]]]:
    for number in DOCUMENTS[:-1]:
        for effective in ("2020-01-01", "abc"):
            yield f"/documents/{number}/issue", {"effective": effective}
        yield f"/documents/{number}/submit", {"reason": ""}
        yield f"/documents/{number}/reject", {"reason": ""}
        yield f"/documents/{number}/cancel", {"reason": ""}
        yield f"/documents/{number}/withdraw", {"reason": ""}
        yield f"/documents/{number}/sign", {"content": "0" * 64}
    for number in (quoted(copy) for copy in copies[:-1]):
        for act in ("recall", "lose", "keep", "replace"):
            yield f"/copies/{number}/{act}", {"reason": ""}
        yield (
            f"/copies/{number}/destroy",
            {"approved_by": "nobody", "witness_1": "staff", "witness_2": "staff"},
        )
    for number in records[:-1]:
        yield (
            f"/records/{number}/fill",
            {"v.reported_at": "morgen", "v.customer": "x" * 10001, "then": "stay"},
        )
        yield f"/records/{number}/send-back", {"reason": "", "step": "nothing"}
        yield f"/records/{number}/void", {"reason": ""}
    yield "/copies/issue", {"number": ISSUED, "holder": ["kitchen"]}
    yield "/copies/issue", {"number": ISSUED}
    yield "/records/open", {"template": "LX-CX-2019-101"}
    yield "/records/open", {"template": "LX-NONE-1"}
    yield "/people/add", {"login": "Ä b", "name": "", "department": "kitchen", "role": ["king"]}
    yield "/people/staff/change-roles", {"held": ["staff"], "role": ["staff"]}
    yield "/people/nobody/lock", {"reason": "x"}
    yield "/people/staff/lock", {"reason": ""}
    yield "/password", {"new_password": "short", "repeated": "short"}
    for text in BAD_TEXTS:
        yield "/documents/register", {"text": text}
        yield f"/documents/{DRAFT}/draft/save", {"text": text, "revision": "Z-1"}


_HEAD = "---\nnumber: {number}\ntitle: {{zh: 甲, en: A}}\nlevel: {level}\ndepartment: {department}\n{more}---\n# 1 目的\n\n正文。\n"


def _head(
    number: str = "LX-CX-2019-109", level: str = "procedure", department: str = "sales", more: str = ""
) -> str:
    return _HEAD.format(number=number, level=level, department=department, more=more)


BAD_TEXTS = (
    "",
    "# no head",
    _head(number=""),
    _head(number="SOP-1"),
    _head(number=ISSUED),
    _head(level="poem"),
    _head(department="品质部"),
    _head(more="title: again\n"),
    _head(more="colour: red\n"),
    _head(more="records: [a, b\n"),
    _head(more="limits: {a: {within: x}}\n"),
    _head(more="limits: {a: {fixed: {day: 40, of: never}}}\n"),
    _head(more="a: &x 1\n"),
    _head() + "\n![x](flow.png)\n",
    _head() + "\n{limit:lost}\n",
    _head() + "\n一\u200b二\n",
    _head() + "\n" + "> " * 60 + "x\n",
    "number: LX-R-109\n",
    template("LX-R-109").files["templates/LX-R-109.yaml"].decode().replace("role: technical", "role: []"),
    template("LX-R-109")
    .files["templates/LX-R-109.yaml"]
    .decode()
    .replace("from: reported_at", "from: nothing"),
    template("LX-R-109")
    .files["templates/LX-R-109.yaml"]
    .decode()
    .replace("satisfied == true", "satisfied ="),
    template("LX-R-109")
    .files["templates/LX-R-109.yaml"]
    .decode()
    .replace("format: date-time", "format: hour"),
)


def quoted(number: str) -> str:
    """A copy's number in an address."""
    return number.replace("#", "%23")


def refused(world: World, language: str, wanted: list[Request]) -> list[Refused]:
    """Those of the requests that are turned away, with what was said."""
    people: dict[str, tuple[Reader, str]] = {}
    found: dict[tuple[str, ...], Refused] = {}
    for asked in wanted:
        if asked.login not in people:
            person = reader(world, asked.login, language)
            people[asked.login] = person, hidden_fields(person.get("/password").text)["csrf_token"]
        answer = _sent(*people[asked.login], asked)
        if 400 <= answer.status_code < 500:
            told = Refused(asked, answer.status_code, tuple(sentences(answer.text)))
            found.setdefault(asked.key, told)
    return list(found.values())


def _sent(person: Reader, token: str, asked: Request) -> TestResponse:
    if not asked.fields:
        return person.client.get(asked.address, headers=person.headers, buffered=True)
    return person.post(asked.address, csrf_token=token, **asked.fields)


_TEXTS = re.compile(r"(?s)<(pre|textarea|details)\b.*?</\1>")
"""What somebody wrote, shown beside a refusal."""
_TOLD = re.compile(
    r'(?s)<p class="lead">(.*?)</p>|<section class="alert.*?>(.*?)</section>'
    r'|<(?:div|p) class="problem"[^>]*>(.*?)</(?:div|p)>|<p class="alert[^>]*>(.*?)</p>'
)


def sentences(page: str) -> Iterator[str]:
    """What a refused page says of the refusal: its sentence, the summary, problems at their boxes."""
    for found in _TOLD.finditer(_TEXTS.sub("", page)):
        inside = next(part for part in found.groups() if part is not None)
        for piece in re.split(r"</li>|</h2>", inside):
            said = " ".join(unescape(re.sub(r"<[^>]*>", " ", piece)).split())
            if said:
                yield said
