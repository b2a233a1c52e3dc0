"""Several accounts at once: a table that is typed, or pasted from a spreadsheet and looked at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.people.accounts import may_add
from docctl.rules.actions import Action
from docctl.rules.duties import DUTIES, duty_named, roles_of
from docctl.rules.people import ONE_TIME_FOR
from docctl.usecases.people import several as usecase
from docctl.usecases.people.several import NewUser
from docctl.web.kit import again, here, language, words
from docctl.web.people.accounts import bp as bp
from docctl.web.people.passwords import one_time

FIELDS: Final = ("name", "login", "department", "duty", "also")
ROWS: Final = 3
"""Rows that an empty table has."""
MOST_ROWS: Final = 200

Row = Mapping[str, str]


@bp.get("/people/add-several")
def add_several_form() -> ResponseReturnValue:
    """An empty table; or what was typed, if it comes back."""
    may_add(here.reading())
    return _page(_typed())


@bp.post("/people/add-several")
@again.shown_again
def add_several() -> ResponseReturnValue:
    """Put what was pasted into the table, to be looked at; or make its accounts, and show their passwords."""
    rows = _typed()
    if pasted := request.form.get("pasted", "").strip():
        may_add(here.reading())
        return _page([*filter(_is_filled, rows), *_read(pasted)][:MOST_ROWS])
    ctx = here.writing(Action.USER_ADD)
    wanted = [
        NewUser(
            row=n,
            login=row["login"],
            name=row["name"],
            department=row["department"],
            roles=tuple(role.value for role in roles_of((row["duty"], row["also"]))),
            password=one_time(ctx, row["login"]),
        )
        for n, row in enumerate(rows, 1)
        if _is_filled(row)
    ]
    made = usecase.add_users(ctx, wanted)
    given = {one.login: one.password for one in wanted}
    return render_template("people/people_secrets.html", made=made, given=given, days=ONE_TIME_FOR.days)


def _page(rows: Iterable[Row]) -> str:
    shown = [*rows]
    empty = dict.fromkeys(FIELDS, "")
    shown += [empty] * (ROWS - len(shown))
    duties = [(key, language.word(duty)) for key, duty in DUTIES.items()]
    return render_template("people/people_add.html", rows=shown, duties=duties)


def _typed() -> list[Row]:
    """The rows of the form, as they stand there: their numbers stay those of the refusal."""
    found: list[Row] = []
    for n in range(1, MOST_ROWS + 1):
        if f"name-{n}" not in request.form:
            break
        found.append({field: request.form.get(f"{field}-{n}", "").strip() for field in FIELDS})
    return found


def _is_filled(row: Row) -> bool:
    return bool(row["name"] or row["login"])


def _read(pasted: str) -> list[Row]:
    """Lines of a spreadsheet: name, login, department, and one or two things that somebody does."""
    known = _departments()
    lines = [[cell.strip() for cell in line.split("\t")] for line in pasted.splitlines() if line.strip()]
    return [_row([*cells, "", "", "", "", ""], known) for cells in lines]


def _row(cells: list[str], known: Mapping[str, str]) -> Row:
    name, login, department, duty, also = cells[:5]
    return {
        "name": name,
        "login": login.lower(),
        "department": known.get(department.casefold(), ""),
        "duty": duty_named(duty) or "",
        "also": duty_named(also) or "",
    }


def _departments() -> dict[str, str]:
    """The key of each department by all that it is called."""
    found: dict[str, str] = {}
    for key, said in words.departments().items():
        found |= {name.casefold(): key for name in (key, *said.values()) if name}
    return found
