"""The conditions of rights: each a question about a person and the thing that is acted on, and its words.

Knows values only: no table, no session, and not which right asks which condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from docctl.errors import Defect
from docctl.errors.message import Bracketed, Joined, Message, Post, Value
from docctl.rules.roles import SIGNERS, Actor, Handed, Role, absent_for, handed_for, holds_post, posts_held


@dataclass(frozen=True)
class Subject:
    """What is known of the thing acted on. Give what the action's conditions ask for.

    A fact on which separation of duties rests is None until given, and asking for it then is a Defect:
    a forgotten fact must not open a door. People are given by their ids.
    """

    name: str = ""
    """What people call the thing, for the sentence of a refusal; empty where there is none yet."""
    department: str | None = None
    """The department that owns the document."""
    authors: frozenset[int] | None = None
    """Who registered the document, and its named co-authors."""
    contributors: frozenset[int] | None = None
    """Everybody who saved or submitted content of this revision."""
    posts: frozenset[str] = frozenset()
    """The roles and departments that sign in the revision's chain, without its author."""
    handed: tuple[Handed, ...] = ()
    """The parts of that chain that were handed over."""
    performers: frozenset[int] | None = None
    """Everybody who filled or signed a step of the record."""
    step_posts: frozenset[str] = frozenset()
    """The roles and departments that fill the step (or, where the whole record is meant, any step)."""
    entered_by: int | None = None
    """Who entered the value that is to be corrected, or attached the file that is to be struck out."""
    attached_by: int | None = None
    """Who attached the file that is to be compared with its original."""
    from_outside: bool = False
    """Whether it is a paper that somebody outside signed."""
    kept_by: str | None = None
    """The department that alone hands out and asks back such documents; None where any does."""
    holder: str | None = None
    """The holder of the copy: a login, a department or a registered outsider."""
    asker: int | None = None
    """Who asked for what is to be decided."""
    concerned: frozenset[str] = frozenset()
    """The departments that a change of the document concerns."""
    executor: int | None = None
    """Whom a change application names to carry it out; None where there is none."""
    account: int | None = None
    """The person whose account, password or roles are changed."""
    delegate: int | None = None
    """Who is named to act for that person while they are away."""
    seconds: frozenset[int] | None = None
    """Who could confirm the roles that are proposed: they had the right to before the proposal."""
    approver: int | None = None
    """Who approved the destruction of the copy."""
    witnesses: frozenset[int] | None = None
    """Who witnesses it."""


@dataclass(frozen=True)
class Condition:
    """A question about a person and a thing. `words` complete "someone …"; {posts}, {steps}, {keeper} and
    {holder} stand for facts.

    `duty` is the sentence of a separation of duties; it is said when nothing else stands in the way.
    """

    words: str
    holds: Callable[[Actor, Subject], bool]
    roles: tuple[Role, ...] = ()
    duty: Message | None = None
    asks: Callable[[Subject], bool] = lambda _: True
    """Whether it asks anything about such a thing: else it is not named where somebody is refused."""


def role(*roles: Role) -> Condition:
    """The condition of having one of these roles."""

    def has(actor: Actor, _: Subject) -> bool:
        return not actor.roles.isdisjoint(roles)

    one = Condition("with the role {roles}", has, roles=roles)
    return one if len(roles) == 1 else Condition("with one of the roles {roles}", has, roles=roles)


def _may_edit(actor: Actor, subject: Subject) -> bool:
    # Departments write the documents of their own field (DC-08).
    own = actor.person_id in (subject.authors or ())
    return own or (subject.department is not None and actor.department == subject.department)


def _is_of_its_department(actor: Actor, subject: Subject) -> bool:
    # The department in charge decides who gets what it owns (DC-50, DC-52).
    return subject.department is not None and actor.department == subject.department


def _keeps_such(actor: Actor, subject: Subject) -> bool:
    # The manual and administrative documents go out from the administration department (DC-54, DC-09).
    return subject.kept_by is None or actor.department == subject.kept_by


def did_not_ask(actor: Actor, subject: Subject) -> bool:
    """Whether somebody else asked for it."""
    return actor.person_id != subject.asker


