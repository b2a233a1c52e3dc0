"""What the head of a document says beyond its number, title, level and department: a table, a field a row.

A row is all that a field needs. Schemas, the comparison of languages, the revision, the master list, page,
print and redline take it from here. Knows no file and no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from docctl.rules.documents.periods import EVERY
from docctl.rules.words import Own, Words

Head = Mapping[str, tuple[str, ...]]
"""What a head says, by the keys of its fields; one that says nothing is not in it. Each value is a list."""


@dataclass(frozen=True, kw_only=True)
class HeadField:
    """A field: its key in the head, what it is called, and the JSON Schema of its value: a text, a list or a
    mapping of texts.

    `of_departments`: the texts are keys of departments. `apart`: page and print have a place of their own
    for it, so that only a redline takes it from here. `in_forms`: record templates have it too.
    """

    key: str
    words: Own
    schema: Mapping[str, Any]
    of_departments: bool = False
    apart: bool = False
    in_forms: bool = False

    def read(self, source: Mapping[str, Any]) -> tuple[str, ...]:
        """Its value in a head that agrees with the schema."""
        said = source.get(self.key, ())
        if isinstance(said, Mapping):
            return tuple(f"{name}: {value}" for name, value in said.items())
        return (said,) if isinstance(said, str) else tuple(said)

    def told(self, said: tuple[str, ...], departments: Mapping[str, Words]) -> Words:
        """Its value for people. `departments`: what they are called, by key."""
        known = departments if self.of_departments else {}
        return Words.listed([known.get(one, Words.key(one)) for one in said])


_LINE: Final = {"type": "string", "minLength": 1, "maxLength": 300}
_DAY: Final = {"type": "string", "format": "date"}
_LINES: Final = {"type": "array", "items": _LINE, "uniqueItems": True, "maxItems": 50}
_CALLED: Final = {"$ref": "#/$defs/called", "type": "string"}
_EVERY: Final = {"type": "string", "pattern": f"^{EVERY}$"}

FIELDS: Final = (
    HeadField(
        key="scope",
        words=Own(zh="适用部门", en="Applies to"),
        schema={"type": "array", "items": {"$ref": "#/$defs/called"}, "uniqueItems": True, "maxItems": 100},
        of_departments=True,
    ),
    HeadField(
        key="references",
        words=Own(zh="引用文件", en="References"),
        schema={"type": "array", "items": _LINE, "uniqueItems": True, "maxItems": 300},
        apart=True,
    ),
    HeadField(
        key="meant",
        words=Own(zh="照原样印出", en="Printed as written"),
        # One sign alone would be meant everywhere.
        schema={
            "type": "array",
            "items": {"type": "string", "minLength": 2, "maxLength": 200},
            "uniqueItems": True,
            "maxItems": 100,
        },
        in_forms=True,
    ),
    # What follows has defaults, or a place of its own: docctl.rules.documents.cards reads it.
    HeadField(key="class", words=Own(zh="文件类别", en="Class"), schema=_CALLED, apart=True, in_forms=True),
    HeadField(
        key="kept_by",
        words=Own(zh="保管部门", en="Kept by"),
        schema=_CALLED,
        of_departments=True,
        apart=True,
        in_forms=True,
    ),
    HeadField(
        key="interpreted_by",
        words=Own(zh="解释部门", en="Interpreted by"),
        schema=_CALLED,
        of_departments=True,
        apart=True,
    ),
    HeadField(
        key="control",
        words=Own(zh="受控状态", en="Controlled status"),
        schema={"type": "string", "enum": ["controlled", "uncontrolled"]},
        apart=True,
        in_forms=True,
    ),
    HeadField(
        key="uncontrolled_because",
        words=Own(zh="非受控理由", en="Uncontrolled because"),
        schema=_LINE,
        apart=True,
        in_forms=True,
    ),
    HeadField(
        key="cover",
        words=Own(zh="封面修订状态", en="Revision on the cover"),
        schema={"type": "string", "enum": ["edition", "revision"]},
        apart=True,
    ),
    HeadField(
        key="aliases",
        words=Own(zh="别名", en="Also called"),
        schema={
            "type": "array",
            "items": {"type": "string", "minLength": 2, "maxLength": 100},
            "uniqueItems": True,
            "maxItems": 50,
        },
        apart=True,
        in_forms=True,
    ),
    HeadField(
        key="review",
        words=Own(zh="评审周期", en="Reviewed"),
        schema=_EVERY,
        apart=True,
        in_forms=True,
    ),
    HeadField(
        key="annex_review",
        words=Own(zh="附录评审周期", en="Annexes reviewed"),
        schema={
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 100},
            "additionalProperties": _EVERY,
            "maxProperties": 50,
        },
        apart=True,
    ),
    HeadField(
        key="trial",
        words=Own(zh="试行至", en="Trial until"),
        schema=_DAY,
        apart=True,
        in_forms=True,
    ),
    # Of documents taken over from paper alone: docctl.rules.documents.takeovers.
    HeadField(
        key="taken_over",
        words=Own(zh="接收自纸质，实施于", en="From paper, since"),
        schema=_DAY,
    ),
    HeadField(
        key="approved_on_paper",
        words=Own(zh="纸质文件所载批准人", en="On paper approved by"),
        schema=_LINE,
    ),
    HeadField(
        key="earlier_editions",
        words=Own(zh="纸质文件的历次修订", en="Earlier on paper"),
        schema=_LINES,
    ),
    # Of documents from outside alone: docctl.rules.documents.externals.
    HeadField(key="standard", words=Own(zh="原文件编号", en="Number outside"), schema=_LINE),
    HeadField(key="publisher", words=Own(zh="发布单位", en="Published by"), schema=_LINE),
    HeadField(key="received", words=Own(zh="收到日期", en="Received"), schema=_DAY),
    HeadField(key="valid_until", words=Own(zh="有效期至", en="Valid until"), schema=_DAY),
    HeadField(key="proposed_by", words=Own(zh="提出单位", en="Proposed by"), schema=_LINE),
    HeadField(key="managed_by", words=Own(zh="归口单位", en="Managed by"), schema=_LINE),
    HeadField(key="drafted_by", words=Own(zh="起草单位", en="Drafted by"), schema=_LINES),
    HeadField(key="normative_annexes", words=Own(zh="规范性附录", en="Normative annexes"), schema=_LINES),
    HeadField(key="informative_annexes", words=Own(zh="资料性附录", en="Informative annexes"), schema=_LINES),
)


def fields(*, of_form: bool) -> tuple[HeadField, ...]:
    """Those that a procedure has, or a record template."""
    return tuple(field for field in FIELDS if field.in_forms or not of_form)


def read(source: Mapping[str, Any], *, of_form: bool) -> Head:
    """What a head says, as its file is read."""
    said = {field.key: field.read(source) for field in fields(of_form=of_form)}
    return {key: values for key, values in said.items() if values}


def shown(head: Head, departments: Mapping[str, Words]) -> tuple[tuple[Words, Words], ...]:
    """For page and print: what each field is called, and what it says."""
    return tuple(
        (field.words, field.told(head[field.key], departments))
        for field in FIELDS
        if not field.apart and head.get(field.key)
    )
