"""The ZIP that holds an evidence file: nothing compressed, names in order, no time: one way to write it.

So whatever is changed in it, its directory included, is another file than the one that was written.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from hashlib import sha256
from typing import BinaryIO, Dict, Iterator, List, NamedTuple, Tuple

from docctl.ledger.evidence.canonical import Broken, Unknown

SAFE = re.compile(r"[0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)*")
MOST_BYTES = 0xFFFFFFFF
MOST_FILES = 0xFFFF
PIECE = 1 << 20


class Member(NamedTuple):
    """A file in the archive: where its bytes begin, how many there are, and their two sums."""

    offset: int
    size: int
    crc: int
    sha256: str


def local(name: str, size: int, crc: int) -> bytes:
    """What stands before the bytes of a file: stored, on the first day of 1980."""
    data = name.encode("utf-8")
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0x800, 0, 0, 0x21, crc, size, size, len(data), 0)
    return head + data


def directory(members: Dict[str, Member]) -> Iterator[bytes]:
    """The end of the archive: a line for each file, in order, and how many there are."""
    begin = size = 0
    for name, member in sorted(members.items()):
        data = name.encode("utf-8")
        at = member.offset - len(data) - 30
        begin = member.offset + member.size
        sums = (member.crc, member.size, member.size, len(data))
        head = struct.pack("<4s6H3I", b"PK\1\2", 0x314, 20, 0x800, 0, 0, 0x21, *sums[:3])
        line = head + struct.pack("<5H2I", sums[3], 0, 0, 0, 0, 0o100644 << 16, at) + data
        size += len(line)
        yield line
    many = len(members)
    yield struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, many, many, size, begin, 0)


class Archive:
    """An evidence file, opened. Every byte of it has been looked at once. Raises Broken, Unknown."""

    def __init__(self, path: str) -> None:
        try:
            self._file: BinaryIO = open(path, "rb")  # noqa: SIM115 - closed with the program
            self._size = os.fstat(self._file.fileno()).st_size
            begins = self._file.read(2)
        except OSError as error:
            raise Unknown(str(error)) from None
        if begins != b"PK":
            self._file.close()
            raise Unknown("this is no evidence file: it does not begin as a ZIP does")
        self.members: Dict[str, Member] = {}
        try:
            self._look()
        except Broken:
            self.close()
            raise

    def _look(self) -> None:
        at, before = 0, ""
        while found := self._member(at):
            name, member = found
            if name <= before:
                raise Broken("ZIP: the files do not stand in order at " + name)
            self.members[name] = member
            at, before = member.offset + member.size, name
        if self._read(at, self._size - at) != b"".join(directory(self.members)):
            raise Broken("ZIP: the directory at its end does not tell of the files that are in it")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, name: str) -> bytes:
        """All bytes of a file. Raises Broken where it is not there."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, a piece at a time."""
        if name not in self.members:
            raise Broken(name + " is missing")
        member = self.members[name]
        for begin in range(0, member.size, PIECE):
            yield self._read(member.offset + begin, min(PIECE, member.size - begin))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, each of which ends in a newline. Raises Broken."""
        rest = b""
        for piece in self.pieces(name):
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            raise Broken(name + " does not end with a complete line")

    def below(self, folder: str) -> List[str]:
        """The files whose path begins so."""
        return [name for name in self.members if name.startswith(folder)]

    def _member(self, at: int) -> "Tuple[str, Member] | None":
        head = self._read(at, 30)
        if head[:4] != b"PK\3\4":
            return None
        if len(head) < 30:
            raise Broken("ZIP: it ends in the middle of a file")
        crc, size, _, length = struct.unpack("<3IH", head[14:28])
        try:
            name = self._read(at + 30, length).decode("ascii")
        except UnicodeDecodeError:
            raise Broken("ZIP: the name of a file is not what a name is here") from None
        if not SAFE.fullmatch(name) or ".." in name:
            raise Broken("ZIP: the name of a file is not what a name is here")
        offset = at + 30 + length
        if offset + size > self._size or head + name.encode() != local(name, size, crc):
            raise Broken("ZIP: what stands before " + name + " is not what is written there")
        summed, found = sha256(), 0
        for begin in range(0, size, PIECE):
            piece = self._read(offset + begin, min(PIECE, size - begin))
            summed.update(piece)
            found = zlib.crc32(piece, found)
        if found != crc:
            raise Broken(name + ": the checksum of the ZIP does not fit its bytes")
        return name, Member(offset, size, crc, summed.hexdigest())

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)
