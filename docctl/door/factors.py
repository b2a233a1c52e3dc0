"""Second factors: whether a code is right, once. Knows pyotp and how their rows are kept.

They stand outside the ledger, beside the passwords, and count only where the person's own row was made for
exactly them (rules/factors.py). What a phone shares with docctl is sealed with a key that is not in the
database: whoever has that alone makes no codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from docctl.door import transaction
from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.models.people import AccountFactor, AccountRecovery, Person
from docctl.rules import factors as rules
from docctl.rules.secrets import session_digest

log = logging.getLogger(__name__)

NEEDED = Message("a code of your second factor is needed: set {variable}", variable="DOCCTL_CODE")
WRONG = Message("the code is wrong, or was used already; wait for the next one")
ENROL = Message(
    "this site asks you for a second factor: set it up on the page “My account” first, then go on"
)


def new_secret() -> str:
    """What a phone and docctl are going to share."""
    return pyotp.random_base32()


def address(secret: str, login: str, organisation: str) -> str:
    """What the picture says that a phone reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=organisation)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute whose code this is, where it is the one of now or beside it; None for a wrong one."""
    phone = pyotp.TOTP(secret)
    now = phone.timecode(at)
    for step in range(now - rules.DRIFT, now + rules.DRIFT + 1):
        if hmac.compare_digest(phone.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            return step
    return None


def keep(site: Site, session: Session, person: Person, secret: str, step: int, recovery: list[str]) -> None:
    """Store it beside the ledger, in the place of any before, and bind it to the person's row."""
    forget(session, person)
    sealed = _seal(site).encrypt(secret.encode()).decode()
    digests = [_digest(site, code) for code in recovery]
    session.add(AccountFactor(person_id=person.id, sealed=sealed, last_step=step))
    session.add_all(AccountRecovery(person_id=person.id, digest=each, used_at=None) for each in digests)
    person.factor = rules.commitment(sealed, digests)


def forget(session: Session, person: Person) -> None:
    """Nothing of it is left."""
    for kind in (AccountFactor, AccountRecovery):
        session.execute(delete(kind).where(kind.person_id == person.id))
    person.factor = None


def asked(site: Site, login: str) -> bool:
    """Whether this account has one. Told by the row in the ledger: taking the others away opens nothing."""
    with site.reading() as session:
        return session.scalar(select(Person.factor).where(Person.login == login)) is not None


def right(site: Site, login: str, code: str) -> bool:
    """Whether the code is one of this person's, and was not used before; from now on it is."""
    given = rules.typed(code)
    with transaction.note(site) as session:
        found = session.execute(
            select(Person.id, Person.factor, AccountFactor.sealed)
            .outerjoin(AccountFactor, AccountFactor.person_id == Person.id)
            .where(Person.login == login)
        ).first()
        if found is None or found.factor is None or not _bound(session, found.id, found.factor, found.sealed):
            log.warning("no second factor of %.60s that counts; run: docctl check", login)
            return False
        if rules.is_of_phone(given):
            secret = _seal(site).decrypt(found.sealed.encode()).decode()
            return _used_up(session, found.id, step_of(secret, given, site.clock()))
        paper = (
            update(AccountRecovery)
            .where(
                AccountRecovery.person_id == found.id,
                AccountRecovery.digest == _digest(site, given),
                AccountRecovery.used_at.is_(None),
            )
            .values(used_at=site.clock())
            .returning(AccountRecovery.digest)
        )
        return session.scalar(paper) is not None


def _used_up(session: Session, person_id: int, step: int | None) -> bool:
    if step is None:
        return False
    later = (
        update(AccountFactor)
        .where(AccountFactor.person_id == person_id, AccountFactor.last_step < step)
        .values(last_step=step)
        .returning(AccountFactor.last_step)
    )
    return session.scalar(later) is not None


def _bound(session: Session, person_id: int, factor: str, sealed: str | None) -> bool:
    digests = session.scalars(select(AccountRecovery.digest).where(AccountRecovery.person_id == person_id))
    return sealed is not None and hmac.compare_digest(factor, rules.commitment(sealed, digests))


def _digest(site: Site, code: str) -> str:
    return session_digest(site.session_key, f"recovery {rules.typed(code)}")


def _seal(site: Site) -> Fernet:
    key = hmac.digest(site.session_key, b"docctl second factors", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
