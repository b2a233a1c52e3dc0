"""The file and ref name of a document number, and of a revision label.

Takes the canonical form as it is; how a number becomes canonical is not known here. Two numbers
never give one name, and no name means anything to a file system or to git (design 3, SE-20).
"""

from __future__ import annotations

import re
import unicodedata

from docctl.errors import Invalid
from docctl.errors.message import Typed
from docctl.rules import languages
from docctl.rules.languages import Language

MAX_BYTES = 200  # leaves room in 255 for `.values.jsonl`, `.en.md` and git's `.lock`


def file_name(number: str) -> str:
    """`DF/ZY-GL 006` → `DF_2FZY-GL_20006`. Raises Invalid for a number that cannot be a name."""
    return _checked(_escaped(number), number)


def number_of(name: str) -> str:
    """The canonical number that `file_name` gave this name. Raises Invalid for a name that it never gives."""
    try:
        number = re.sub(rb"_([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), name.encode()).decode()
        if file_name(number) == name:
            return number
    except UnicodeError:
        pass
    raise Invalid("{name} is not the file name of a document number.", name=Typed(name))


def plain_name(number: str) -> str:
    """A number as part of the name of a file that people save: `DF/ZY-GL 006` → `DF-ZY-GL-006`.

    Letters of all writings stay. Two numbers may give one name: nothing is found again by it.
    """
    kept = "".join(c if c.isalnum() or c in "-_.（）()" else "-" for c in number)
    return kept.strip(".-") or "_"


def plain_title(title: str) -> str:
    """A title as part of the name of a file that people save: its letters, and not too many."""
    return "".join(c for c in title if c.isalnum() or c in "-（）《》")[:60]


def figure_at(number: str, path: str) -> str:
    """Where a figure is kept that the text of this document names: `FILE_NAME/name`.

    Its folder may be called as people write the number, 检验-程序-004 or DF-ZY-GL 006. A path
    elsewhere stays, and so does each where no number is known.
    """
    folder, _, name = path.partition("/")
    is_own = "/" not in name and bool(_alike(folder)) and _alike(folder) == _alike(number)
    return f"{file_name(number)}/{name}" if is_own else path


def _alike(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def text_file(name: str, language: Language) -> str:
    """The file of a document's text in a language: `NAME.md` in the primary one, else `NAME.LANG.md`."""
    return f"{name}.md" if language == languages.PRIMARY else f"{name}.{language}.md"


def language_of(file: str) -> Language | None:
    """The language of a text by its file's name; None for what is no text. No document's name ends so."""
    if not file.endswith(".md"):
        return None
    others = (each for each in languages.ALL if each != languages.PRIMARY and file.endswith(f".{each}.md"))
    return next(others, languages.PRIMARY)


def label_name(label: str) -> str:
    """`A/0` → `A-0`. A label may not contain `-`, so that two labels never give one name."""
    if "-" in label:
        raise Invalid(
            "The label {label} contains “-”, which stands for “/” in names. Choose another.",
            label=Typed(label),
        )
    return _checked(_escaped(label.replace("/", "-")), label)


_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
# Windows opens a device for these, whatever comes after the first dot.
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\.|$)")


def _escaped(text: str) -> str:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise Invalid("{text} is not text: it contains half a character.", text=Typed(text)) from error
    return "".join(chr(byte) if byte in _KEPT else f"_{byte:02X}" for byte in data)


def _checked(name: str, text: str) -> str:
    if not name:
        raise Invalid("A number or label may not be empty.")
    if name[0] in ".-" or name.endswith((".", ".LOCK")) or ".." in name or _DEVICE.match(name):
        raise Invalid(
            "{text} cannot be a file name: no dot or “-” in front, no dot or “.LOCK” at the end, no "
            "“..”, and no name that Windows keeps for a device.",
            text=Typed(text),
        )
    if len(name) > MAX_BYTES:
        raise Invalid(
            "{text}… is too long: its file name would have {many} bytes of {most}.",
            text=Typed(text[:40]),
            many=len(name),
            most=MAX_BYTES,
        )
    return name
