"""What can be wrong with something that a text names, whose rule that breaks, and how it is said.

An error is refused when the text is submitted or issued, a warning is told there. A document that nobody has
registered is a warning: a library grows, and texts refer to each other before all of them are in it. Its
words are a table here, for they stand on paper too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message
from docctl.rules.documents.finding import Severity
from docctl.rules.words import Own, Words


class Fault(StrEnum):
    """What can be wrong with something that a text names."""

    UNREGISTERED = "unregistered"
    TO_COME = "to come"
    WITHDRAWN = "withdrawn"
    NO_EDITION = "no such edition"
    NEWER = "newer edition"
    HELD_OLDER = "older edition held"
    NO_PROCEDURE = "no procedure"
    NO_PROCEDURE_IN_FORCE = "no procedure in force"
    LISTED_LATER = "listed later"
    NOT_LISTED = "not listed"
    NO_CLAUSE = "no such clause"
    DROPPED = "form dropped"
    CLAUSE_DROPPED = "clause dropped"


@dataclass(frozen=True)
class Kind:
    """Whose rule it breaks, how grave that is, and its sentence."""

    rule: str
    severity: Severity
    said: Own


KINDS: Final[Mapping[Fault, Kind]] = MappingProxyType(
    {
        Fault.UNREGISTERED: Kind(
            "DC-82",
            "warning",
            Own(
                zh="{number} 在本文件库中没有登记",
                en="{number} is not registered in this library",
            ),
        ),
        Fault.TO_COME: Kind(
            "DC-82",
            "warning",
            Own(
                zh="{number} 尚未生效",
                en="{number} is not in force yet",
            ),
        ),
        Fault.WITHDRAWN: Kind(
            "DC-82",
            "error",
            Own(
                zh="{number} 已于 {day} 撤销；请改为引用替代它的文件，或删去",
                en="{number} was withdrawn on {day}: name what takes its place, or leave it out",
            ),
        ),
        Fault.NO_EDITION: Kind(
            "DC-79",
            "error",
            Own(
                zh="{number} 没有发布过 {edition}；请改正版次，不写版次则指现行有效的版次",
                en="{cited} was never issued: correct the edition, or leave it out to mean what is in force",
            ),
        ),
        Fault.NEWER: Kind(
            "DC-81",
            "warning",
            Own(
                zh="{cited} 已有更新的版次 {newer}；注日期的引用不变，请确认能否采用新版次",
                en="{newer} is newer than {cited}: the dated reference stays; consider the newer one",
            ),
        ),
        Fault.HELD_OLDER: Kind(
            "DC-81",
            "warning",
            Own(
                zh="引用的是 {cited}，本公司受控的是 {newer}；请取得所引版次并换版，或改引受控的版次",
                en="{cited} is cited, and {newer} is under control here: get the edition that is cited,"
                " or cite this",
            ),
        ),
        Fault.NO_PROCEDURE: Kind(
            "DC-89",
            "error",
            Own(
                zh="依据文件 {number} 没有登记；请先登记并发布该文件，或改正 governed_by",
                en="{number}, which is to govern this form, is not registered: register and issue it first,"
                " or correct governed_by",
            ),
        ),
        Fault.NO_PROCEDURE_IN_FORCE: Kind(
            "DC-89",
            "error",
            Own(
                zh="依据文件 {number} 在 {day} 没有现行有效的修订；请先发布该文件",
                en="{number}, which is to govern this form, is not in force on {day}: issue it first",
            ),
        ),
        Fault.LISTED_LATER: Kind(
            "DC-89",
            "warning",
            Own(
                zh="{cited} 列出本表单，但尚未生效；请先发布该修订",
                en="{cited} lists this form and is not in force yet: issue it first",
            ),
        ),
        Fault.NOT_LISTED: Kind(
            "DC-89",
            "error",
            Own(
                zh="{cited} 的记录中没有列出本表单；请先修订并发布该文件，或改正 governed_by",
                en="{cited} does not list this form among its records: revise and issue it first,"
                " or correct governed_by",
            ),
        ),
        Fault.NO_CLAUSE: Kind(
            "DC-116",
            "error",
            Own(
                zh="{cited} 没有条款 {clause}；请改正 governed_by 中的条款",
                en="{cited} has no clause {clause}: correct the clauses of governed_by",
            ),
        ),
        Fault.DROPPED: Kind(
            "DC-89",
            "warning",
            Own(
                zh="现行有效的表单 {number} 依据本文件，而本文没有列出它；请列出，或撤销该表单",
                en="the form {number} is in force under this document, and this text does not list it:"
                " list it, or withdraw the form",
            ),
        ),
        Fault.CLAUSE_DROPPED: Kind(
            "DC-116",
            "warning",
            Own(
                zh="现行有效的表单 {number} 引用条款 {clause}，而本文没有这一条款",
                en="the form {number}, which is in force, cites clause {clause}, which this text has not",
            ),
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing that is wrong, about the document `number`; the other values stand in its sentence.

    `about` is what the text says: a line of `references`, a form that it lists, `governed_by`. It is empty
    where the text does not say what it should.
    """

    fault: Fault
    number: str
    about: str = ""
    edition: str = ""
    newer: str = ""
    clause: str = ""
    day: date | None = None

    @property
    def rule(self) -> str:
        return KINDS[self.fault].rule

    @property
    def severity(self) -> Severity:
        return KINDS[self.fault].severity

    @property
    def place(self) -> str:
        """Where a refusal tells it: the number, with the clause if one is meant."""
        return f"{self.number} {self.clause}".strip()

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def words(self) -> Words:
        """Its sentence in each language."""
        return KINDS[self.fault].said.filled(**self._values)

    @property
    def _values(self) -> Mapping[str, object]:
        return {**vars(self), "cited": f"{self.number} {self.edition}".strip()}


def refused(remarks: Iterable[Remark]) -> dict[str, Message]:
    """Why a text cannot be accepted, by what it names."""
    return {
        remark.place: Message("{why} ({rule})", why=remark.words, rule=remark.rule)
        for remark in remarks
        if remark.is_error
    }
