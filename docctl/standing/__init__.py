"""Rows, files and rules together: how things stand. Who imports any of it has turns kept with each act."""

from __future__ import annotations

from docctl.standing import turns as turns
