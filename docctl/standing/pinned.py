"""What a record was opened under: the template and the limits, read out of the library by what was pinned.

Knows revisions and their bytes; nothing of what was filled in. The content of a revision never changes, so
what it says is remembered by the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from docctl.errors import Tampered, see
from docctl.models.documents import Revision
from docctl.rules.records.limits import Limit
from docctl.store.material import content_of, parse, read_files
from docctl.store.source import Procedure
from docctl.store.template import Template

if TYPE_CHECKING:
    from docctl.door.site import Site

T = TypeVar("T")

MOST_REMEMBERED = 200
"""Contents that one process keeps in mind; then it begins anew."""

_MEMORY = "pinned"


def template_of(site: Site, revision: Revision, blob: str) -> Template:
    """The template as it stands in `revision`, whose main file a record pinned as `blob`. Raises Tampered."""
    return _remembered(site, revision, blob, _template)


def limits_of(site: Site, revision: Revision, blob: str) -> Mapping[str, Limit]:
    """The limits of a procedure as its front matter states them there, by name. Raises Tampered."""
    return _remembered(site, revision, blob, _limits)


def forms_of(site: Site, revision: Revision, blob: str) -> tuple[str, ...]:
    """The numbers of the forms that a procedure names there as its records. Raises Tampered."""
    return _remembered(site, revision, blob, _forms, memory="pinned forms")


def _remembered(
    site: Site,
    revision: Revision,
    blob: str,
    read: Callable[[Template | Procedure], T],
    memory: str = _MEMORY,
) -> T:
    known = {entry["blob"] for entry in revision.manifest}
    if revision.blob != blob or blob not in known or content_of(revision.manifest) != revision.content:
        raise Tampered(
            "revision {label} is not the one that was pinned; run: {check}",
            label=revision.label,
            check=see.CHECK,
        )
    return site.memory.recall(
        memory,
        revision.content,
        lambda: read(parse(read_files(site.library, revision.manifest))),
        most=MOST_REMEMBERED,
    )


def _template(content: Template | Procedure) -> Template:
    assert isinstance(content, Template)  # a document of level form has no other content
    return content


def _limits(content: Template | Procedure) -> Mapping[str, Limit]:
    # Its text and figures, which may be large, are not needed again.
    return content.limits if isinstance(content, Procedure) else {}


def _forms(content: Template | Procedure) -> tuple[str, ...]:
    return content.records if isinstance(content, Procedure) else ()
