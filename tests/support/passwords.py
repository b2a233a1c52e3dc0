"""Passwords of tests are hashed at the least cost. What docctl itself spends on one is asked of `own`."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher

from docctl.door import accounts

own = accounts._hasher
accounts._hasher = cache(lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
