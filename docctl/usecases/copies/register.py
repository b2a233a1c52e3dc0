"""The register of issue and recall: what every act about copies looks up and writes down (DC-49).

Part of other acts: it opens none, and asks nobody's permission.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.transaction import Act
from docctl.errors import Invalid, NotFound, see
from docctl.errors.message import Joined, Message, Post, Typed
from docctl.ledger import checkpoint
from docctl.ledger.checkpoint import Checkpoint
from docctl.models.copies import Copy, CopyStep, Loan, Recall
from docctl.models.documents import Document, Revision
from docctl.models.ledger import OutboxCheckpoint
from docctl.models.outsiders import Outsider
from docctl.models.people import Person
from docctl.rules import copies, copy_numbers, lending
from docctl.rules.actions import Action
from docctl.rules.distribution import Purpose
from docctl.rules.documents import revisions
from docctl.rules.people import LOGIN
from docctl.rules.recalls import Cause
from docctl.rules.text import clean
from docctl.standing import address, copy_print, facts, find

_FOR_USE: Final[Mapping[str, Purpose]] = MappingProxyType({})
"""By holder; who is not in it has a copy to work by."""
_NEWEST_NOTE = select(OutboxCheckpoint.note).order_by(OutboxCheckpoint.size.desc()).limit(1)


@dataclass(frozen=True)
class Holder:
    """Who gets a copy: `key` is a login or the key of a department, `name` what is printed."""

    key: str
    name: str


def holders(
    session: Session, names: Sequence[str], *, field: str = "holder", departments: bool = True
) -> list[Holder]:
    """Who is meant, in the order of `names`: logins, outsiders, and departments by one of their names.

    Raises Invalid for nobody at all, an unknown name, and one that an account and a department share.
    """
    known_departments = _departments(session) if departments else {}
    others = _accounts(session, map(folded, names))
    if any(folded(name) not in known_departments | others for name in names):
        others |= _outsiders(session)
    problems = [problem for name in names if (problem := _problem(name, known_departments, others))]
    if not names:
        problems.append(Message("Name at least one login or department that gets a copy."))
    if problems:
        raise Invalid({field: Message("{all}", all=Joined(tuple(problems), "{first} {then}"))})
    known = known_departments | others
    return [known[folded(name)] for name in names]


def key_named(session: Session, name: str) -> str | None:
    """The key of the holder who is called so today; None where nobody is."""
    found = _departments(session) | _accounts(session, [folded(name)]) | _outsiders(session)
    holder = found.get(folded(name))
    return None if holder is None else holder.key


def hand_out(
    act: Act,
    document: Document,
    revision: Revision,
    known: Sequence[Revision],
    to: Sequence[Holder],
    purposes: Mapping[str, Purpose] = _FOR_USE,
) -> list[Copy]:
    """A new copy of `revision` for each holder, in their order. `known` are all revisions of the document.

    Running numbers go on from the last one that was ever used. Of a revision whose successor is already
    issued the copies are recalled from its day at once, like those that were out when it was issued.
    """
    used = select(func.max(Copy.running)).where(Copy.document_id == document.id)
    first = (act.session.scalar(used) or 0) + 1
    signed = newest_signed(act)
    made = [
        _copy(act, document, revision, running, holder, purposes.get(holder.key, Purpose.USE))
        for running, holder in enumerate(to, first)
    ]
    if signed is not None:
        for copy in made:
            copy.signed_size, copy.signed_root = signed.size, signed.root_text
    act.add(*made)
    public = address.bind(act)
    for copy in made:
        copy.pdf_sha256 = copy_print.stamped_sha256(act.turn.site, revision, copy, public)
        act.add(step(act, copy, Action.COPY_ISSUE))
        act.add(*recalls_ahead(act, copy, revision, known))
    return made


def _copy(
    act: Act, document: Document, revision: Revision, running: int, holder: Holder, purpose: Purpose
) -> Copy:
    return Copy(
        number=copy_numbers.copy_number(document.number, running),
        document_id=document.id,
        revision_id=revision.id,
        running=running,
        token=new_token(),
        holder=holder.key,
        holder_name=holder.name,
        state=copies.State.ISSUED,
        purpose=purpose,
        print_no=1,
        issued_day=act.today,
        issued_at=act.at,
        issued_by_id=act.actor.person_id,
    )


def newest_signed(act: Act) -> Checkpoint | None:
    """What a print that is made now bears of the ledger. None where nothing was signed yet."""
    note = act.session.scalar(_NEWEST_NOTE)
    return None if note is None else checkpoint.parse(note)


def new_token() -> str:
    """A token that nobody can guess: 128 random bits."""
    return copy_numbers.token_text(secrets.token_bytes(16))


def step(act: Act, copy: Copy, action: Action | None = None, *, reason: str | None = None) -> CopyStep:
    """The line of the register about this act, once `copy.state` is what the act makes it."""
    return CopyStep(
        copy_id=copy.id,
        action=(action or act.action).verb,
        state=copy.state,
        day=act.today,
        at=act.at,
        by_id=act.actor.person_id,
        reason=reason,
    )


def status(act: Act, copy: Copy) -> copies.Status | None:
    """Where the copy stands today."""
    return copies.state_on(facts.all_copies(act.session, [copy])[0], act.today)


def after(act: Act, copy: Copy) -> copies.State:
    """The state that this act leads to. Raises WrongState."""
    check_paper(act, copy)
    return copies.after(status(act, copy), act.action, copy.number)


def check_paper(act: Act, copy: Copy) -> None:
    """Whether this act can be done with the paper where it is: nobody has it on loan. Raises WrongState."""
    loan = _open_loan(act, copy)
    borrower = None if loan is None else loan.borrower_name
    lending.check(status(act, copy), act.action, copy.number, borrower=borrower)


def end_loan(act: Act, copy: Copy) -> str | None:
    """The loan ends with this act; who had it, if anybody had."""
    loan = _open_loan(act, copy)
    if loan is None:
        return None
    loan.ended_day, loan.ended_at, loan.ended_by_id = act.today, act.at, act.actor.person_id
    return loan.borrower


def _open_loan(act: Act, copy: Copy) -> Loan | None:
    return act.session.scalar(select(Loan).where(Loan.copy_id == copy.id, Loan.ended_at.is_(None)))


def checked_reason(reason: str) -> str:
    """The reason as it is stored. Raises Invalid for a blank one."""
    copies.check_reason(reason)
    return clean(reason)


def people(session: Session, logins: Iterable[str]) -> list[Person]:
    """The active people of these logins, in that order. Raises NotFound for the first who is none."""
    wanted = list(logins)
    found = {person.login: person for person in _people(session, wanted)}
    missing = next((login for login in wanted if login not in found), None)
    if missing is not None:
        raise NotFound(
            "there is no active account {login}; see: {where}", login=Typed(missing), where=see.ACCOUNTS
        )
    return [found[login] for login in wanted]


def recalls_ahead(act: Act, copy: Copy, revision: Revision, known: Sequence[Revision]) -> Iterator[Recall]:
    """A copy of a revision whose successors have their days already is called back for each of them."""
    judged = facts.revisions(known)
    later = revisions.successor(facts.of_revision(revision), judged)
    while later is not None and later.effective is not None:
        yield Recall(
            copy_id=copy.id,
            from_day=later.effective,
            revision_id=later.id,
            cause=Cause.SUPERSEDED,
            by_id=act.actor.person_id,
            at=act.at,
        )
        later = revisions.successor(later, judged)


def folded(name: str) -> str:
    """Names that differ in case, width or blanks are one name."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _departments(session: Session) -> dict[str, Holder]:
    """Every department under each of its names (DC-113)."""
    known: dict[str, Holder] = {}
    departments = find.departments(session)
    # Keys and titles first: another name of one department never hides the own name of another.
    for d in departments:
        known |= dict.fromkeys(map(folded, (d.key, *d.title.values())), Holder(d.key, d.title.stamped))
    for d in departments:
        for alias in d.aliases:
            known.setdefault(folded(alias), known[folded(d.key)])
    return known


