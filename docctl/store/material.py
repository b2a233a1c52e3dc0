"""The files of one document: gathered from a folder, named for the library, listed in a manifest.

A manifest is what a signature names: [{"path", "blob", "sha256", "size"}], by path. Knows nothing of
revisions or states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import rfc8785

from docctl.errors import Invalid, NotFound, Tampered, see
from docctl.errors.message import Foreign
from docctl.rules import languages
from docctl.rules.documents.clauses import LARGEST_FIGURE
from docctl.rules.languages import Language
from docctl.store.library import Library
from docctl.store.names import file_name, language_of, text_file
from docctl.store.objects import blob_id
from docctl.store.source import Procedure, figure_paths, read_procedure
from docctl.store.template import Template, read_template
from docctl.store.tree import LARGEST_FILE, without_unseen


@dataclass(frozen=True)
class Material:
    """A document's files by their path in the library, and what they say. `main` is the first one's path.

    `taken_out`: where characters stood that cannot be seen, and that were left out.
    """

    content: Procedure | Template
    files: Mapping[str, bytes]
    main: str
    taken_out: tuple[str, ...] = ()

    @cached_property
    def manifest(self) -> list[dict[str, Any]]:
        return manifest_of(self.files)

    @property
    def main_blob(self) -> str:
        return blob_id(self.files[self.main])


def gather(file: Path) -> Material:
    """The document whose main file is `file`: `NUMBER.md`, its languages and figures, or a `.yaml` template.

    Raises NotFound when the file is not there, Invalid when it or something it names cannot be accepted.
    """
    suffix = file.suffix.lower()
    language = (suffix in _TEXTS and language_of(f"{file.stem}.md")) or languages.PRIMARY
    if language != languages.PRIMARY:
        main = text_file(file.stem.removesuffix(f".{language}"), languages.PRIMARY)
        raise Invalid(
            "{file} is one of several languages; give {main}, the others come along",
            file=file.name,
            main=main,
        )
    taken_out: list[str] = []
    data = _text(file, taken_out)
    if suffix in (".yaml", ".yml"):
        return replace(of_template(read_template(data)), taken_out=tuple(taken_out))
    if suffix not in _TEXTS:
        raise Invalid("{file} is neither a procedure (.md) nor a record template (.yaml)", file=file.name)
    others = {
        each: _text(beside, taken_out)
        for each in languages.ALL
        if each != language and (beside := _beside(file, each)).is_file()
    }
    figures = {
        kept: _bytes(file.parent / path, LARGEST_FIGURE)
        for path, kept in figure_paths(data, *others.values()).items()
        if _is_there(file.parent, path)
    }
    return replace(of_procedure(read_procedure(data, others, figures)), taken_out=tuple(taken_out))


_TEXTS: Final = (".md", ".markdown")


def _beside(file: Path, language: Language) -> Path:
    """The file of another language: with the ending of this one, else with the usual one."""
    same = file.with_name(f"{file.stem}.{language}{file.suffix}")
    return same if same.is_file() else file.with_name(text_file(file.stem, language))


def _text(file: Path, taken_out: list[str]) -> bytes:
    """A text without what cannot be seen and means nothing; where that was is added to `taken_out`."""
    data, lines = without_unseen(_bytes(file, LARGEST_FILE))
    taken_out += [f"{file.name}:{line}" for line in lines]
    return data


def of_procedure(procedure: Procedure) -> Material:
    """The files of a procedure that was read."""
    name = file_name(procedure.number)
    files = {f"procedures/{text_file(name, each)}": text.raw for each, text in procedure.texts.items()}
    files |= {f"procedures/{path}": data for path, data in procedure.figures.items()}
    return Material(procedure, files, f"procedures/{text_file(name, languages.PRIMARY)}")


def of_template(template: Template) -> Material:
    """The file of a record template that was read."""
    main = f"templates/{file_name(template.number)}.yaml"
    return Material(template, {main: template.raw}, main)


def manifest_of(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The manifest of files by their path in the library."""
    return [
        {"path": p, "blob": blob_id(d), "sha256": hashlib.sha256(d).hexdigest(), "size": len(d)}
        for p, d in sorted(files.items())
    ]


def content_of(manifest: Sequence[Mapping[str, Any]]) -> str:
    """The SHA-256 of the manifest's canonical JSON."""
    return hashlib.sha256(rfc8785.dumps([dict(entry) for entry in manifest])).hexdigest()


def read_files(library: Library, manifest: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """The bytes of each file of a manifest, hashed again. Raises Tampered for the first that differs."""
    files = {}
    for entry in manifest:
        data = library.read(entry["blob"])
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise Tampered(
                "{path} is not what was signed: its SHA-256 differs. Run {check}.",
                path=entry["path"],
                check=see.CHECK,
            )
        files[entry["path"]] = data
    return files


def parse(files: Mapping[str, bytes]) -> Procedure | Template:
    """What the files of a manifest say."""
    main = main_of(files)
    if main.endswith(".yaml"):
        return read_template(files[main])
    return read_procedure(files[main], others_of(files), figures_of(files))


def main_of(paths: Iterable[str]) -> str:
    """The file of the primary language, or the template, among the paths of a manifest."""
    # The shortest: a language that is not in the list any more has left files with a longer name.
    return next(p for p in sorted(paths, key=len) if p.endswith((".md", ".yaml")))


def others_of(files: Mapping[str, bytes]) -> dict[Language, bytes]:
    """The texts in other languages than the primary one."""
    found = {language_of(path): data for path, data in files.items()}
    return {each: found[each] for each in languages.ALL if each in found and each != languages.PRIMARY}


def figures_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The figures by their paths as the texts name them."""
    return {p.removeprefix("procedures/"): data for p, data in files.items() if is_figure(p)}


def is_figure(path: str) -> bool:
    """Whether a file of a manifest is neither text nor template."""
    return not path.endswith((".md", ".yaml"))


def _bytes(file: Path, largest: int) -> bytes:
    try:
        if file.stat().st_size > largest:
            raise Invalid(
                "{file} is larger than {largest:,} bytes; make it smaller", file=file.name, largest=largest
            )
        return file.read_bytes()
    except OSError as error:
        raise NotFound("{file} cannot be read: {why}", file=file, why=Foreign(str(error.strerror))) from error


def _is_there(folder: Path, path: str) -> bool:
    """Whether `path` is a file inside the folder. A name that no file can have (a NUL) is not there."""
    try:
        inside = (folder / path).resolve().is_relative_to(folder.resolve())
        return inside and (folder / path).is_file()
    except (OSError, ValueError):
        return False
