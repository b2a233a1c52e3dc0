"""What a company of one's own starts with, and how it is changed in parts. Values in, values out.

All of it is a part of a site.yaml, as `decide` of usecases/site/configuring reads it: there is no other form
in which a site says what it has decided.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.rules.documents import examples, numbering
from docctl.rules.documents.cards import OWNER
from docctl.rules.languages import FOREIGN, PRIMARY
from docctl.rules.words import Own, Words

USUAL: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "administration": Own(zh="综合管理部", en="General administration"),
        "quality": Own(zh="品质部", en="Quality"),
        "technical": Own(zh="技术部", en="Engineering"),
        "production": Own(zh="生产部", en="Production"),
        "purchasing": Own(zh="采购部", en="Purchasing"),
        "sales": Own(zh="销售部", en="Sales"),
        "after-sales": Own(zh="售后服务部", en="After-sales"),
        "logistics": Own(zh="仓储部", en="Warehouse"),
        "human-resources": Own(zh="人力资源部", en="Human resources"),
        "finance": Own(zh="财务部", en="Finance"),
    }
)
"""The departments that most companies have, under the keys that the starter library knows them by."""

HOME: Final = "quality"
"""Where whoever sets a company up is taken to work."""

NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "manual": "QM-001",
        "procedure": "QP-001",
        "regulation": "RG-001",
        "work-instruction": "WI-001",
        "technical": "TD-001",
        "departmental": "DD-001",
        "external": "ED-001",
        "form": "QR-001",
    }
)
"""An example of a number of each level, to begin with."""

_KEY: Final = re.compile("[a-z][a-z0-9_-]{0,63}")
_MOST_DEPARTMENTS: Final = 500


def of_ones_own(plain: Mapping[str, Any], code: str = "") -> dict[str, Any]:
    """`plain`, docctl's own site.yaml, without what only the demonstration has. `code`: before numbers."""
    own = {part: said for part, said in plain.items() if part not in {"document_control", "organisation"}}
    before = f"{code.strip()}-" if code.strip() else ""
    by_level = {level: before + number for level, number in NUMBERS.items()}
    aliases = {d["key"]: d.get("aliases", ()) for d in plain["departments"]}
    departments = [
        {
            "key": key,
            "title": dict(title),
            "aliases": [a for a in aliases.get(key, ()) if a != title[PRIMARY]],
        }
        for key, title in USUAL.items()
    ]
    kept = _given_to(HOME, plain.get("documents", {}), plain.get("administration", ""))
    own.pop("administration", None)
    return {**own, "departments": departments, "schemes": schemes_of(by_level, ()), "documents": kept}


def schemes_of(by_level: Mapping[str, str], known: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The schemes with one example for each level: what is `known` stays where its example does.

    A level without an example has no numbers any more. Further schemes of a level stay.

    Raises Invalid by level.
    """
    schemes, problems = list[dict[str, Any]](), dict[str, Message]()
    first = {scheme["level"]: scheme for scheme in reversed([*known])}
    for level, example in by_level.items():
        before = first.get(level)
        if not example.strip():
            continue
        try:
            if before is not None and numbering.canonical(example) == numbering.canonical(before["example"]):
                schemes.append(dict(before))
                continue
            made = examples.scheme_of(example, level, before["key"] if before else level)
        except Invalid as error:
            problems[level] = next(iter(error.problems.values()), error.said)
            continue
        schemes.append({"key": made.key, "level": level, "pattern": made.pattern, "example": made.example})
    if problems:
        raise Invalid(problems)
    replaced = [first[level]["key"] for level in by_level if level in first]
    return schemes + [dict(scheme) for scheme in known if scheme["key"] not in replaced]


def departments_of(
    chosen: Collection[str], typed: str, known: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Those that are chosen by their keys, and those typed one in a line: 装配部, or 装配部 / Assembly.

    Raises Invalid for a name that is there twice, and where none is left.
    """
    standing = {d["key"]: dict(d) for d in known}
    usual = {key: {"key": key, "title": dict(title)} for key, title in USUAL.items()}
    found = [each for key, each in {**usual, **standing}.items() if key in chosen]
    names = {each["title"][PRIMARY] for each in found}
    for line in filter(None, map(str.strip, typed.splitlines())):
        name, _, foreign = (part.strip() for part in unicodedata.normalize("NFKC", line).partition("/"))
        if name in names or not name:
            said = Message("{name} is there already", name=Typed(name)) if name else Message("write a name")
            raise Invalid({"typed": said})
        names.add(name)
        title = {PRIMARY: name, FOREIGN: foreign} if foreign else {PRIMARY: name}
        found.append({"key": _key(foreign, {*standing, *usual, *(d["key"] for d in found)}), "title": title})
    if not found or len(found) > _MOST_DEPARTMENTS:
        raise Invalid({"typed": Message("choose a department, or type one")})
    return found


def without_missing(said: Mapping[str, Any], departments: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The parts of a site.yaml that name departments, once only these are there: the owner keeps it then."""
    there = {d["key"] for d in departments}
    documents: dict[str, Any] = dict(said.get("documents", {}))
    keeps = {"classes": list[Any](), "levels": dict[str, Any]()}
    keeps["classes"] = [_kept(each, there) for each in documents.get("classes", ())]
    keeps["levels"] = {key: _kept(each, there) for key, each in documents.get("levels", {}).items()}
    parts: dict[str, Any] = {"documents": {part: of for part, of in keeps.items() if part in documents}}
    keeper = said.get("administration", "")
    return {**parts, "administration": keeper} if keeper in there else parts


def _given_to(keeper: str, documents: Mapping[str, Any], before: str) -> dict[str, Any]:
    """What the department `before` keeps is kept by `keeper`: where documents are controlled differs."""

    def given(of: Mapping[str, Any]) -> dict[str, Any]:
        return {**of, "keeper": keeper} if of.get("keeper") == before else dict(of)

    return {
        "classes": [given(each) for each in documents.get("classes", ())],
        "levels": {key: given(each) for key, each in documents.get("levels", {}).items()},
    }


def _kept(of: Mapping[str, Any], there: Collection[str]) -> dict[str, Any]:
    gone = of.get("keeper") not in (None, OWNER, *there)
    return {**of, "keeper": OWNER} if gone else dict(of)


def _key(foreign: str, taken: Collection[str]) -> str:
    """From the English name where there is one: keys stand in the heads of texts. Else a number."""
    plain = re.sub("[^a-z0-9]+", "-", foreign.lower()).strip("-")[:60]
    if _KEY.fullmatch(plain) and plain not in taken:
        return plain
    return next(key for n in range(1, 1000) if (key := f"department-{n}") not in taken)
