"""What the head of a document says is shown wherever the document is; a field of it is one row of a table.

The last test runs the others with a row more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.queries.documents.redline import revision_diff
from docctl.queries.ledger.trace import trace
from docctl.render import printed
from docctl.rules.documents import head, takeovers
from docctl.rules.documents.externals import ONLY_THERE
from docctl.rules.documents.head import HeadField
from docctl.standing import find
from docctl.standing import sheet as standing
from docctl.standing.body import body_of
from docctl.standing.document import readable
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import drafting
from tests.support import one_field_more
from tests.support.lists import rows_in
from tests.support.pages import reader, text_of
from tests.support.sites import PROCEDURE, TEMPLATE, World, issue
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
FORM = "LX-R-101"
ROOT = Path(__file__).parents[2]
each_field = pytest.mark.parametrize(
    "field",
    [field for field in head.FIELDS if not field.apart and field.key not in (*ONLY_THERE, *takeovers.KEYS)],
    ids=lambda field: field.key,
)
each_language = pytest.mark.parametrize("language", ["zh", "en"])


def saying(field: HeadField, *, later: bool = False, form: bool = False) -> Material:
    """A small document whose head says something in this field."""
    line = f"department: {'sales' if form else 'administration'}\n"
    more = line + f"{field.key}: {json.dumps(value(field, later=later), ensure_ascii=False)}\n"
    if form:
        text = TEMPLATE.format(number=FORM, procedure=NUMBER).replace(line, more)
        return of_template(read_template(text.encode()))
    text = PROCEDURE.format(number=NUMBER, title="质量反馈程序", title_en="Feedback", hours=24, extra="")
    return of_procedure(read_procedure(text.replace(line, more).encode(), {}, {}))


def value(field: HeadField, *, later: bool = False) -> Any:
    keys = ["quality"] if later else ["sales", "technical"]
    said = keys if field.of_departments else [f"生产<{'二' if later else '一'}>"]
    return said if field.schema["type"] == "array" else said[0]


def told(field: HeadField, language: str, *, later: bool = False) -> str:
    names = {
        "zh": ("质量部", "销售部、技术部"),
        "en": ("Quality", "Sales, Technical"),
    }
    return names[language][not later] if field.of_departments else f"生产<{'二' if later else '一'}>"


@each_field
@each_language
def test_a_reader_is_told_what_the_head_says(sqlite_world: World, field: HeadField, language: str) -> None:
    issue(sqlite_world, saying(field))
    page = text_of(reader(sqlite_world, "staff", language).get(f"/documents/{NUMBER}").text)
    assert f"{field.words[language]} {told(field, language)}" in " ".join(page.split())


@each_field
@each_language
def test_it_stands_in_the_workbook_of_the_master_list_and_on_the_terminal(
    sqlite_world: World, field: HeadField, language: str
) -> None:
    issue(sqlite_world, saying(field))
    book = reader(sqlite_world, "staff", language).get("/documents", **{"as": "xlsx"})
    headings, line, *_ = rows_in(book.data)
    assert field.words[language] in headings
    assert told(field, language) in line
    said = ["--site", str(sqlite_world.site.path), "--as", "staff", "--lang", language, "document", "list"]
    terminal = run(*said, clock=sqlite_world.clock).out
    assert field.words[language] in terminal
    # A department stands there by its key, as in all lists of the terminal: it is what one types.
    assert (", ".join(value(field)) if field.of_departments else told(field, language)) in terminal.replace(
        "、", ", "
    )


@each_field
def test_programs_and_the_trace_of_the_document_are_told(sqlite_world: World, field: HeadField) -> None:
    issue(sqlite_world, saying(field))
    asked = ["--site", str(sqlite_world.site.path), "--as", "auditor", "--json"]
    shown = json.loads(run(*asked, "document", "show", NUMBER, clock=sqlite_world.clock).out)
    expected = list(field.read({field.key: value(field)}))
    assert shown["head"][field.key] == expected
    [revision] = trace(sqlite_world.as_("auditor"), NUMBER)["revisions"]
    assert list(revision["head"][field.key]) == expected


@each_field
def test_the_print_has_it_on_its_cover_in_both_languages(sqlite_world: World, field: HeadField) -> None:
    issue(sqlite_world, saying(field))
    paper = unescape(_print_of(sqlite_world, NUMBER))
    cover = paper.partition('class="cover"')[2].partition("</section>")[0]
    assert field.words["zh"] in cover
    assert told(field, "zh") in cover


@each_field
def test_paper_and_page_say_what_the_file_says_of_a_revision_drafted_before_rows_had_it(
    sqlite_world: World, field: HeadField, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = drafting._fill

    def as_before(act: Any, document: Any, draft: Any, *more: Any, **named: Any) -> None:
        fill(act, document, draft, *more, **named)
        draft.head = {}

    monkeypatch.setattr(drafting, "_fill", as_before)
    issue(sqlite_world, saying(field, later=True))
    assert told(field, "zh", later=True) in unescape(_print_of(sqlite_world, NUMBER))
    page = text_of(reader(sqlite_world, "staff", "zh").get(f"/documents/{NUMBER}").text)
    assert f"{field.words['zh']} {told(field, 'zh', later=True)}" in " ".join(page.split())


@each_field
def test_a_form_has_it_at_its_foot(sqlite_world: World, field: HeadField) -> None:
    if not field.in_forms:
        with pytest.raises(Invalid, match="not known here"):
            saying(field, form=True)
        return
    issue(sqlite_world, saying(field))
    issue(sqlite_world, saying(field, form=True))
    foot = unescape(_print_of(sqlite_world, FORM)).rpartition('class="form-foot"')[0]
    assert f"{field.words['zh']}" in foot
    assert told(field, "zh") in foot


@each_field
def test_a_redline_shows_what_it_said_and_says(sqlite_world: World, field: HeadField) -> None:
    issue(sqlite_world, saying(field))
    issue(sqlite_world, saying(field, later=True), save=True)
    compared = revision_diff(sqlite_world.as_("staff"), NUMBER, "A/0", "A/1")
    assert compared["changes"] > 0
    assert field.words["zh"] in compared["html"]
    assert "<ins>" in compared["html"]


@pytest.mark.regulation("AU-08")
@each_field
def test_the_heads_of_two_languages_that_differ_are_refused(field: HeadField) -> None:
    both = [saying(field), saying(field, later=True)]
    main, other = (each.files[each.main] for each in both)
    with pytest.raises(Invalid) as refused:
        read_procedure(main, {"en": other}, {})
    assert set(refused.value.problems) == {f"en: {field.key}"}


@pytest.mark.parametrize(
    "field", [f for f in head.FIELDS if f.of_departments and not f.apart], ids=lambda field: field.key
)
def test_a_department_that_nobody_knows_is_refused_before_anybody_is_asked_to_sign(
    world: World, field: HeadField
) -> None:
    text = saying(field).content.main.raw.decode().replace("technical", "tecnical")  # type: ignore[union-attr]
    drafting.register_document(
        world.as_("author"), lambda: of_procedure(read_procedure(text.encode(), {}, {}))
    )
    with pytest.raises(Invalid) as refused:
        drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    assert str(refused.value.problems[field.key]).startswith("'tecnical' is none of ")


@pytest.mark.long
def test_a_field_more_is_a_row_and_no_code(tmp_path: Path) -> None:
    if any(field.key == "process" for field in head.FIELDS):
        pytest.skip("this is the run with a row more")
    one_field_more.plant(tmp_path)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
    tests = [
        f"{__file__}",
        "-k",
        "process",
        "-q",
        "-p",
        "no:xdist",
        "-o",
        "pythonpath=",
        "-o",
        "addopts=--import-mode=importlib",
    ]
    whole = [sys.executable, "-P", "-m", "pytest", *tests, "--rootdir", str(ROOT)]
    made = subprocess.run(whole, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout[-3000:]
    assert "10 passed" in made.stdout


def _print_of(world: World, number: str) -> str:
    """The HTML of a print: the sheet as it is laid out."""
    ctx = world.as_("controller")
    document = find.document(ctx.session, number)
    read = readable(ctx, document, find.newest_revision(ctx.session, document))
    body = body_of(read.content(), document.file_name)
    days = {"issued": ctx.today(), "effective": ctx.today()}
    return printed.to_html(standing.sheet_of(ctx.site, ctx.session, document, read.revision, body, **days))
