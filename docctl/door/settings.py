"""`docctl.toml`: what the machine of a site is set to. What the organisation decides is in the database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from docctl.errors import Usage
from docctl.errors.message import Foreign
from docctl.rules.public_address import public_address

SETTINGS = "docctl.toml"
SHORTEST_TOKEN = 16


@dataclass(frozen=True)
class Settings:
    """`docctl.toml`: machine settings only. `database` is a URL, or empty for the site's own SQLite file.

    `public_key` is the C2SP verifier key of the site; `earlier_keys` those from before a rebuild. With `pdf`
    a revision is issued with its PDF, or not at all. `attachment_mb`: how large one file of a record may be.
    `public_list`: the start page lists what is issued to everybody who reaches it.
    `metrics`: what a program must say to be told figures of the machine; empty: nobody is told.
    """

    site_id: str
    public_key: str
    earlier_keys: tuple[str, ...] = ()
    database: str = ""
    public_url: str = ""
    pdf: bool = False
    attachment_mb: int = 20
    public_list: bool = False
    metrics: str = ""

    def to_toml(self) -> str:
        earlier = ", ".join(_quoted(k) for k in self.earlier_keys)
        return (
            "# docctl: settings of this machine. What the organisation has decided is in the database.\n"
            f"site_id = {_quoted(self.site_id)}\n"
            f"public_key = {_quoted(self.public_key)}\n"
            f"earlier_keys = [{earlier}]\n"
            f"database = {_quoted(self.database)}\n"
            f"public_url = {_quoted(self.public_url)}\n"
            f"pdf = {'true' if self.pdf else 'false'}\n"
            f"attachment_mb = {self.attachment_mb}\n"
            f"public_list = {'true' if self.public_list else 'false'}\n"
            f"metrics = {_quoted(self.metrics)}\n"
        )

    @classmethod
    def from_toml(cls, text: str, where: Path) -> Settings:
        """Raises Usage naming `where` for a file that is not ours, and for a public address that is none."""
        try:
            data = tomllib.loads(text)
            return cls(
                site_id=str(data["site_id"]),
                public_key=str(data["public_key"]),
                earlier_keys=tuple(map(str, data.get("earlier_keys", ()))),
                database=str(data.get("database", "")),
                public_url=public_address(str(data.get("public_url", ""))),
                pdf=data.get("pdf", False) is True,
                attachment_mb=min(max(int(data.get("attachment_mb", 20)), 1), 500),
                public_list=data.get("public_list", False) is True,
                metrics=_token(str(data.get("metrics", "")), where),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise Usage(
                "{where} is not a docctl.toml that can be read ({why}); restore it",
                where=where,
                why=Foreign(str(error)),
            ) from None

    @property
    def keys(self) -> tuple[str, ...]:
        """All verifier keys whose checkpoints count."""
        return (self.public_key, *self.earlier_keys)

    @property
    def origin(self) -> str:
        """The name of this log in checkpoints and events."""
        return f"docctl-{self.site_id}"


def _token(said: str, where: Path) -> str:
    if said and len(said) < SHORTEST_TOKEN:
        raise Usage(
            "the token of metrics in {where} has fewer than {least} characters; take a longer one, or leave "
            "it empty",
            where=where,
            least=SHORTEST_TOKEN,
        )
    return said


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{escaped}"'
