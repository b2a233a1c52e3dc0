"""What differs between two tellings of the same thing, as slots in text: numbers, keys, instants, hashes.

A template is text with `%(slot)s` in it. Knows nothing of what the events mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from docctl.rules.text import instant

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DAY: Final = re.compile(r"(?<![0-9A-Za-z-])\d{4}-\d\d-\d\d(?![0-9-])")
_TOKEN: Final = re.compile(r'"token":"([A-Z2-7]{26})"')
_MARKED: Final = re.compile(r'"\\u0001(\w+)\\u0001"')
_NUMBERS: Final = frozenset({"seq", "prev", "event"})
_OF_THE_YEAR: Final = frozenset({"year", "running"})

Values = dict[str, Any]


class Slots:
    """The slots of one sample. `own` has what stood in each of them when the sample was made."""

    def __init__(self, first: int, last: int, at: str, marks: Mapping[str, str]) -> None:
        self.first, self.begin = first, datetime.fromisoformat(at)
        self.own: Values = {}
        self.seqs = range(first + 1, last + 1)
        self.ids: list[int] = []
        self.instants: list[tuple[str, timedelta]] = []
        self.days: list[tuple[str, int]] = []
        self.tokens: list[str] = []
        self._known: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        for name, word in marks.items():
            self.name(name, word)

    def name(self, slot: str, word: str) -> None:
        """Wherever this word stands, it is the one of this slot."""
        if word not in self._known:
            self._known[word] = slot
            self.own[slot] = word
            self._pattern = None

    def find_times(self, texts: Iterable[str]) -> None:
        """The instants and days in these texts from its beginning on, and the tokens."""
        today = self.begin.date()
        for text in texts:
            for found in sorted(set(_INSTANT.findall(text)) - self._known.keys()):
                if datetime.fromisoformat(found) >= self.begin:
                    self.instants.append(
                        (f"a{len(self.instants)}", datetime.fromisoformat(found) - self.begin)
                    )
                    self.name(self.instants[-1][0], found)
            for found in sorted(set(_DAY.findall(_INSTANT.sub("", text))) - self._known.keys()):
                if found >= today.isoformat():
                    self.days.append((f"d{len(self.days)}", (date.fromisoformat(found) - today).days))
                    self.name(self.days[-1][0], found)
            for found in dict.fromkeys(_TOKEN.findall(text)):
                if found not in self._known:
                    self.tokens.append(f"t{len(self.tokens)}")
                    self.name(self.tokens[-1], found)

    def text(self, text: str) -> str:
        """The template of a text."""
        if self._pattern is None:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        return self._pattern.sub(lambda found: f"%({self._known[found[0]]})s", text.replace("%", "%%"))

    def json(self, value: Any) -> str:
        """The template of a value as canonical JSON writes it."""
        marked = json.dumps(
            self._marked("", value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        return _MARKED.sub(r"%(\1)s", self.text(marked))

    def times(self, begin: datetime) -> Values:
        """What stands in the slots of instants and days of a telling that begins then."""
        found: Values = {slot: instant(begin + after) for slot, after in self.instants}
        today = begin.date()
        return found | {slot: (today + timedelta(days=after)).isoformat() for slot, after in self.days}

    def numbers(self, first: int) -> Values:
        """What stands in the slots of events and keys of a telling whose first event follows `first`."""
        shift = first - self.first
        found: Values = {f"s{seq}": seq + shift for seq in self.seqs}
        return found | {f"i{key}": key + (shift << 16) for key in self.ids}

    def _marked(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._marked(key, each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._marked(name, each) for each in value]
        slot = self._slot(name, value) if type(value) is int else None
        return value if slot is None else f"\1{slot}\1"

    def _slot(self, name: str, value: int) -> str | None:
        if name in _OF_THE_YEAR and "record" in self.own:
            self.own[name] = value
            return name
        if name in _NUMBERS or name.endswith("_seq"):
            self.own[f"s{value}"] = value
            return f"s{value}" if value in self.seqs else None
        if value >> 16 not in self.seqs:
            return None
        if f"i{value}" not in self.own:
            self.ids.append(value)
            self.own[f"i{value}"] = value
        return f"i{value}"
