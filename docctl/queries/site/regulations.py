"""What standards and regulations ask, clause by clause: how far docctl does it, what is missing, who acts.

A table of docctl itself (docctl/rules/regulations.json), the same for every site. Knows no database.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from docctl.errors.message import Message
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.rules.words import NOTHING, Own


class Kind(StrEnum):
    """Who can meet a clause: docctl alone, docctl and who sets it up, or people only."""

    ALONE = "T"
    OFFERED = "C"
    PEOPLE = "P"
    PEOPLE_OFFERED = "P/C"
    PEOPLE_ALONE = "P/T"
    GUIDANCE = "G"

    @property
    def words(self) -> Own:
        return _KINDS[self]


class State(StrEnum):
    """How far docctl meets a clause."""

    HOLDS = "holds"
    IN_PART = "in part"
    NOT_BUILT = "not built"
    PROCEDURAL = "procedural"

    @property
    def words(self) -> Own:
        return _STATES[self]


class Who(StrEnum):
    """Who has to act where a clause is not met, or is met only as somebody sets it up."""

    DOCCTL = "docctl"
    OFFICE = "office"
    ADMIN = "admin"
    OPERATOR = "operator"
    MANAGEMENT = "management"
    DEPARTMENTS = "departments"
    TRAINING = "training"

    @property
    def words(self) -> Own:
        return _WHO[self]


_KINDS: Final[Mapping[Kind, Own]] = MappingProxyType(
    {
        Kind.ALONE: Own(zh="软件自身", en="docctl alone"),
        Kind.OFFERED: Own(zh="软件提供、企业设定", en="docctl offers it, the company sets it"),
        Kind.PEOPLE: Own(zh="企业", en="the company"),
        Kind.PEOPLE_OFFERED: Own(zh="企业，软件提供手段", en="the company, with what docctl offers"),
        Kind.PEOPLE_ALONE: Own(zh="企业与软件", en="the company and docctl"),
        Kind.GUIDANCE: Own(zh="指南", en="guidance"),
    }
)
_STATES: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.HOLDS: Own(zh="满足", en="holds"),
        State.IN_PART: Own(zh="部分满足", en="in part"),
        State.NOT_BUILT: Own(zh="尚未实现", en="not built"),
        State.PROCEDURAL: Own(zh="由企业执行", en="procedural"),
    }
)
_WHO: Final[Mapping[Who, Own]] = MappingProxyType(
    {
        Who.DOCCTL: Own(zh="docctl（待开发）", en="docctl (to be built)"),
        Who.OFFICE: Own(zh="文控员（质量部门）", en="document controller (quality office)"),
        Who.ADMIN: Own(zh="系统管理员", en="admin"),
        Who.OPERATOR: Own(zh="服务器运维人员", en="whoever runs the machine"),
        Who.MANAGEMENT: Own(zh="最高管理者", en="top management"),
        Who.DEPARTMENTS: Own(zh="归口部门", en="the departments that own documents and records"),
        Who.TRAINING: Own(zh="培训负责人", en="whoever answers for training"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One line. `supplies` is the evidence that docctl gives where people have to act; `tests` prove it."""

    id: str
    standard: str
    clause: Own
    kind: Kind
    state: State
    text: Own
    missing: Own | None
    supplies: Own | None
    acts: tuple[Who, ...]
    tests: tuple[str, ...]

    @property
    def title(self) -> Own:
        """What the standard is called."""
        return standards()[self.standard]

    def for_programs(self) -> dict[str, Any]:
        """The line under fixed keys, texts in each language."""
        told: dict[str, Any] = {"id": self.id, "standard": self.standard}
        told |= (
            self.clause.keys_of("clause") | self.title.keys_of("standard_title") | self.text.keys_of("text")
        )
        told |= {"kind": self.kind.value, "state": self.state.value}
        told |= (self.missing or NOTHING).keys_of("missing") | (self.supplies or NOTHING).keys_of("supplies")
        return told | {"acts": [who.value for who in self.acts], "tests": list(self.tests)}


@cache
def standards() -> Mapping[str, Own]:
    """What each is called, with its edition, by the beginning of the ids of its clauses."""
    return {key: Own(said) for key, said in _data("regulations")["standards"].items()}


@cache
def clauses() -> tuple[Clause, ...]:
    """All of them, in the order of the file."""
    proofs = _data("proofs")
    return tuple(
        _clause(name, said, proofs.get(name, {})) for name, said in _data("regulations")["clauses"].items()
    )


def asked(standard: str = "", state: str = "") -> list[Clause]:
    """The clauses of a standard, and in a state; of anything where that is empty."""
    return [one for one in clauses() if standard in ("", one.standard) and state in ("", one.state.value)]


def counted(of: list[Clause]) -> dict[str, dict[str, int]]:
    """How many clauses are in each state, by standard."""
    found = Counter((one.standard, one.state) for one in of)
    return {
        standard: {state.value: found[standard, state] for state in State if found[standard, state]}
        for standard in dict.fromkeys(one.standard for one in of)
    }


def _clause(name: str, said: dict[str, Any], proof: dict[str, Any]) -> Clause:
    return Clause(
        id=name,
        standard=name.partition("-")[0],
        clause=Own(said["clause"]),
        kind=Kind(said["kind"]),
        state=State(said["state"]),
        text=Own(said["text"]),
        missing=Own(said["missing"]) if "missing" in said else None,
        supplies=Own(said["supplies"]) if "supplies" in said else None,
        acts=tuple(map(Who, said.get("acts", ()))),
        tests=tuple(proof.get("tests", ())),
    )


def _data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("docctl.rules") / f"{name}.json").read_text("utf-8"))
    return found


REGULATIONS: Final = Listed(
    title=Message("Standards and regulations"),
    columns=(
        Column(key="id", heading=Message("Number"), value=lambda one: one.id, shape="number"),
        Column(key="standard", heading=Message("Standard"), value=lambda one: one.title),
        Column(key="clause", heading=Message("Clause"), value=lambda one: one.clause),
        Column(key="kind", heading=Message("Who can meet it"), value=lambda one: one.kind, on=NOT_ON_PAGE),
        Column(key="text", heading=Message("What it asks"), value=lambda one: one.text, shape="words"),
        Column(key="state", heading=Message("State"), value=lambda one: one.state),
        Column(
            key="missing", heading=Message("What is missing"), value=lambda one: one.missing, shape="words"
        ),
        Column(
            key="supplies",
            heading=Message("Evidence from docctl"),
            value=lambda one: one.supplies,
            on=NOT_ON_PAGE,
        ),
        Column(key="acts", heading=Message("Who acts"), value=lambda one: one.acts or None),
    ),
)
