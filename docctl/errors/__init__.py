"""What can go wrong, in a handful of kinds: each with its exit code and its HTTP status.

A message is written once, for the terminal, the page and the API, as data: it says what is wrong and what
to do next, in the language of whoever is told (message.py). As text an error is its English sentence.
The order in which a command asks (design 9) is the order of the classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docctl.errors.message import Message, Places, Value


class DocctlError(Exception):
    """Base of every refusal. `kind` is the word in `{"error": {"kind": …}}`.

    `said` is a literal in English with the names of `values` in {braces}, or a message made before.
    """

    kind = "error"
    exit_code = 1
    status = 500

    def __init__(self, said: str | Message, /, **values: Value) -> None:
        self.said = said if isinstance(said, Message) else Message(said, **values)
        super().__init__(self.said)

    def __str__(self) -> str:
        return str(self.said)

    @property
    def message(self) -> str:
        """The English sentence, for logs and for the ledger."""
        return str(self.said)


class Usage(DocctlError):
    """The command or the request itself is malformed."""

    kind, exit_code, status = "usage", 2, 400


class Unauthenticated(DocctlError):
    """No such account, or the wrong password."""

    kind, exit_code, status = "password", 3, 401


class Throttled(DocctlError):
    """Too many wrong passwords. `seconds` is how long to wait; nothing was compared meanwhile."""

    kind, exit_code, status = "password", 3, 429

    def __init__(self, said: str | Message, /, *, seconds: int = 1, **values: Value) -> None:
        self.seconds = seconds
        super().__init__(said, seconds=seconds, **values)


class NotFound(DocctlError):
    """The thing named does not exist, or may not be seen."""

    kind, exit_code, status = "not-found", 5, 404


class Forbidden(DocctlError):
    """Not this person's right: role, department or separation of duties."""

    kind, exit_code, status = "forbidden", 3, 403


class WrongState(DocctlError):
    """The right person at the wrong moment: state or turn."""

    kind, exit_code, status = "state", 4, 409


class Invalid(DocctlError):
    """Content that cannot be accepted. `problems` maps each field or place to its sentence.

    All problems are collected before refusing: people mend a form in one go.
    """

    kind, exit_code, status = "content", 2, 422

    def __init__(self, problems: str | Message | Mapping[str, Message], /, **values: Value) -> None:
        if isinstance(problems, Mapping):
            self.problems = dict(problems)
            super().__init__("{problems}", problems=Places(self.problems))
        else:
            super().__init__(problems, **values)
            self.problems = {"": self.said}


class Busy(DocctlError):
    """Another writer holds the library or the database. Nothing was changed; try again."""

    kind, exit_code, status = "busy", 1, 503


class Diverged(DocctlError):
    """The library is not what the database wrote. Writing stops, reading goes on."""

    kind, exit_code, status = "diverged", 1, 503


class Tampered(DocctlError):
    """What is stored is not what was recorded. `findings`: each thing, as a check names it, where known.

    No fault of the program: the page says what is wrong, and leads on to the check.
    """

    kind, exit_code, status = "tampered", 1, 409

    findings: Sequence[object] = ()


class Defect(DocctlError):
    """A use case broke a rule of the transaction: a fault in docctl, never of the user."""

    kind, exit_code, status = "defect", 1, 500


class Unchecked(Defect):
    """An act was about to commit without having asked for permission."""


class Unrecorded(Defect):
    """An act was about to commit without an event."""


class Unproved(Defect):
    """An act was about to sign or to end something, and whoever acts was not asked for their password."""


class Unseconded(Defect):
    """An act was about to give roles that sign, where two people do that."""


class Uncovered(Defect):
    """A controlled row changed without its before image, or outside an act."""