def _is_concerned(actor: Actor, subject: Subject) -> bool:
    # Departments apply for changes of what they work by, and are told of them (DC-64, DC-70).
    return actor.department in subject.concerned


def _carries_it_out(actor: Actor, subject: Subject) -> bool:
    # Whom the application names, and nobody else, brings the change about (DC-66).
    return subject.executor is None or actor.person_id == subject.executor


def _is_not_author(actor: Actor, subject: Subject) -> bool:
    wrote = known(subject.authors, "authors") | known(subject.contributors, "contributors")
    return actor.person_id not in wrote


def _holds_a_step_of_the_chain(actor: Actor, subject: Subject) -> bool:
    return any(holds_post(actor, post, subject.department) for post in subject.posts)


def _whose_place(actor: Actor, subject: Subject) -> set[int]:
    """Who holds a step, of those for whom `actor` acts while they are away, or who handed it over."""
    of, handed = subject.department, subject.handed
    ways = ((*absent_for(actor, p, of), *handed_for(actor, p, of, handed)) for p in subject.posts)
    return {away.person_id for found in ways for away in found}


def _is_for_no_author(actor: Actor, subject: Subject) -> bool:
    wrote = known(subject.authors, "authors") | known(subject.contributors, "contributors")
    away = _whose_place(actor, subject)
    return not away or not away <= wrote


def _fills_the_step(actor: Actor, subject: Subject) -> bool:
    return not posts_held(actor).isdisjoint(subject.step_posts)


def _takes_part(actor: Actor, subject: Subject) -> bool:
    return actor.person_id in (subject.performers or ()) or _fills_the_step(actor, subject)


def _entered_it(actor: Actor, subject: Subject) -> bool:
    return actor.person_id == subject.entered_by


def _did_not_attach_it(actor: Actor, subject: Subject) -> bool:
    who = frozenset() if subject.attached_by is None else frozenset({subject.attached_by})
    return actor.person_id not in known(who or None, "attached_by")


def _is_not_performer(actor: Actor, subject: Subject) -> bool:
    return actor.person_id not in known(subject.performers, "performers")


def _holds_the_copy(actor: Actor, subject: Subject) -> bool:
    # Whoever receives a copy acknowledges it (DC-51), or somebody of the department that does.
    return subject.holder is not None and subject.holder in (actor.login, actor.department)


def _does_not_approve_or_witness(actor: Actor, subject: Subject) -> bool:
    return actor.person_id not in known(subject.witnesses, "witnesses") | {subject.approver}


def known(fact: frozenset[int] | None, name: str) -> frozenset[int]:
    """A fact on which a separation of duties rests. Raises Defect where nobody gave it."""
    if fact is None:
        raise Defect("permission was asked without saying who the {name} are", name=name)
    return fact


