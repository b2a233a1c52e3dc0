"""Several accounts at once: a table that is typed, or pasted from a spreadsheet and looked at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from docctl.queries.incoming import departments_by_name, empty_table, rows_in
from docctl.queries.people.accounts import may_add
from docctl.rules import incoming
from docctl.rules.actions import Action
from docctl.rules.duties import DUTIES, roles_of
from docctl.rules.incoming_people import person
from docctl.rules.people import ONE_TIME_FOR
from docctl.usecases.people import several as usecase
from docctl.usecases.people.several import NewUser
from docctl.web.kit import again, export, here, language, telling
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
    if "pasted" in request.form:
        may_add(here.reading())
        typed = [*filter(_is_filled, rows)]
        return _page([*typed, *_read(_given(), len(typed) + 1)][:MOST_ROWS])
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


@bp.get("/people/add-several/table")
def several_table() -> Response:
    """The empty table, to be filled in."""
    may_add(here.reading())
    return export.saved(empty_table(here.reading(), incoming.PEOPLE, language.of_request()), export.TYPE)


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


def _read(rows: Iterable[incoming.Row], first: int) -> list[Row]:
    """Rows of a spreadsheet, from row `first` of the table on; what nobody knows here is named by row."""
    known = departments_by_name(here.reading())
    found: list[Row] = []
    for n, row in enumerate(rows, first):
        said, unknown = person(row, known)
        found.append(said)
        for field, why in unknown.items():
            named = incoming.of_row(n, None, why)
            g.setdefault("problems", {})[f"{field}-{n}"] = telling.told(named)
    return found


def _given() -> list[incoming.Row]:
    """What was pasted, or the table that was uploaded: both are read alike. Raises Invalid."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return rows_in(incoming.PEOPLE, file.read())
    keys = [column.key for column in incoming.PEOPLE.columns]
    lines = [line.split("\t") for line in request.form.get("pasted", "").splitlines() if line.strip()]
    return [
        incoming.Row(number=n, cells=dict(zip(keys, map(str.strip, line), strict=False)))
        for n, line in enumerate(lines, 1)
    ]
