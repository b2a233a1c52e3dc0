"""What has a key, in the words of people: levels of documents, outsiders, roles, heads of departments.

One table for page, print, Excel and refusal, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Holder, Keyed, Level, Post
from docctl.rules.roles import Role
from docctl.rules.words import Own, Words

LEVELS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "manual": Own(zh="质量手册", en="manual"),
        "procedure": Own(zh="程序文件", en="procedure"),
        "regulation": Own(zh="制度文件", en="regulation"),
        "work-instruction": Own(zh="作业指导书", en="work instruction"),
        "technical": Own(zh="技术文件", en="technical document"),
        "departmental": Own(zh="部门文件", en="departmental document"),
        "external": Own(zh="外来文件", en="external document"),
        "form": Own(zh="记录表单模板", en="record template"),
    }
)
"""The levels of a plain site; one that a site has added is called by its key."""

OUTSIDERS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "customer": Own(zh="顾客", en="customer"),
        "supplier": Own(zh="外部供方", en="external provider"),
    }
)

ROLES: Final[Mapping[str, Words]] = MappingProxyType({role.value: role.words for role in Role})

YES, NO = Own(zh="是", en="yes"), Own(zh="否", en="no")
"""How a boolean is said, and what may be typed for one."""

_HEAD: Final = Own(zh="{department}负责人", en="head of {department}")
_HEADS: Final = "-head"


def level(key: str) -> Words:
    """The name of a level."""
    return LEVELS.get(key, Words.key(key))


def post(key: str, departments: Mapping[str, Words]) -> Words:
    """Who fills a step: a role, an outsider, a department (`sales`), or the head of one (`sales-head`)."""
    known = ROLES.get(key) or OUTSIDERS.get(key)
    if known is not None:
        return known
    department = key.removesuffix(_HEADS)
    if department == key:
        return departments.get(key, Words.key(key))
    return _HEAD.filled(department=departments.get(department, Words.key(department)))


def signer(key: str, departments: Mapping[str, Words]) -> Words:
    """Who signs, as an approval chain says it: a role, or a department and means its head."""
    return ROLES.get(key) or post(f"{key}{_HEADS}", departments)


def called(of: Keyed, departments: Mapping[str, Words]) -> Words | None:
    """What people call something that a site calls by a key; None for what has no other name."""
    if isinstance(of, Level):
        return level(of.key)
    if isinstance(of, Holder):
        return departments.get(of.key)
    return post(of.key, departments) if isinstance(of, Post) else None


def heading(words: Words) -> Words:
    """The name as it stands alone, in a table or a heading: with a large first letter where there is one."""
    return Words({language: said[:1].upper() + said[1:] for language, said in words.items()})
