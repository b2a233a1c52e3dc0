"""A number with a blank or a slash: folders and files that people see are called as they write it (P-9)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from docctl.queries.documents import editing
from docctl.store.material import gather
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.pages import reader
from tests.support.sites import World
from tests.support.terminal import Terminal, written

NUMBER = "DF/ZY-GL 006"
TEXT = """---
number: DF / ZY-GL 006
title: {zh: 管理程序, en: Management}
level: procedure
department: administration
records: [LX-R-101]
---
# 1 目的

见图1。

![图1 流程](<DF-ZY-GL 006/流程 图.png>)

![图2 流程](DF_2FZY-GL_20006/flow.png)
"""


def drawn(colour: str) -> bytes:
    kept = BytesIO()
    Image.new("RGB", (40, 20), colour).save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The text as its author has it: beside it a folder that is called like its number."""
    text = TEXT.replace("流程 图.png", "流程图.png")
    written(tmp_path, "DF-ZY-GL 006/流程图.png", drawn("red"))
    written(tmp_path, "DF_2FZY-GL_20006/flow.png", drawn("blue"))
    return written(tmp_path, "006.md", text)


def test_figures_lie_in_a_folder_called_like_the_number_and_are_shown_wherever_the_text_is(
    world: World, file: str
) -> None:
    author = world.as_("author")
    drafting.register_document(author, lambda: gather(Path(file)))
    kept = editing.editing(author, NUMBER)
    assert kept.figures == {
        "DF_2FZY-GL_20006/流程图.png": drawn("red"),
        "DF_2FZY-GL_20006/flow.png": drawn("blue"),
    }
    seen: list[str] = []

    def address(path: str, blob: str) -> str:
        seen.append(path)
        return f"/shown/{blob}"

    texts = {language: text.encode() for language, text in kept.texts.items()}
    shown = editing.preview(author, NUMBER, texts.pop("zh"), texts, address)
    assert shown.problems is None
    assert sorted(seen) == sorted(kept.figures)
    drafting.submit_revision(author, NUMBER, reason="首次发布")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    page = reader(world, "staff", "zh").get(f"/documents/{NUMBER}").text
    assert page.count(f"/documents/{NUMBER.replace(' ', '%20')}/figures/") == 2


def test_a_folder_called_otherwise_is_refused_and_told_how_people_would_call_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    text = TEXT.partition("![")[0] + "![图](bilder/a.png)\n"
    answer = terminal("author", ["document", "register", written(tmp_path, "006.md", text)])
    assert answer.code == 2
    assert "as DF-ZY-GL-006/name.png" in answer.message
