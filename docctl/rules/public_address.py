"""The address that is printed in QR codes: it can be put right only by exchanging every copy that is out.

So what no phone could open, or what would lead elsewhere than to the page of a copy, is refused before paper
carries it.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from docctl.errors import Usage

_EXAMPLE: Final = "http://192.168.1.20:8080"
_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)
_SCHEMES: Final = ("http", "https")


def public_address(said: str) -> str:
    """`said` without a slash at its end; empty where none is wanted. Raises Usage for what cannot be one."""
    address = said.rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Usage(
            "the public address {said} cannot be read; write it like {example}", said=said, example=_EXAMPLE
        ) from None
    if parts.scheme not in _SCHEMES or "://" not in address:
        raise Usage(
            "the public address {said} has no http:// or https:// before it, so a phone would not take its "
            "QR code for a link; write it like {example}",
            said=said,
            example=_EXAMPLE,
        )
    if port == 0 or "@" in parts.netloc or not _is_host(host) or address != address.strip():
        raise Usage(
            "the public address {said} names no machine that a phone could find; write a name or a number "
            "and perhaps a port, like {example} (letters of other scripts in their xn-- form)",
            said=said,
            example=_EXAMPLE,
        )
    if parts.path or parts.query or parts.fragment or re.search(r"[?#]", address):
        raise Usage(
            "the public address {said} has something behind its host; the pages begin at the root of a host, "
            "so write no more than {whole}",
            said=said,
            whole=f"{parts.scheme}://{parts.netloc}",
        )
    return address


def is_loopback(host: str) -> bool:
    """Whether only the machine itself reaches a server at this host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def reaches_only_itself(address: str) -> bool:
    """Whether a code with this public address opens on no other machine, so that no phone can scan it."""
    return is_loopback(urlsplit(address).hostname or "")


def _is_host(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_unspecified
    except ValueError:
        # Numbers with dots that are no address (1.2.3, 256.1.1.1) are slips, not names.
        return bool(_NAME.fullmatch(host)) and not re.fullmatch(r"[\d.]+", host)
