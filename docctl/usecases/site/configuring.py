"""What a site decides about itself: read from a site.yaml, kept as controlled rows, changed by an act.

A change touches only the rows that differ. What is no longer listed is retired, not removed: documents go on
naming it. A calendar gets a new version, so that open records stay judged by theirs (PR-94).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from docctl.door import seconding as seconds
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, NotFound, Usage, WrongState
from docctl.errors.message import Message, Post
from docctl.models.base import Controlled, frozen
from docctl.models.configuration import (
    AccountRules,
    Administration,
    ApprovalChain,
    Department,
    DocumentRules,
    GoverningProcedure,
    NumberScheme,
    Organisation,
    PublicAddress,
    WorkCalendar,
)
from docctl.models.documents import Document
from docctl.models.people import Person
from docctl.rules import moving, seconding
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, cards, chains, control, numbering, revisions
from docctl.rules.public_address import public_address
from docctl.rules.records import calendars
from docctl.rules.words import Words
from docctl.standing import configuration as standing
from docctl.standing import facts, find, pinned
from docctl.store import source, tree

PARTS = ("departments", "schemes", "chains", "calendars")

R = TypeVar("R", bound=Controlled)


@retried(Action.SITE_CONFIGURE)
def configure_site(ctx: Context, configuration: bytes | Mapping[str, Any]) -> Organisation:
    """Make the site what this site.yaml says. Raises WrongState for a department that is still needed.

    A mapping holds some parts of one, as `decide` reads it: the others stay as they are at that moment.
    """
    ctx.permit(Action.SITE_CONFIGURE, Subject())
    parts = decide(configuration) if isinstance(configuration, bytes) else dict(configuration)
    with ctx.act(Action.SITE_CONFIGURE) as act:
        act.require(Subject())
        stands = standing.configuration(act.session)
        decided = parts if isinstance(configuration, bytes) else decide({**stands, **parts})
        organisation = find.organisation(act.session)
        if organisation.time_zone != decided["time_zone"]:
            raise WrongState(
                "the days of this site are those of {time_zone}; that cannot change any more",
                time_zone=organisation.time_zone,
            )
        _change(organisation, name=decided["organisation"])
        _check_departments(act, {d["key"] for d in decided["departments"]})
        _check_governing(act, decided["document_control"])
        before, wanted = seconds.rules(act.session), seconding.from_data(decided["accounts"])
        seconding.check_not_loosened(before, wanted, act.actor.roles)
        apply(act, decided)
        act.record(organisation)
        return organisation


def decide(configuration: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """A site.yaml, checked by the rules of each part. Raises Invalid with all that is wrong."""
    read = (
        tree.load_yaml(configuration) if isinstance(configuration, bytes) else standing.plain(configuration)
    )
    decided: dict[str, Any] = source.check_file("site", read)
    decided.setdefault("time_zone", "Asia/Shanghai")
    named = decided.get("document_control", "")
    decided["document_control"] = numbering.canonical(named) if named else ""
    decided.setdefault("administration", "")
    decided["public_address"] = _public_address(decided.get("public_address", ""))
    problems = {part: Message("is missing") for part in PARTS if part not in decided}
    if problems:
        raise Invalid(problems)
    for s in decided["schemes"]:
        numbering.Scheme(s["key"], s["level"], s["pattern"], s["example"], s.get("revision", ""))
    departments = [d["key"] for d in decided["departments"]]
    if decided["administration"] not in ("", *departments):
        raise Invalid({"administration": Message("is none of the departments")})
    for steps in decided["chains"].values():
        chains.checked_chain(approval.chain_from_data(steps), departments)
    for content in decided["calendars"].values():
        calendars.from_mapping(content)
    decided.setdefault("documents", {})
    decided.setdefault("accounts", {})
    if wrong := cards.configured(decided["documents"], departments, decided["chains"]):
        raise Invalid(wrong)
    return decided


def _public_address(said: str) -> str:
    """Raises Invalid for one that no phone could open; it is never taken away, only replaced."""
    try:
        return public_address(said)
    except Usage as wrong:
        raise Invalid({"public_address": wrong.said}) from None


def apply(act: Act, decided: Mapping[str, Any]) -> None:
    """Bring the rows of all parts to what was decided."""
    if decided["document_control"] != find.governing(act.session):
        act.add(GoverningProcedure(number=decided["document_control"]))
    if decided["administration"] != find.administration(act.session):
        act.add(Administration(department=decided["administration"]))
    if decided["public_address"] not in ("", find.public_address(act.session)):
        act.add(PublicAddress(address=decided["public_address"]))
    _departments(act, decided["departments"])
    _schemes(act, decided["schemes"])
    known = {row.level: row for row in act.session.scalars(select(ApprovalChain))}
    for level, steps in decided["chains"].items():
        _put(act, known.get(level), ApprovalChain(level=level), steps=frozen(steps))
    _calendars(act, decided["calendars"])
    newest = select(DocumentRules.content).order_by(DocumentRules.id.desc()).limit(1)
    if frozen(decided["documents"]) != (act.session.scalar(newest) or frozen({})):
        act.add(DocumentRules(content=decided["documents"]))
    newest = select(AccountRules.content).order_by(AccountRules.id.desc()).limit(1)
    if frozen(decided["accounts"]) != (act.session.scalar(newest) or frozen({})):
        act.add(AccountRules(content=decided["accounts"]))


def _departments(act: Act, wanted: Iterable[Mapping[str, Any]]) -> None:
    known = {row.key: row for row in act.session.scalars(select(Department))}
    for d in wanted:
        aliases = tuple(d.get("aliases", ()))
        _put(
            act,
            known.pop(d["key"], None),
            Department(key=d["key"]),
            title=Words(d["title"]),
            aliases=aliases,
            retired_at=None,
        )
    _retire(act, known.values())


def _schemes(act: Act, wanted: Iterable[Mapping[str, Any]]) -> None:
    known = {row.key: row for row in act.session.scalars(select(NumberScheme))}
    for s in wanted:
        cells = {name: s.get(name) for name in ("level", "pattern", "example", "revision")}
        _put(act, known.pop(s["key"], None), NumberScheme(key=s["key"]), **cells, retired_at=None)
    _retire(act, known.values())


def _calendars(act: Act, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    newest = {
        row.name: row for row in act.session.scalars(select(WorkCalendar).order_by(WorkCalendar.version))
    }
    for name, content in wanted.items():
        old = newest.get(name)
        if old is None or calendars.from_mapping(old.content) != calendars.from_mapping(content):
            act.add(WorkCalendar(name=name, version=old.version + 1 if old else 1, content=content))


def _check_departments(act: Act, wanted: set[str]) -> None:
    """A department with people in it, or with a document in force, cannot go. Raises WrongState."""
    used = set(act.session.scalars(select(Person.department).where(Person.active.in_([True]))))
    used |= set(act.session.scalars(select(Document.department).where(Document.withdrawn_day.is_(None))))
    missing = sorted(used - wanted)
    if missing:
        raise WrongState(
            "{departments} still has people or documents; move them before it is retired. People: {people}. "
            "Documents: {documents}.",
            departments=[Post(key) for key in missing],
            people=moving.PERSON,
            documents=moving.DOCUMENT,
        )


def _check_governing(act: Act, wanted: str) -> None:
    """What is newly named is in force and states the limits that bind docctl. Raises Invalid.

    A new site may name a procedure that is still to be written; its limits count once it is in force.
    """
    if wanted in ("", find.governing(act.session)):
        return
    try:
        document = find.document(act.session, wanted)
    except NotFound as missing:
        raise Invalid({"document_control": missing.said}) from None
    known = find.revisions(act.session, document.id)
    found = revisions.in_force(facts.revisions(known), act.today, document=facts.document(document))
    if found is None:
        why = Message("{number} is not in force; issue it first, then say this", number=document.number)
        raise Invalid({"document_control": why})
    revision = next(row for row in known if row.id == found.id)
    problems = control.problems(pinned.limits_of(act.turn.site, revision, revision.blob), document.number)
    if problems:
        raise Invalid(problems)


def _put(act: Act, old: R | None, new: R, **cells: Any) -> None:
    _change(new if old is None else old, **cells)
    if old is None:
        act.add(new)


def _change(row: Controlled, **cells: Any) -> None:
    """Set what differs, so that an untouched row stays out of the event."""
    for name, value in cells.items():
        if getattr(row, name, None) != value:
            setattr(row, name, value)


def _retire(act: Act, rows: Iterable[Department | NumberScheme]) -> None:
    for row in rows:
        _change(row, retired_at=row.retired_at or act.at)
