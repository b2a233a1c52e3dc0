"""Loading the starter library: what is not there or not whole is said; what need not be there is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import docctl
from docctl.door import accounts
from docctl.errors import Invalid, NotFound
from docctl.queries.copies.register import copy_list
from docctl.queries.documents.master_list import document_list
from docctl.queries.people.accounts import user_list
from docctl.usecases.demonstration import starter
from docctl.usecases.site import founding


def test_a_starter_file_that_lacks_a_part_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "procedures").mkdir()
    (tmp_path / starter.FILE).write_text("people: []\n", "utf-8")
    with pytest.raises(Invalid, match="'documents'"):
        starter.read_starter(tmp_path)


def test_an_installation_without_the_library_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docctl, "__path__", [str(tmp_path / "docctl")])
    with pytest.raises(NotFound, match="starter library"):
        starter.library_folder()


def test_a_document_may_have_no_holders_and_accounts_are_locked_without_a_password(tmp_path: Path) -> None:
    library = starter.read_starter(starter.library_folder())
    without = [{name: value for name, value in library.documents[0].items() if name != "holders"}]
    founded = founding.init_site(tmp_path / "site", environ={})
    steps: list[tuple[int, int]] = []
    starter.load_starter(
        founded.site,
        replace(library, documents=without),
        system_user="tester",
        progress=lambda done, total, _: steps.append((done, total)),
    )
    ctx = accounts.reader(founded.site, "admin")
    assert [line["status"] for line in document_list(ctx)] == ["effective"]
    assert copy_list(ctx)["copies"] == []
    assert {line["locked"] for line in user_list(ctx) if line["login"] != "admin"} == {True}
    assert steps[-1] == (2 * len(library.people) + 3, 2 * len(library.people) + 3)
    ctx.close()
    founded.site.close()
