"""Files from people: whatever is in them, the answer is a sentence about a place in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sites import PROCEDURE, TEMPLATE
from tests.support.terminal import Terminal, written

NUMBER = "LX-CX-2019-101"
GOOD = PROCEDURE.format(number=NUMBER, title="题", title_en="T", hours=24, extra="")
FORM = TEMPLATE.format(number="LX-R-101", procedure=NUMBER)
BOMB = "a: &a [x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
)


@pytest.mark.rule("SE-26")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.md", GOOD.replace("level: procedure", "level: procedure\nlevel: manual")),
        ("x.md", GOOD.replace("level: procedure", "level: !!python/object:os.system procedure")),
        ("x.md", GOOD.replace("department: administration", "department: &a administration")),
        ("x.md", GOOD.replace("records: [LX-R-001, LX-R-101, LX-R-103]", "records: *a")),
        ("x.md", GOOD + "x" * 1_000_001),
        ("x.md", GOOD.encode("utf-16")),
        ("x.md", GOOD.encode() + b"\xff\xfe"),
        ("x.md", "no front matter"),
        ("x.md", ""),
        ("x.md", GOOD.replace(NUMBER, "../../etc/passwd")),
        ("x.md", GOOD.replace(NUMBER, "x" * 10_000)),
        ("x.md", GOOD + "\n\n![图](LX-CX-2019-101/missing.png)\n"),
        ("x.md", GOOD + "\n\n![图](../../etc/passwd)\n"),
        ("x.md", GOOD + "\n{limit:unknown} 内\n"),
        ("x.yaml", FORM.replace("keeper: sales", "keeper: sales\nkeeper: quality")),
        ("x.yaml", BOMB),
        ("x.yaml", "[" * 10_000),
        ("x.yaml", FORM + "\n---\nnumber: x\n"),
        ("x.yaml", FORM.replace('needs: "satisfied == true"', 'needs: "__import__(1)"')),
        ("x.docx", GOOD),
        ("x.en.md", GOOD),
    ],
)
def test_what_cannot_be_accepted_is_refused_as_content(
    sqlite_terminal: Terminal, tmp_path: Path, name: str, content: bytes | str
) -> None:
    answer = sqlite_terminal("author", ["document", "register", written(tmp_path, name, content)])
    assert (answer.code, answer.kind) == (2, "content")
    assert answer.data["error"]["problems"]
    assert len(answer.message) < 12_000
    assert sqlite_terminal.ok("auditor", "document list") == {"documents": []}


def test_a_figure_comes_along_with_the_text_that_names_it(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    written(tmp_path, f"{NUMBER}/plan.png", b"\x89PNG\r\n\x1a\n")
    written(tmp_path, f"{NUMBER}.en.md", GOOD)
    file = written(tmp_path, f"{NUMBER}.md", GOOD + "\n\n![图](LX-CX-2019-101/plan.png)\n")
    registered = sqlite_terminal.ok("author", ["document", "register", file])
    site = sqlite_terminal.world.site
    [commit] = site.library.refs(f"refs/drafts/{NUMBER}").values()
    assert set(site.library.tree(commit)) == {
        f"procedures/{NUMBER}.md",
        f"procedures/{NUMBER}.en.md",
        f"procedures/{NUMBER}/plan.png",
    }
    assert registered["status"] == "draft"


def test_whether_one_may_is_asked_before_the_file_is_read(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, "x.md", "nonsense")
    assert sqlite_terminal("staff", ["document", "register", file]).code == 3
    assert sqlite_terminal("author", ["document", "register", str(tmp_path)]).code == 2
