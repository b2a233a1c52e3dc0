"""No sentence sends its reader to an act that does not exist: each command and each button that is named is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import TypeGuard

import click
import pytest

from docctl.cli import docctl
from docctl.cli.kit.tree import MEMBERS
from tests.house.trees import ROOT, sources

COMMAND = re.compile(r"(`)?docctl((?: +[a-z][a-z-]*)+)")
BUTTON = re.compile(r"“([A-Z][^”]*)”")
PAGES = ROOT / "docctl" / "web" / "pages"


def sent_to() -> Iterator[tuple[str, str]]:
    """Place and command of each that a string of the program names: marked as one, or by its first word."""
    for source in sources("docctl"):
        ways = {id(node.args[0]) for node in ast.walk(source.tree) if is_way(node)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in COMMAND.finditer(node.value):
                    words = found[2].split()
                    if found[1] is not None or id(node) in ways or words[0] in MEMBERS:
                        yield source.at(node, node.value[:60]), " ".join(words)


def is_way(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether it is made here where a sentence sends its reader."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "See" and bool(node.args)


def exists(words: list[str]) -> bool:
    """Whether these words are a command, perhaps with what it is given, or what is said of it, behind them."""
    group: click.Group = docctl
    for word in words:
        command = group.get_command(click.Context(docctl), word)
        if not isinstance(command, click.Group):
            return command is not None
        group = command
    return True


def test_each_command_that_a_sentence_names_is_there() -> None:
    named = list(sent_to())
    assert len(named) > 40, "the program sends people somewhere"
    assert [(place, words) for place, words in named if not exists(words.split())] == []


@cache
def on_pages() -> str:
    return "".join(file.read_text("utf-8") for file in sorted(PAGES.rglob("*.html")))


def buttons() -> set[str]:
    """The words of buttons that a See names."""
    found: set[str] = set()
    for source in sources("docctl"):
        for node in ast.walk(source.tree):
            if is_way(node):
                said = [str(each.value) for each in node.args[1:] if isinstance(each, ast.Constant)]
                found |= {words for text in said for words in BUTTON.findall(text)}
    return found


@pytest.mark.parametrize("words", sorted(buttons()))
def test_each_button_that_a_sentence_names_is_on_a_page(words: str) -> None:
    assert f'_("{words}")' in on_pages()