IS_OPERATOR: Final = Condition("with access to the site's files", lambda actor, _: actor.operator)
ANYBODY: Final = Condition("at all", lambda *_: True)
MAY_EDIT: Final = Condition("who is an author of it or belongs to its department", _may_edit)
OF_ITS_DEPARTMENT: Final = Condition("of the department that owns it", _is_of_its_department)
KEEPS_SUCH: Final = Condition(
    "of the department that keeps such documents{keeper}",
    _keeps_such,
    asks=lambda subject: subject.kept_by is not None,
)
DID_NOT_ASK: Final = Condition(
    "who did not ask for it",
    did_not_ask,
    duty=Message(
        "Nobody approves what they asked for themselves (DC-50). The distribution list is for that."
    ),
)
CONCERNED: Final = Condition("of a department that it concerns", _is_concerned)
APPLIED_FOR_IT: Final = Condition(
    "who applied for it", lambda actor, subject: actor.person_id == subject.asker
)
DID_NOT_APPLY: Final = Condition(
    "who did not apply for it",
    did_not_ask,
    duty=Message(
        "Nobody decides on a change that they applied for, nor who else does (DC-64). "
        "Somebody else with this post has to do it."
    ),
)
CARRIES_IT_OUT: Final = Condition(
    "whom its change application names",
    _carries_it_out,
    duty=Message(
        "Only whom the change application names hands the revision in (DC-66). "
        "Document control can name somebody else on the page of the application."
    ),
    asks=lambda subject: subject.executor is not None,
)
HOLDS_A_STEP: Final = Condition("who holds a step of its approval chain{posts}", _holds_a_step_of_the_chain)
ACTS_FOR_A_SIGNER: Final = Condition(
    "who acts today for somebody that does and is away",
    lambda actor, subject: bool(_whose_place(actor, subject)),
)
IS_FOR_NO_AUTHOR: Final = Condition(
    "who did not write it either",
    _is_for_no_author,
    duty=Message("Nobody signs or rejects it in the place of who wrote it. Somebody else must."),
)
HANDED_IT_IN: Final = Condition("who handed it in", lambda actor, subject: actor.person_id == subject.asker)
IS_NOT_AUTHOR: Final = Condition(
    "who did not write it",
    _is_not_author,
    duty=Message(
        "Nobody signs or rejects their own document. "
        "Somebody else who holds this step of the chain has to do it."
    ),
)
FILLS_THE_STEP: Final = Condition("whose role or department fills this step{steps}", _fills_the_step)
TAKES_PART: Final = Condition("who performs a step of it", _takes_part)
ENTERED_IT: Final = Condition("who made the entry", _entered_it)
DID_NOT_ATTACH_IT: Final = Condition(
    "who did not attach it",
    _did_not_attach_it,
    duty=Message("Who attached a copy does not vouch for it too. Somebody else compares it (DC-83)."),
)
CAME_FROM_OUTSIDE: Final = Condition(
    "for a paper that somebody outside signed", lambda _, subject: subject.from_outside
)
IS_NOT_PERFORMER: Final = Condition(
    "who performed no step of it",
    _is_not_performer,
    duty=Message("Nobody verifies a record of their own work. Another verifier has to do it."),
)
HOLDS_THE_COPY: Final = Condition("who holds it{holder}", _holds_the_copy)
DOES_NOT_APPROVE_OR_WITNESS: Final = Condition(
    "who neither approves nor witnesses it",
    _does_not_approve_or_witness,
    duty=Message("Who destroys a copy neither approves nor witnesses that. Name somebody else (DC-76)."),
)
AUTHOR: Final = role(Role.AUTHOR)
HEAD: Final = role(Role.DEPARTMENT_HEAD)
SIGNER: Final = role(*SIGNERS)
IN_CHARGE: Final = role(Role.MANAGER_IN_CHARGE)  # of the department, above its head (主管经理)
CONTROLLER: Final = role(Role.DOCUMENT_CONTROLLER)
CLERK: Final = role(Role.DOCUMENT_CLERK)  # collects and files what the own department holds (DC-10)
VERIFIER: Final = role(Role.VERIFIER)
ADMIN: Final = role(Role.ADMIN)
ANYONE: Final = role(*Role)
WORKS: Final = role(*(r for r in Role if r is not Role.AUDITOR))
WORKS_AT_ALL: Final = replace(WORKS, asks=lambda _: False)
"""The same where it goes without saying."""
# Who audits reads everything and changes nothing (DC-111).
READS_EVERYTHING: Final = role(Role.AUDITOR, Role.ADMIN)


def _in_brackets(keys: Iterable[str]) -> Bracketed:
    return Bracketed(tuple(Post(key) for key in sorted(keys)))


def alternatives(of: Iterable[Value]) -> Joined:
    """Ways to a right, read downwards."""
    return Joined(tuple(of), "{first}, or {then}")


def in_words(conditions: Iterable[Condition], subject: Subject) -> Joined:
    """Conditions as they follow "someone"."""
    facts = {
        "posts": _in_brackets(subject.posts),
        "steps": _in_brackets(subject.step_posts),
        "keeper": _in_brackets([subject.kept_by] if subject.kept_by else []),
        "holder": _in_brackets([subject.holder] if subject.holder else []),
    }
    return Joined(
        tuple(Message(c.words, roles=[Post(r.value) for r in c.roles], **facts) for c in conditions),
        "{first} {then}",
    )
