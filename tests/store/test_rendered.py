"""Kept texts: given back as they were kept, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from docctl.store.rendered import RenderedTexts

NAME, OTHER = "ab" * 32, "cd" * 32
KEY = b"k" * 32


@pytest.fixture
def texts(tmp_path: Path) -> RenderedTexts:
    return RenderedTexts(tmp_path / "texts", KEY)


def file_of(texts: RenderedTexts) -> Path:
    return next(f for f in texts.directory.rglob("*") if f.is_file())


def test_what_was_kept_is_given_back(texts: RenderedTexts) -> None:
    assert texts.read(NAME) is None
    texts.keep(NAME, "正文".encode())
    assert texts.read(NAME) == "正文".encode()
    texts.keep(NAME, b"")
    assert texts.read(NAME) == b""


def test_any_byte_that_was_changed_makes_it_nothing(texts: RenderedTexts) -> None:
    texts.keep(NAME, b"valid from 2 March")
    whole = file_of(texts).read_bytes()
    file_of(texts).chmod(0o600)
    for n in range(len(whole)):
        file_of(texts).write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])
        assert texts.read(NAME) is None, n
    for n in range(len(whole)):
        file_of(texts).write_bytes(whole[:n])
        assert texts.read(NAME) is None, n


def test_a_text_under_the_name_of_another_or_of_another_site_is_none(texts: RenderedTexts) -> None:
    texts.keep(NAME, b"a")
    kept = file_of(texts)
    other = texts.directory / OTHER[:2] / OTHER
    other.parent.mkdir()
    other.write_bytes(kept.read_bytes())
    assert texts.read(OTHER) is None
    assert RenderedTexts(texts.directory, b"x" * 32).read(NAME) is None


def test_where_nothing_can_be_written_nothing_is_kept_and_nobody_minds(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("a file in the way")
    texts = RenderedTexts(tmp_path / "texts", KEY)
    texts.keep(NAME, b"a")
    assert texts.read(NAME) is None
