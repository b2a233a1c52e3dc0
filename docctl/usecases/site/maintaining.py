"""`docctl site maintain`: packs the library now, as it does by itself when there is much to pack."""

from __future__ import annotations

from collections.abc import Callable

from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.store import packing
from docctl.store.packing import Size


def maintain(site: Site, tell: Callable[[Message], None]) -> tuple[Size, Size]:
    """What the library took before, and after. Raises Busy when another process packs it for too long."""
    library = site.library.path
    before = packing.size(library)
    tell(Message("{files} files and {packs} packs are packed.", files=before.loose, packs=before.packs))
    packing.pack(library, patience=packing.LONGEST)
    return before, packing.size(library)
