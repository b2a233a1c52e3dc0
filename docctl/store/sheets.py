"""Workbooks and ZIPs that somebody uploads: their cells as text, their files by name. Bounded (SE-27)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.store import sheet_process

LARGEST: Final = 10_000_000
MOST_FILES: Final = 6_000
MOST_BYTES: Final = 1_000_000_000
_SECONDS: Final = 60
_SIGNS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def cells_of(data: bytes) -> list[list[str]]:
    """The first sheet of a workbook, row by row. Raises Invalid for `file`."""
    if len(data) > LARGEST:
        raise Invalid({"file": Message("has over {most} MB; give it in parts", most=LARGEST // 10**6)})
    if not data.startswith(_SIGNS):
        raise Invalid({"file": Message("is no workbook of Excel; save it as .xlsx")})
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(sheet_process.__file__))],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    if done.returncode:
        raise _unreadable()
    found: list[list[str]] = json.loads(done.stdout)
    return found


def files_of(data: bytes) -> Mapping[str, bytes]:
    """The files of a ZIP, by their names without folders. Raises Invalid for `files`."""
    if not data:
        return {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return _unpacked(packed)
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError):
        raise Invalid({"files": Message("is no ZIP that can be read; pack the files again")}) from None


def _unpacked(packed: zipfile.ZipFile) -> dict[str, bytes]:
    """Counted while they are read: what a ZIP says of its sizes is not believed."""
    entries = [each for each in packed.infolist() if not each.is_dir()]
    if len(entries) > MOST_FILES:
        raise Invalid({"files": Message("holds over {most} files; give it in parts", most=MOST_FILES)})
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for each in entries:
        name = PurePosixPath(_named(each).replace("\\", "/")).name
        if not name or name.startswith(".") or "__MACOSX" in each.filename:
            continue
        with packed.open(each) as file:
            data = file.read(min(left, _LARGEST_FILE) + 1)
        left -= len(data)
        if left < 0 or len(data) > _LARGEST_FILE:
            raise Invalid({"files": Message("{name} makes it too large; give it in parts", name=name)})
        if name in found:
            raise Invalid({"files": Message("holds {name} twice; a name stands for one file", name=name)})
        found[name] = data
    return found


def _named(each: zipfile.ZipInfo) -> str:
    """Windows in Chinese writes names in GBK, and says so nowhere."""
    if each.flag_bits & _SAYS_UTF8:
        return each.filename
    try:
        return each.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return each.filename


_SAYS_UTF8: Final = 0x800
_LARGEST_FILE: Final = 20_000_000


def _unreadable() -> Invalid:
    return Invalid(
        {"file": Message("cannot be read; open it in Excel and save it as .xlsx, without a password")}
    )
