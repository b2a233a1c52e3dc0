"""Rows, files and rules together: how things stand. Who imports any of it has what follows kept."""

from __future__ import annotations

from docctl.standing import kept as kept
