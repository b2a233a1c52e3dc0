"""What has a key is called the same on page and print: one table."""

from __future__ import annotations

import pytest

from docctl.rules import languages, names
from docctl.rules.roles import Role
from docctl.rules.words import Words

SALES = {"sales": Words(zh="业务部", en="Sales")}


@pytest.mark.parametrize("table", [names.LEVELS, names.OUTSIDERS, names.ROLES])
def test_every_key_has_its_name_in_every_language(table: dict[str, Words]) -> None:
    assert all(set(words) == set(languages.ALL) for words in table.values())


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("sales", "业务部", "Sales"),
        ("sales-head", "业务部负责人", "head of Sales"),
        ("supplier", "外部供方", "external provider"),
        (
            "management-representative",
            Role.MANAGEMENT_REPRESENTATIVE.words["zh"],
            "management representative",
        ),
        ("elsewhere", "elsewhere", "elsewhere"),
        ("elsewhere-head", "elsewhere负责人", "head of elsewhere"),
    ],
)
def test_whoever_fills_a_step_is_called_by_name(key: str, zh: str, en: str) -> None:
    said = names.post(key, SALES)
    assert (said.told("zh"), said.told("en")) == (zh, en)


def test_a_chain_that_names_a_department_means_its_head() -> None:
    assert names.signer("sales", SALES) == Words(zh="业务部负责人", en="head of Sales")
    assert names.signer("department-head", SALES) == names.ROLES["department-head"]


def test_a_name_that_stands_alone_begins_with_a_large_letter() -> None:
    assert names.heading(names.level("work-instruction")) == Words(zh="作业指导书", en="Work instruction")
    assert names.level("of-the-site") == Words(zh="of-the-site")
