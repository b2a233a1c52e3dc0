"""One commit, and its tag, as a stream for `git fast-import`: the same values give the same bytes.

Pure: names are cleaned here, because a name may hold what git reads as the end of a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docctl.errors import Invalid
from docctl.store.objects import check_oid, check_path, check_ref


@dataclass(frozen=True)
class Author:
    """Who is named in the commit: the person's name, and the login in place of an address."""

    name: str
    login: str


@dataclass(frozen=True)
class TagSpec:
    """An annotated tag, `refs/tags/` + name, for the new commit."""

    name: str
    message: str


@dataclass(frozen=True)
class Kept:
    """A file whose bytes are in the library already, by the id of its blob."""

    blob: str


Content = bytes | Kept | None


def commit_stream(
    files: Mapping[str, Content],
    *,
    parent: str | None,
    author: Author,
    when: datetime,
    message: str,
    tag: TagSpec | None = None,
) -> bytes:
    """`files` maps a path to its new bytes, to a blob that is there, or to None for a file that goes.

    The answer of fast-import is one line with the commit's id, then one with the tag's.
    """
    who = identity(author, when)
    parts = [b"commit %s\nmark :1\nauthor %s\ncommitter %s\n" % (STAGING, who, who), data(text(message))]
    if parent is not None:
        parts.append(b"from %s\n" % check_oid(parent).encode())
    parts += (change(path, files[path]) for path in sorted(files))
    # Nothing but objects may stay behind: the stream takes back each ref that it makes.
    parts += (b"get-mark :1\n", _forget(STAGING))
    if tag is not None:
        name = check_ref(f"refs/tags/{tag.name}").removeprefix("refs/tags/").encode()
        parts += (b"tag %s\nmark :2\nfrom :1\ntagger %s\n" % (name, who), data(text(tag.message)))
        parts += (b"get-mark :2\n", _forget(b"refs/tags/" + name))
    return b"".join([*parts, b"done\n"])


STAGING = b"refs/heads/staging"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def change(path: str, content: Content) -> bytes:
    """The line that puts a file into the commit, or takes it out."""
    # Quotation marks and backslashes cannot occur in a checked path, so the quotes need no escapes.
    name = check_path(path).encode()
    if content is None:
        return b'D "%s"\n' % name
    if isinstance(content, Kept):
        return b'M 100644 %s "%s"\n' % (check_oid(content.blob).encode(), name)
    return b'M 100644 inline "%s"\n' % name + data(content)


def data(content: bytes) -> bytes:
    """Bytes, with their length before them."""
    return b"data %d\n%s\n" % (len(content), content)


def _forget(ref: bytes) -> bytes:
    return b"reset %s\nfrom %s\n\n" % (ref, b"0" * 40)


def identity(author: Author, when: datetime) -> bytes:
    """Who did it and when, without what git would read as markup."""
    name = re.sub(r"\s+", " ", _printable(author.name)).strip() or "unknown"
    login = re.sub(r"\s+", "", _printable(author.login)) or "unknown"
    return f"{name} <{login}> {_seconds(when)}".encode()


def _printable(name: str) -> str:
    """Without what git reads as markup, and without controls, marks of direction and half characters."""
    return "".join(" " if char in "<>" or unicodedata.category(char)[0] == "C" else char for char in name)


def text(message: str) -> bytes:
    """A message as git keeps it."""
    lines = message.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in lines)
    return "".join(kept).strip("\n").encode() + b"\n"


def _seconds(when: datetime) -> str:
    """Git's raw date: seconds since 1970 and the zone's offset."""
    offset = when.utcoffset()
    if offset is None or when < _EPOCH:
        raise Invalid(
            "{when} cannot be the time of a commit: it needs a zone, and a year from 1970.", when=when
        )
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta(0) else "+"
    return f"{(when - _EPOCH) // timedelta(seconds=1)} {sign}{minutes // 60:02}{minutes % 60:02}"