def _outsiders(session: Session) -> dict[str, Holder]:
    """Those who may get a copy, by key; by the name of the company too, where it is that of one alone."""
    there = select(Outsider).where(Outsider.erased_at.is_(None)).order_by(Outsider.id)
    known, by_company = dict[str, Holder](), dict[str, list[Holder]]()
    for row in session.scalars(there):
        known[row.key] = Holder(row.key, row.company)
        by_company.setdefault(folded(row.company), []).append(known[row.key])
    return {name: found[0] for name, found in by_company.items() if len(found) == 1} | known


def _accounts(session: Session, logins: Iterable[str]) -> dict[str, Holder]:
    return {person.login: Holder(person.login, person.name) for person in _people(session, logins)}


def _people(session: Session, logins: Iterable[str]) -> Iterable[Person]:
    """One query for all. What cannot be a login is not asked for: it may hold what no database takes."""
    possible = {login for login in logins if LOGIN.fullmatch(login)}
    return session.scalars(select(Person).where(Person.login.in_(possible), Person.active == 1))


def _problem(name: str, departments: dict[str, Holder], accounts: dict[str, Holder]) -> Message | None:
    known = folded(name)
    if known in departments and known in accounts:
        return Message(
            "{name} is both an account and a department; use the department's title or another account.",
            name=Typed(name),
        )
    if known in departments or known in accounts:
        return None
    if not departments:
        return Message("{name} is no active account and no holder outside.", name=Typed(name))
    keys = sorted({holder.key for holder in departments.values()})
    return Message(
        "{name} is no active account and no department; departments are {departments}.",
        name=Typed(name),
        departments=[Post(key) for key in keys],
    )
