"""What has a key, in the words of people: levels of documents, outsiders, roles, heads of departments.

One table for page, print, Excel and refusal, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from docctl.rules.roles import Role
from docctl.rules.words import Words

LEVELS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "manual": Words(zh="质量手册", en="manual"),
        "procedure": Words(zh="程序文件", en="procedure"),
        "regulation": Words(zh="制度文件", en="regulation"),
        "work-instruction": Words(zh="作业指导书", en="work instruction"),
        "technical": Words(zh="技术文件", en="technical document"),
        "departmental": Words(zh="部门文件", en="departmental document"),
        "form": Words(zh="记录表单模板", en="record template"),
    }
)
"""The levels of a plain site; one that a site has added is called by its key."""

OUTSIDERS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "customer": Words(zh="顾客", en="customer"),
        "supplier": Words(zh="外部供方", en="external provider"),
    }
)

ROLES: Final[Mapping[str, Words]] = MappingProxyType(
    {role.value: Words(zh=role.zh, en=role.value.replace("-", " ")) for role in Role}
)

_HEAD: Final = Words(zh="{department}负责人", en="head of {department}")
_HEADS: Final = "-head"


def level(key: str) -> Words:
    """The name of a level."""
    return LEVELS.get(key, Words(zh=key))


def post(key: str, departments: Mapping[str, Words]) -> Words:
    """Who fills a step: a role, an outsider, a department (`sales`), or the head of one (`sales-head`)."""
    known = ROLES.get(key) or OUTSIDERS.get(key)
    if known is not None:
        return known
    department = key.removesuffix(_HEADS)
    if department == key:
        return departments.get(key, Words(zh=key))
    of = departments.get(department, Words(zh=department))
    return Words({language: said.format(department=of.told(language)) for language, said in _HEAD.items()})


def signer(key: str, departments: Mapping[str, Words]) -> Words:
    """Who signs, as an approval chain says it: a role, or a department and means its head."""
    return ROLES.get(key) or post(f"{key}{_HEADS}", departments)


def heading(words: Words) -> Words:
    """The name as it stands alone, in a table or a heading: with a large first letter where there is one."""
    return Words({language: said[:1].upper() + said[1:] for language, said in words.items()})
