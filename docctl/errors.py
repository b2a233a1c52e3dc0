"""What can go wrong, in a handful of kinds: each with its exit code and its HTTP status.

A message is written once, for the terminal, the page and the API: it says what is wrong
and what to do next. The order in which a command asks (design 9) is the order of the classes.
"""

from __future__ import annotations

from collections.abc import Mapping


class DocctlError(Exception):
    """Base of every refusal. `kind` is the word in `{"error": {"kind": …}}`.

    `sentence` is English, and the name of the message in the catalogues; `values` stand in its {braces}.
    """

    kind = "error"
    exit_code = 1
    status = 500

    def __init__(self, sentence: str, /, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence.format_map(values) if values else sentence)

    @property
    def message(self) -> str:
        return str(self)


class Usage(DocctlError):
    """The command or the request itself is malformed."""

    kind, exit_code, status = "usage", 2, 400


class Unauthenticated(DocctlError):
    """No such account, or the wrong password."""

    kind, exit_code, status = "password", 3, 401


class Throttled(DocctlError):
    """Too many wrong passwords. `seconds` is how long to wait; nothing was compared meanwhile."""

    kind, exit_code, status = "password", 3, 429

    def __init__(self, message: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message)


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

    def __init__(self, problems: str | Mapping[str, str]) -> None:
        self.problems: dict[str, str] = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("; ".join(f"{k}: {v}" if k else v for k, v in self.problems.items()))


class Busy(DocctlError):
    """Another writer holds the library or the database. Nothing was changed; try again."""

    kind, exit_code, status = "busy", 1, 503


class Diverged(DocctlError):
    """The library is not what the database wrote. Writing stops, reading goes on."""

    kind, exit_code, status = "diverged", 1, 503


class Tampered(DocctlError):
    """Stored bytes are not the bytes that were signed for."""

    kind, exit_code, status = "tampered", 1, 500


class Defect(DocctlError):
    """A use case broke a rule of the transaction: a fault in docctl, never of the user."""

    kind, exit_code, status = "defect", 1, 500


class Unchecked(Defect):
    """An act was about to commit without having asked for permission."""


class Unrecorded(Defect):
    """An act was about to commit without an event."""


class Uncovered(Defect):
    """A controlled row changed without its before image, or outside an act."""
