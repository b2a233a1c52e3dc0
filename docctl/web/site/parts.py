"""What a form says of one part of a company, as that part of a site.yaml. Knows no act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from flask import request

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import company
from docctl.rules.documents.approval import BY_AUTHOR, Meaning, Step, chain_to_data
from docctl.rules.records.calendars import DEFAULT_HOURS, WEEKDAYS
from docctl.web.kit import forms

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """`read` makes of the form, and of what stood before, what is to stand.

    `offers`: what else there is to choose from. `confirmed`: it says who signs, so it needs the password.
    """

    read: Callable[[Said], Said]
    confirmed: bool = False
    offers: Callable[[Said], Any] = lambda said: ()


def _organisation(_: Said) -> Said:
    return {"organisation": forms.text(request.form, "organisation")}


def _address(_: Said) -> Said:
    typed = forms.text(request.form, "public_address")
    if not typed:
        raise Invalid({"public_address": Message("write the address that phones are to open")})
    return {"public_address": typed}


def _departments(said: Said) -> Said:
    chosen, typed = request.form.getlist("department"), forms.text(request.form, "typed")
    wanted = company.departments_of(chosen, typed, said["departments"])
    return {"departments": wanted, **company.without_missing(said, wanted)}


def _usual_departments(said: Said) -> Said:
    """The usual ones that are not there, by key."""
    there = {each["key"] for each in said["departments"]}
    return {key: title for key, title in company.USUAL.items() if key not in there}


def _numbers(said: Said) -> Said:
    typed = {level: forms.text(request.form, level) for level in company.NUMBERS}
    return {"schemes": company.schemes_of(typed, said["schemes"])}


def _chains(said: Said) -> Said:
    """A chain of up to three stations for each level; one that is longer stays as it is."""
    return {"chains": {level: _chain(level) or steps for level, steps in said["chains"].items()}}


def _chain(level: str) -> list[dict[str, Any]] | None:
    review, approve = (request.form.get(f"{what}-{level}", "") for what in ("review", "approve"))
    if not approve:
        return None
    steps = [BY_AUTHOR]
    if review:
        steps.append(Step(Meaning.REVIEW, (review,)))
    return chain_to_data((*steps, Step(Meaning.APPROVE, (approve,))))


def _calendar(said: Said) -> Said:
    spans = [span.strip() for span in forms.text(request.form, "hours").replace("，", ",").split(",")]
    worked = request.form.getlist("day")
    if not worked or not any(spans):
        raise Invalid({"hours": Message("say on which days and in which hours you work")})
    before = _hours(said)
    usual = next(iter(before.values()), [])
    own = {day: of for day, of in before.items() if of != usual}  # such as a short Saturday: it stays
    calendar = {
        **said["calendars"].get("default", {}),
        "hours": {day: own.get(day, spans) for day in WEEKDAYS if day in worked},
        "holidays": _days("holidays"),
        "workdays": _days("workdays"),
    }
    return {"calendars": {**said["calendars"], "default": calendar}}


def _hours(said: Said) -> dict[str, list[str]]:
    """The hours of each day that is worked, Monday first."""
    hours = said["calendars"].get("default", {}).get("hours", DEFAULT_HOURS)
    return {day: [*hours[day]] for day in WEEKDAYS if hours.get(day)}


def _days(field: str) -> list[str]:
    """The days of a field, one in a line."""
    typed = forms.text(request.form, field).split()
    try:
        return [date.fromisoformat(day).isoformat() for day in typed]
    except ValueError:
        raise Invalid({field: Message("write each day like 2026-10-01, one in a line")}) from None


PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {
        "organisation": Part(_organisation),
        "address": Part(_address, confirmed=True),
        "departments": Part(_departments, offers=_usual_departments),
        "numbers": Part(_numbers),
        "chains": Part(_chains, confirmed=True),
        "calendar": Part(_calendar, offers=_hours),
    }
)
"""By the word in their address, in the order in which a company is set up."""
