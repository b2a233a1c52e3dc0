"""A revision as somebody reads it: the only way to its text, its figures, its PDF, and what is made of them.

Who may read it is one table (rules/documents/readers.py), asked in one place, so that page, print, comparison
and trace cannot disagree. Knows nothing of days: what a text counts for is not who may read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docctl.errors import NotFound, see
from docctl.models.documents import Document, Revision, called
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import labels
from docctl.rules.documents.readers import READERS
from docctl.standing import copy_print, facts, find, pinned
from docctl.store.material import parse, read_files
from docctl.store.source import Procedure
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.context import Context
    from docctl.door.site import Site


@dataclass(frozen=True, kw_only=True)
class Readable:
    """A revision that its reader may read. Whoever needs its bytes needs one of these, made by this file."""

    site: Site
    document: Document
    revision: Revision

    def files(self) -> dict[str, bytes]:
        """Its files by their paths in the library, hashed again. Raises Tampered."""
        return read_files(self.site.library, self.revision.manifest)

    def file(self, path: str) -> bytes:
        """One of them, hashed again. Raises Tampered."""
        entries = [entry for entry in self.revision.manifest if entry["path"] == path]
        return read_files(self.site.library, entries)[path]

    def content(self) -> Procedure | Template:
        """What they say. Raises Tampered."""
        return parse(self.files())

    def template(self) -> Template:
        """The record template that they are. Raises Tampered."""
        return pinned.template_of(self.site, self.revision, self.revision.blob)

    def pdf(self) -> bytes:
        """The PDF that it was issued with. Raises WrongState where it was issued without one."""
        return copy_print.base(self.site, self.revision, called(self.document, self.revision))


def may_read(ctx: Context, document: Document, revision: Revision) -> bool:
    """Whether the reader may read this revision of `document`."""
    return ctx.may(*_asked(ctx, document, revision))


def readable(ctx: Context, document: Document, revision: Revision) -> Readable:
    """The revision for its reader. Raises Forbidden, with who may read it."""
    ctx.require(*_asked(ctx, document, revision))
    return Readable(site=ctx.site, document=document, revision=revision)


def labelled(ctx: Context, document: Document, label: str) -> Readable:
    """The revision of this label, however it is typed. Raises NotFound, Forbidden, Invalid for no label."""
    wanted = labels.parse_label(label)
    for known in find.revisions(ctx.session, document.id):
        if labels.parse_label(known.label) == wanted:
            return readable(ctx, document, known)
    raise NotFound(
        "{number} has no revision {label}; see: {where}",
        number=document.number,
        label=str(wanted),
        where=see.document(document.number),
    )


def all_readable(ctx: Context, document: Document) -> list[Readable]:
    """Those revisions that the reader may read, in the order in which they were begun."""
    return [
        Readable(site=ctx.site, document=document, revision=known)
        for known in find.revisions(ctx.session, document.id)
        if may_read(ctx, document, known)
    ]


def _asked(ctx: Context, document: Document, revision: Revision) -> tuple[Action, Subject]:
    action = READERS[revision.state]
    if action is Action.DOCUMENT_READ:
        return action, Subject(name=called(document, revision))
    return action, facts.subject(ctx.session, document, revision)
