"""What `docctl init` decides for a site that says nothing itself, as the rules take it: read from docctl/site.yaml."""

from __future__ import annotations

from typing import Final

from docctl.rules.documents import approval
from docctl.rules.documents.approval import Chain
from docctl.rules.documents.numbering import Scheme
from docctl.usecases.site import configuring
from tests.house.trees import ROOT

_DECIDED: Final = configuring.decide((ROOT / "docctl" / "site.yaml").read_bytes())

DEPARTMENTS: Final = tuple(str(department["key"]) for department in _DECIDED["departments"])
SCHEMES: Final = tuple(
    Scheme(scheme["key"], scheme["level"], scheme["pattern"], scheme["example"], scheme.get("revision", ""))
    for scheme in _DECIDED["schemes"]
)
CHAINS: Final[dict[str, Chain]] = {
    level: approval.chain_from_data(steps) for level, steps in _DECIDED["chains"].items()
}
