"""What is wrong with a text is told while it is written: beside its preview, and by the command that saves it."""

from __future__ import annotations

from tests.support.pages import reader, text_of
from tests.support.sites import PROCEDURE, World, issue, procedure
from tests.support.terminal import Terminal, written

NUMBER = "LX-CX-2019-101"
SAVE, PREVIEW = f"/documents/{NUMBER}/draft/save", f"/documents/{NUMBER}/draft/preview"


def text(extra: str = "") -> str:
    """A procedure as somebody types it."""
    return PROCEDURE.format(
        number=NUMBER, title="质量反馈控制程序", title_en="Feedback control", hours=24, extra=extra
    )


def test_what_is_wrong_with_a_text_is_told_beside_its_preview_before_it_is_handed_in(
    sqlite_world: World,
) -> None:
    issue(sqlite_world, procedure())
    author = reader(sqlite_world, "author", "zh")
    seen = author.send(PREVIEW, form=SAVE, text=text("由 XX 部门负责。")).text
    assert '<ul class="findings">' in seen
    assert "(DC-36)" in text_of(seen)
    assert "(DC-36)" not in text_of(author.send(PREVIEW, form=SAVE, text=text()).text)


def test_who_saves_a_draft_by_command_is_told_what_is_wrong_with_it(sqlite_terminal: Terminal) -> None:
    issue(sqlite_terminal.world, procedure())
    folder = sqlite_terminal.world.site.path.parent
    file = written(folder, f"{NUMBER}.md", text("由 XX 部门负责。"))
    saved = sqlite_terminal.ok("author", ["draft", "save", NUMBER, file])
    (found,) = [each for each in saved["findings"] if each["rule"] == "DC-36"]
    assert (found["severity"], found["place"][:5]) == ("error", "line ")
