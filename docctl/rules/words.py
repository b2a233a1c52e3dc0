"""The same thing said in each language that it has. Knows no page, no print and no catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Self

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
        return hash(tuple(self.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._said!r})"

    def __str__(self) -> str:
        return self.primary

    def __deepcopy__(self, _: object) -> Self:
        return self

    def told(self, language: Language) -> str:
        """In this language; where that says nothing, in the first that says something."""
        return self.get(language) or next(iter(self.values()), "")

    def everywhere(self) -> dict[Language, str]:
        """In each language of the list, whatever that has to say it with."""
        return {each: self.told(each) for each in languages.ALL}

    @classmethod
    def listed(cls, each: Iterable[Words]) -> Words:
        """All of these, one after the other, as each language puts them."""
        parts = tuple(each)
        return cls({k: v.comma.join(p.told(k) for p in parts) for k, v in languages.LIST.items()})

    @classmethod
    def key(cls, key: str) -> Words:
        """What has no words: it is called by its key in every language."""
        return cls({languages.PRIMARY: key})

    @property
    def on_paper(self) -> Words:
        """As it is stamped: in the first language and in English, whatever the list has beside them.

        The print of a copy that is out is made again byte for byte; a language more must not change it.
        """
        return Words({each: self[each] for each in (languages.PRIMARY, languages.FOREIGN) if each in self})

    @property
    def stamped(self) -> str:
        """The same in one line."""
        return " ".join(dict.fromkeys(self.on_paper.values()))

    @property
    def primary(self) -> str:
        """In the primary language, as lists and JSON name a thing."""
        return self.told(languages.PRIMARY)

    def keys_of(self, name: str) -> dict[str, str]:
        """As the answers of docctl hold it: `{"title": …, "title_en": …}`, empty where nothing is said."""
        others = {f"{name}_{each}": self.get(each, "") for each in languages.ALL[1:]}
        return {name: self.primary, **others}

    @classmethod
    def under(cls, name: str, answer: Mapping[str, str]) -> Words:
        """What an answer holds under the keys that `keys_of` gives."""
        keys = dict(zip(languages.ALL, cls().keys_of(name), strict=True))
        return cls({each: answer[key] for each, key in keys.items()})


class Own(Words):
    """What docctl itself says: `Own(zh="是", en="yes")`. It is said in each language of the list.

    A language that the table leaves out says it as its catalogue does, where the English is the id. So a
    language more needs no line in a table.
    """

    __slots__ = ()

    catalogue: ClassVar[staticmethod[[Language, str], str]] = staticmethod(lambda _language, english: english)
    """Given by who knows the catalogues (docctl.language); until then the English stands in."""

    def __getitem__(self, language: Language) -> str:
        if language in self._said or language not in languages.LIST:
            return self._said[language]
        return self.catalogue(language, self._said[languages.FOREIGN])

    def __iter__(self) -> Iterator[Language]:
        return iter(languages.ALL)

    def __len__(self) -> int:
        return len(languages.ALL)

    def filled(self, **values: object) -> Own:
        """With values in its blanks; words stand in the same language."""
        return Own(
            {
                language: said.format(
                    **{n: v.told(language) if isinstance(v, Words) else v for n, v in values.items()}
                )
                for language, said in self.items()
            }
        )


NOTHING: Final = Words()
