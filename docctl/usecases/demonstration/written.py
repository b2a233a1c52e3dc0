"""The story of the demonstration as it is written: procedures/story.yaml and the examples that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from docctl.errors import Invalid
from docctl.store import tree

FILE: Final = "procedures/story.yaml"


@dataclass(frozen=True)
class Story:
    """`procedures/story.yaml`, in the order of time; its head explains the format.

    `folder` is what its paths begin at.
    """

    folder: Path
    steps: tuple[Mapping[str, Any], ...]

    @property
    def begins(self) -> int:
        """Days from its first step to today; the library is loaded on the day before."""
        return -int(self.steps[0]["on"])


def read_story(folder: Path) -> Story:
    """Raises Invalid when the file has no steps."""
    steps = tree.load_yaml((folder / FILE).read_bytes()).get("steps")
    if not steps:
        raise Invalid("{file} tells nothing; see the comment at its head", file=FILE)
    told = [simple for step in steps for simple in _expanded(folder, step)]
    return Story(folder, tuple(sorted(told, key=lambda step: (int(step["on"]), step["at"]))))


def _expanded(folder: Path, step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A step that names an executed example of records/: done in quarters of an hour."""
    if "example" not in step:
        return [step]
    example = tree.load_yaml((folder / step["example"]).read_bytes())
    begin, name = time.fromisoformat(step["at"]), step["name"]
    on = {"previous": step["previous"]} if "previous" in step else {}
    acts: list[dict[str, Any]] = [
        {"do": "record.open", "by": example["opened_by"], "template": example["template"], "name": name, **on}
    ]
    for done in example["steps"]:
        about = {"by": done["by"], "record": name}
        if "values" in done:
            acts.append({"do": "record.fill", "values": done["values"], **about})
        for one in done.get("files", ()):
            days = {name: {"day": step["on"]} for name in ("signed", "returned") if name in one}
            acts.append({"do": "record.attach", **about, **one, **days})
        signer = done.get("signed_by", done["by"])
        acts.append({"do": "record.sign", "step": done["step"], "by": signer, "record": name})
        if done["step"] == step.get("until"):
            break
    else:
        acts.append({"do": "record.complete", "by": done["by"], "record": name})
    start = datetime.combine(date.min, begin)
    at = [(start + timedelta(minutes=15 * n)).time() for n in range(len(acts))]
    return [{"on": step["on"], "at": f"{t:%H:%M}", **act} for t, act in zip(at, acts, strict=True)]
