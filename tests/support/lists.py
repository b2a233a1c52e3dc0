"""What a list shows: the headings on its page, the cells in its workbook."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO

from tests.support.sites import World


def headings_of(page: str) -> list[str]:
    """What stands above the columns of the first table of a page, without the one for acts."""
    [head, *_] = re.findall(r"(?s)<thead>(.*?)</thead>", page)
    found = re.findall(r'(?s)<th scope="col">(.*?)</th>', head)
    return [unescape(one) for one in found if "visually-hidden" not in one]


def rows_in(book: bytes, *, sheet_number: int = 1) -> list[list[str]]:
    """The cells of the first sheet, its headings first; the second one are the notes."""
    with zipfile.ZipFile(BytesIO(book)) as opened:
        sheet = opened.read(f"xl/worksheets/sheet{sheet_number}.xml").decode()
    rows = re.findall(r"(?s)<row .*?</row>", sheet)
    return [[unescape(c) for c in re.findall(r"<(?:t|v)(?: [^>]*)?>([^<]*)</", row)] for row in rows]


def seed_of(world: World) -> int:
    """For what is done by chance: each database goes through a history of its own."""
    return 1 if world.site.engine.dialect.name == "sqlite" else 2
