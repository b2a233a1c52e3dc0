"""The same thing said in each language that it has. Knows no page, no print and no catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self

from docctl.rules import languages
from docctl.rules.languages import Language


class Words(Mapping[Language, str]):
    """One meaning in several languages: `Words(zh="程序", en="Procedure")`, in the order of their list.

    It never changes, and two that say the same are equal. A language that says nothing is not in it.
    """

    __slots__ = ("_said",)

    def __init__(self, said: Mapping[Language, str] | None = None, /, **more: str) -> None:
        given = {**(said or {}), **more}
        order = [*languages.ALL, *sorted(given.keys() - set(languages.ALL))]
        self._said: dict[Language, str] = {each: given[each] for each in order if given.get(each)}

    def __getitem__(self, language: Language) -> str:
        return self._said[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __hash__(self) -> int:
        return hash(tuple(self._said.items()))

    def __repr__(self) -> str:
        return f"Words({self._said!r})"

    def __str__(self) -> str:
        return self.primary

    def __deepcopy__(self, _: object) -> Self:
        return self

    def told(self, language: Language) -> str:
        """In this language; where that says nothing, in the first that says something."""
        return self._said.get(language) or next(iter(self._said.values()), "")

    def everywhere(self) -> dict[Language, str]:
        """In each language of the list, whatever that has to say it with."""
        return {each: self.told(each) for each in languages.ALL}

    @classmethod
    def listed(cls, each: Iterable[Words]) -> Words:
        """All of these, one after the other, as each language puts them."""
        parts = tuple(each)
        return cls({k: v.comma.join(p.told(k) for p in parts) for k, v in languages.LIST.items()})

    @property
    def primary(self) -> str:
        """In the primary language, as lists and JSON name a thing."""
        return self.told(languages.PRIMARY)

    def keys_of(self, name: str) -> dict[str, str]:
        """As the answers of docctl hold it: `{"title": …, "title_en": …}`, empty where nothing is said."""
        others = {f"{name}_{each}": self._said.get(each, "") for each in languages.ALL[1:]}
        return {name: self.primary, **others}


NOTHING: Final = Words()
