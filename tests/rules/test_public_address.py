"""The address in QR codes: what a phone opens passes, everything else is refused before paper carries it."""

from __future__ import annotations

import pytest

from docctl.errors import Usage
from docctl.rules.public_address import is_loopback, public_address, reaches_only_itself


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("", ""),
        ("http://192.168.1.20:8147", "http://192.168.1.20:8147"),
        ("https://docs.lixin.example/", "https://docs.lixin.example"),
        ("http://qms", "http://qms"),
        ("HTTPS://Docs.Example", "HTTPS://Docs.Example"),
        ("http://[fd00::20]:8080", "http://[fd00::20]:8080"),
        ("https://xn--fiq228c.example", "https://xn--fiq228c.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_address_that_a_phone_opens_is_taken(said: str, address: str) -> None:
    assert public_address(said) == address


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("192.168.1.20:8147", "no http:// or https://"),
        ("docs.example", "no http:// or https://"),
        ("ftp://docs.example", "no http:// or https://"),
        ("http:docs.example", "no http:// or https://"),
        ("//docs.example", "no http:// or https://"),
        ("http://", "no http:// or https://"),
        ("https:///c", "names no machine"),
        ("http://0.0.0.0:8080", "names no machine"),
        ("http://[::]:8080", "names no machine"),
        ("http://192.168.1.256", "names no machine"),
        ("http://1.2.3", "names no machine"),
        ("http://my_host", "names no machine"),
        ("http://文件.example", "names no machine"),
        ("http://user:secret@docs.example", "names no machine"),
        ("http://docs .example", "names no machine"),
        (" http://docs.example", "names no machine"),
        ("http://docs.example:0", "names no machine"),
        ("http://docs.example:99999", "cannot be read"),
        ("http://docs.example:eight", "cannot be read"),
        ("http://[fd00::20", "cannot be read"),
        ("https://docs.example/docctl", "no more than https://docs.example"),
        ("https://docs.example/c/?x=1", "no more than https://docs.example"),
        ("https://docs.example?", "no more than https://docs.example"),
        ("https://docs.example#top", "no more than https://docs.example"),
    ],
)
def test_an_address_that_leads_no_phone_to_a_copy_is_refused_with_the_reason(said: str, why: str) -> None:
    with pytest.raises(Usage, match=why):
        public_address(said)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("site.localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("localhost.example", False),
    ],
)
def test_which_hosts_only_this_machine_reaches(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_which_addresses_no_phone_reaches() -> None:
    assert reaches_only_itself("http://localhost:8080")
    assert reaches_only_itself("http://[::1]:8080")
    assert not reaches_only_itself("http://192.168.1.20:8080")
