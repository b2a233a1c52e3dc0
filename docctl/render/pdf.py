"""HTML into PDF/A-3u, tagged, with the source attached: the only file that knows WeasyPrint.

Runs in the process of its own that `renderer` starts, never in that of a site: what it lays out is untrusted.
It gets all it needs and fetches nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Foreign, Message
from docctl.render import enclosed, figures, fitting, numbering
from docctl.render.figures import Asset

ADDRESS: Final = "asset:"
_VARIANT: Final = "pdf/a-3u"
_MOST_TOLD: Final = 20
# What is then missing on paper. Other errors (a link to no clause, a figure without words for the blind) hide
# nothing from the reader, and are the text's own matter.
_SERIOUS: Final = ("Failed to ", "Content discarded")


@dataclass(frozen=True)
class Attached:
    """A file that travels inside the PDF."""

    name: str
    description: str
    data: bytes


@dataclass(frozen=True)
class Job:
    """All that a print is made of. `day` dates what is attached; `assets` are by their SHA-256."""

    html: str
    day: date
    assets: Mapping[str, Asset]
    attached: tuple[Attached, ...] = ()


def load() -> None:
    """Import what laying out takes, ahead of the first job; it takes a second."""
    import weasyprint  # noqa: F401


def lay_out(job: Job) -> bytes:
    """The PDF. Raises Invalid naming whatever was asked for and is not in the job, or could not be drawn."""
    import weasyprint

    fetcher = _closed_fetcher()
    complaints = _Complaints()
    logging.getLogger("weasyprint").addHandler(complaints)
    refusal: BaseException | None = None
    outside: Mapping[str, Message] = {}
    pdf = b""
    try:
        made = weasyprint.HTML(string=job.html, base_url=None, url_fetcher=fetcher)
        fetcher.assets = figures.drawable(enclosed.drawn(made.etree_element, job.assets, ADDRESS))
        numbering.carry(made.etree_element)
        sources = [one.data.decode("utf-8", "replace") for one in job.attached]
        options = _options(job, fetcher)
        pdf = fitting.fitted(made, sources, **options).write_pdf(**options)
    except Invalid as error:
        outside = error.problems
    except (KeyboardInterrupt, SystemExit, MemoryError, RecursionError):
        raise
    except BaseException as error:  # noqa: BLE001 - WeasyPrint's FatalURLFetchingError is no Exception
        refusal = error
    problems = dict.fromkeys(
        fetcher.refused, Message("is not a part of the document; nothing else is fetched")
    )
    problems |= dict.fromkeys(complaints.found(job.assets), Message("could not be drawn; mend or replace it"))
    problems |= outside
    if refusal is not None and not problems:
        why = f"{type(refusal).__name__}: {refusal}"[:500]
        problems = {"layout": Message("the text cannot be laid out ({why})", why=Foreign(why))}
    if problems:
        raise Invalid(dict(list(problems.items())[:_MOST_TOLD]))
    return pdf


def _options(job: Job, fetcher: Any) -> dict[str, Any]:
    import weasyprint

    at = datetime.combine(job.day, time(), UTC)
    attachments = [
        weasyprint.Attachment(
            string=one.data,
            name=one.name,
            description=one.description,
            created=at,
            modified=at,
            relationship="Source",
            url_fetcher=fetcher,
        )
        for one in job.attached
    ]
    return {"pdf_variant": _VARIANT, "pdf_tags": True, "attachments": attachments}


class _Complaints(logging.Handler):
    """What WeasyPrint could not do, and would have left out without stopping."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith(_SERIOUS):
            self.messages.append(message)

    def found(self, assets: Mapping[str, Asset]) -> list[str]:
        """The messages, with the names of figures instead of their hashes."""
        told = []
        for message in self.messages:
            names = [asset.name for digest, asset in assets.items() if digest in message]
            told.append(names[0] if names else message[:200])
        return told


def _closed_fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # it has no types
        """Serves the figures of the job; whatever else is asked for is noted, and refused."""

        def __init__(self) -> None:
            super().__init__(timeout=1, allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
            self.refused: list[str] = []
            self.assets: Mapping[str, Asset] = {}

        def fetch(self, url: str, headers: Any = None) -> Any:
            asset = self.assets.get(url.removeprefix(ADDRESS)) if url.startswith(ADDRESS) else None
            if asset is None:
                self.refused.append(url[:200])
                raise ValueError("refused")
            return URLFetcherResponse(url, asset.data, {"Content-Type": asset.media_type})

    return ClosedFetcher()
