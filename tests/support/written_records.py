"""Records for tests: documents in force to open them from, and the short way through each of their steps."""

from __future__ import annotations

from typing import Any

from docctl.models.records import Record
from docctl.queries.records.listing import record_list
from docctl.queries.records.reading import record_show
from docctl.rules.roles import Role
from docctl.standing import find
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.people import accounts as people
from docctl.usecases.records import opening, recording, sealing
from tests.support.sites import PASSWORD, World, issue, procedure, template

REPORTED = "2026-03-02 09:00"
FIRST = "LX-R-101-2026-0001"

ROUNDS = """---
number: LX-CX-2019-102
title: {zh: 巡检程序, en: Rounds}
level: procedure
department: administration
records: [LX-R-101, LX-R-102, LX-R-103]
limits:
  hand-over: {within: 1, unit: day, calendar: working, clause: "4.1"}
  visit: {by: distance, cases: [{when: "<= 300", within: 24}, {when: "> 300", within: 48}], unit: hour, clause: "4.2"}
  report: {fixed: {day: 5, of: next_month}, clause: "4.3"}
---
# 1 目的

规定巡检。
"""

# Everything that the small template of tests.support.sites has not: signatures, somebody outside, evidence,
# a gate before a step, choices, figures, fields that depend on each other, and a record that starts another.
ROUND = """number: LX-R-102
title: {zh: 巡检记录, en: Round}
level: form
department: sales
governed_by: {document: LX-CX-2019-102}
keeper: quality
retention: {years: null}
verify: other-department
schema:
  type: object
  required: [day, distance, handed_over, opinion]
  dependentRequired: {result: [remark]}
  properties:
    day: {type: string, format: date, not_future: true}
    distance: {type: integer, minimum: 1, maximum: 900, unit: km}
    result: {type: string, enum: [pass, fail]}
    remark: {type: string, maxLength: 20}
    agreed_day: {type: string, format: date}
    excuse: {type: string}
    parts: {type: array, items: {type: string}}
    handed_over: {type: string, format: signature}
    opinion: {type: string}
    customer: {type: string, format: signature}
    scan: {type: string, format: file}
    satisfied: {type: boolean}
steps:
  - {name: visit, role: [sales, production], fields: [day, distance, result, remark, agreed_day, excuse, parts]}
  - {name: hand-over, role: technical, fields: [handed_over]}
  - {name: confirm, by: customer, fields: [opinion, customer, scan, satisfied], evidence: scan}
clocks:
  - {name: handed, from: day, to: handed_over, limit: hand-over, agreed: agreed_day, excuse: excuse}
  - {name: visited, from: day, to: day, limit: visit}
  - {name: reported, from: day, to: handed_over, limit: report}
gates:
  - {before: hand-over, needs: "result == 'pass'", clause: "4.1"}
  - {before: verify, needs: "size(opinion) > 3"}
starts:
  - {when: "satisfied == false", template: LX-R-102, link: again}
"""


def forms_in_force(world: World) -> str:
    """The small procedure and its template, issued; the template's number."""
    issue(world, procedure())
    return issue(world, template())


def rounds_in_force(world: World, form: str = ROUND) -> str:
    """The larger ones; the template's number."""
    issue(world, rounds())
    return issue(world, round_form(form))


def rounds(text: str = ROUNDS) -> Material:
    return of_procedure(read_procedure(text.encode(), {}, {}))


def round_form(text: str = ROUND) -> Material:
    return of_template(read_template(text.encode()))


def another_of_the_post(world: World) -> str:
    """A second person of the technical department, who signs what staff2 wrote down; their login."""
    admin, login = world.as_("admin"), "staff3"
    post, roles = "technical", [Role.STAFF]
    people.add_user(
        admin, login, name="员工郑", department=post, roles=roles, password=PASSWORD, lasting=True
    )
    return login


def fill(world: World, login: str, number: str, **values: str) -> Record:
    return recording.fill_record(world.as_(login), number, values)


def sign(world: World, login: str, number: str) -> Record:
    return recording.sign_record(world.as_(login), number)


def reported(world: World, number: str = "LX-R-101") -> str:
    """A record whose first step is filled and signed by sales; its number."""
    record = opening.open_record(world.as_("staff"), number).number
    fill(world, "staff", record, reported_at=REPORTED, customer="某厂")
    sign(world, "staff", record)
    return record


def completed(world: World, *, answered_at: str = "2026-03-02 10:00", satisfied: str = "true") -> str:
    """A record that both steps have signed, and that is complete; its number."""
    record = reported(world)
    fill(world, "staff2", record, answered_at=answered_at, satisfied=satisfied)
    sign(world, "staff2", record)
    sealing.complete_record(world.as_("staff2"), record)
    return record


def show(world: World, number: str, login: str = "controller") -> dict[str, Any]:
    """The record as a person sees it now, whatever they have read before."""
    _afresh(world, login)
    return record_show(world.as_(login), number)


def listed(world: World, login: str = "controller") -> list[dict[str, Any]]:
    _afresh(world, login)
    return record_list(world.as_(login))


def row_of(world: World, number: str) -> Record:
    _afresh(world, "controller")
    return find.record(world.as_("controller").session, number)


def _afresh(world: World, login: str) -> None:
    session = world.as_(login).session
    session.rollback()
    session.expunge_all()
