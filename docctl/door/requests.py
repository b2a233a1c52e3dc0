"""What a request asks for: an action and all its arguments, and one hash for all of that.

An idempotency key (`--op`, the key in a form) stands for one request. Two requests are the same one where the
action and every argument are, those that were left to their defaults and the bytes of every file included.
Knows no table; nothing of who asks.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from docctl.door.site import Site
from docctl.errors import Defect, DocctlError, Invalid
from docctl.rules.actions import Action
from docctl.rules.text import clean
from docctl.store.material import Material

SECRETS: Final = frozenset({"password", "new_password", "secret"})
"""Names of arguments that nobody keeps as they are."""


class Once:
    """An argument that is called late, such as one that reads files: called once, however often it is asked.

    A second reading of an upload finds it empty, and one of a file may find another one.
    """

    def __init__(self, load: Callable[[], object]) -> None:
        self._load = load
        self._made: list[object] = []
        self._refused: DocctlError | None = None

    def __call__(self) -> object:
        """What it gives, or the refusal that it ended in."""
        if self._refused is not None:
            raise self._refused
        if not self._made:
            try:
                self._made.append(self._load())
            except DocctlError as error:
                self._refused = error
                raise
        return self._made[0]


@dataclass(frozen=True, kw_only=True)
class Request:
    """`action` with `arguments` by name, all of them, at `site`."""

    site: Site = field(repr=False)
    action: Action
    arguments: Mapping[str, object] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The hash, made when it is asked for: files are read only after somebody has said that one may.

        Keyed with the site's own key, since an argument may be a password: whoever has the table alone can
        try none against it.
        """
        key = hashlib.sha256(b"docctl requests" + self.site.key.private_bytes_raw()).digest()
        told = _told((self.action.value, self.arguments))
        return hmac.new(key, told, hashlib.sha256).hexdigest()


def as_kept(name: str, argument: object) -> object:
    """An argument in the form in which it is kept, and which can be looked at more than once.

    Texts are clean, those in lists and groups too: whichever page or command they came by, and after all
    decoding. Not so passwords, which are hashed as they were typed. What is read off or called is so once.
    Raises Invalid for `name`.
    """
    if callable(argument):
        return Once(argument)
    try:
        return argument if name in SECRETS else _clean(argument)
    except Invalid as error:
        raise Invalid({name: error.said}) from None


def _clean(argument: object) -> object:
    if type(argument) is str:  # and no word of an enumeration
        return clean(argument)
    if isinstance(argument, Mapping):
        return {key: _clean(value) for key, value in argument.items()}
    if type(argument) is list or type(argument) is tuple:  # and no row of names
        parts = tuple(map(_clean, argument))
        return argument if parts == tuple(argument) else parts
    again = isinstance(argument, str | bytes | Sequence | Set)
    return tuple(argument) if isinstance(argument, Iterable) and not again else argument


def _told(value: object) -> bytes:
    """Bytes that no other value has: its kind, how long it is, and what it holds."""
    for kinds, sign, write in _KINDS:
        if isinstance(value, kinds):
            told: bytes = write(value)
            return b"%s%d:%s" % (sign, len(told), told)
    if is_dataclass(value) and not isinstance(value, type):
        return _told((type(value).__name__, {f.name: getattr(value, f.name) for f in fields(value)}))
    raise Defect("two requests with a {kind} cannot be told apart", kind=type(value).__name__)


def _called(load: Once) -> bytes:
    try:
        return _told(load())
    except DocctlError as error:
        return _told(("refused", str(error)))


def _each(values: Iterable[object]) -> list[bytes]:
    return [_told(value) for value in values]


# The first kind that fits: a word of an enumeration is its text, a truth value no number, an instant no day.
_KINDS: Final[tuple[tuple[type | tuple[type, ...], bytes, Callable[[Any], bytes]], ...]] = (
    (type(None), b"n", lambda _: b""),
    (str, b"s", lambda v: str(v).encode("utf-8", "surrogatepass")),
    (bytes, b"b", lambda v: v),
    (bool, b"t", lambda v: b"1" if v else b"0"),
    (int, b"i", lambda v: str(v).encode()),
    (datetime, b"w", lambda v: v.isoformat().encode()),
    (date, b"d", lambda v: v.isoformat().encode()),
    (Once, b"c", _called),
    (Material, b"f", lambda v: _told((v.main, v.files))),
    (Mapping, b"m", lambda v: b"".join(sorted(map(_told, v.items())))),
    (Set, b"u", lambda v: b"".join(sorted(_each(v)))),
    (Sequence, b"l", lambda v: b"".join(_each(v))),
)
