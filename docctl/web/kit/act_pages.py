"""What a person does to one thing: a page that says what it means and asks, and the button that does it.

All nouns have their acts in such tables, so that an act is one row: its form, its use case, what is said
afterwards and where one goes on. What comes before and after is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from docctl.door.context import Context
from docctl.rules.actions import Action
from docctl.web.kit import again, here

T = TypeVar("T")

_NAMES: Final = {Action.COPY_RETURN: "return_copy"}
"""Where the verb is a word of Python."""


@dataclass(frozen=True, kw_only=True)
class ActPage(Generic[T]):
    """One act. `form` shows what it means for the thing of this name; `does` reads the form and acts.

    `said`: the sentences that are told when it is done, by what `does` gave. `then`: the address to go on at.
    """

    action: Action
    form: Callable[[str], ResponseReturnValue]
    does: Callable[[Context, str], T]
    said: Callable[[T], Iterable[str]]
    then: Callable[[str], str]


def add(bp: Blueprint, thing: str, pages: Iterable[ActPage[Any]]) -> None:
    """Two routes for each act below `thing`, a rule with one variable: `VERB_form` shows, `VERB` does it.

    What is Invalid comes back on the form (forms.py), and so does a WrongState (again.py).
    """
    for page in pages:
        verb = page.action.verb
        name, rule = _NAMES.get(page.action, verb), f"{thing}/{verb.replace('_', '-')}"
        bp.add_url_rule(rule, f"{name}_form", partial(_show, page))
        bp.add_url_rule(rule, name, again.shown_again(partial(_do, page)), methods=["POST"])


def _show(page: ActPage[Any], **called: str) -> ResponseReturnValue:
    (name,) = called.values()
    return page.form(name)


def _do(page: ActPage[Any], **called: str) -> ResponseReturnValue:
    (name,) = called.values()
    made = page.does(here.writing(page.action), name)
    for sentence in page.said(made):
        flash(sentence)
    return redirect(page.then(name))
