"""The part of JSON Schema that a record template may use, and the refusal of all else."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.store.schema import check_template_schema, check_values

MASS = {"type": "number", "minimum": "9.5", "maximum": "10.5", "unit": "g"}
TIME = {"type": "string", "format": "date-time", "not_future": True}

FULL = {
    "type": "object",
    "required": ["mass"],
    "additionalProperties": False,
    "properties": {
        "mass": MASS | {"title": {"zh": "质量", "en": "Mass"}, "clause": "5.1", "multipleOf": "0.1"},
        "at": TIME | {"help": {"zh": "x"}, "inferred": True},
        "result": {"type": "string", "enum": ["合格"], "labels": {"合格": {"zh": "合格", "en": "pass"}}},
        "count": {"type": "integer", "enum": [1, 2], "default": 1},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}, "maxItems": 5, "uniqueItems": True},
        "photo": {"type": "string", "format": "file", "accept": ["image", "pdf", "audio"], "at_most": 3},
        "code": {"type": "string", "pattern": r"^[A-Z]{2}\d{1,4}$", "minLength": 3},
    },
    "$defs": {"row": {"type": "object", "properties": {"qty": {"type": "integer"}}, "required": ["qty"]}},
    "allOf": [{"if": {"properties": {"count": {"const": 1}}}, "then": {"required": ["at"]}}],
}


def test_a_template_may_use_all_of_its_part_of_json_schema() -> None:
    check_template_schema(FULL)
    assert check_values(FULL, {"mass": "9.7", "count": 2, "rows": [{"qty": 3}]}) == {}
    assert str(check_values(FULL, {"mass": "9.7", "rows": [{}]})["rows"]) == "1.qty must be filled in"


def changed(**field: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"f": field}}


@pytest.mark.parametrize(
    ("bad", "place", "sentence"),
    [
        (changed(type="strng"), "properties.f.type", "must be one of string, number"),
        (changed(type=["string"]), "properties.f.type", "must be one of"),
        (changed(format="datetime"), "properties.f.format", "must be one of date, date-time"),
        (changed(requried=[]), "properties.f.requried", "is not known here"),
        (changed(patternProperties={}), "properties.f.patternProperties", "is not known here"),
        (changed(accept=["image"]), "properties.f.accept", "of a field of format file"),
        (changed(at_most=2, format="file"), "properties.f.accept", "which accepts some kind of file"),
        (
            changed(accept=["video"], format="file"),
            "properties.f.accept.1",
            "must be one of image, pdf, audio",
        ),
        (
            changed(type="array", items={"type": "string", "format": "file", "accept": ["pdf"]}),
            "properties.f.items.accept",
            "only a field of the form itself",
        ),
        (changed(minimum="low"), "properties.f.minimum", "must be a number"),
        (changed(multipleOf=0), "properties.f.multipleOf", "must be more than 0"),
        (changed(minLength=-1), "properties.f.minLength", "must be between 0 and 100000"),
        (changed(title="x"), "properties.f.title", "must be a group of named values"),
        (changed(pattern="^(a+)+$"), "properties.f.pattern", "could take too long"),
        (changed(pattern="(a"), "properties.f.pattern", "not a regular expression"),
        (
            changed(type="array", items={"pattern": "(a*)*"}),
            "properties.f.items.pattern",
            "could take too long",
        ),
        (changed(**{"$ref": "http://127.0.0.1/x"}), "properties.f.$ref", "must look like"),
        (changed(**{"$ref": "#/properties/f"}), "properties.f.$ref", "must look like"),
        (changed(**{"$ref": "#/$defs/lost"}), "properties.f.$ref", "is not defined"),
        (
            {**changed(**{"$ref": "#/$defs/a"}), "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}},
            "properties.f.$ref",
            "itself refers to something",
        ),
        (changed(**{"$dynamicRef": "#x"}), "properties.f.$dynamicRef", "is not known here"),
        (changed(type="integer", enum=["one", 2]), "properties.f.enum", "one: must be a whole number"),
        (changed(type="boolean", const="flase"), "properties.f.enum", "flase: must be true or false"),
        (changed(allOf=[{"type": "?"}]), "properties.f.allOf.1.type", "must be one of"),
        ({"type": "object", "properties": {}}, "properties", "must have at least 1 entries"),
        ({"type": "object", "properties": {"Bad-Name": {}}}, "properties.Bad-Name", "is not a name"),
        ({"type": "object", "properties": {"a" * 65: {}}}, "properties." + "a" * 65, "is not a name"),
        ({"type": "object"}, "properties", "must be filled in"),
        ({"properties": {"f": {}}}, "type", "must be filled in"),
        ({"type": "array", "properties": {"f": {}}}, "type", "must be object"),
        ({**changed(), "required": ["g"]}, "required", "g: no such field"),
    ],
)
def test_a_schema_outside_that_part_is_refused(bad: dict[str, Any], place: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_template_schema(bad)
    assert sentence in str(refused.value.problems[place])


def test_all_problems_of_a_schema_are_told_at_once() -> None:
    bad = {"type": "object", "properties": {"a": {"type": "?"}, "b": {"minimum": "?"}, "c": {"x": 1}}}
    with pytest.raises(Invalid) as refused:
        check_template_schema(bad)
    assert set(refused.value.problems) == {"properties.a.type", "properties.b.minimum", "properties.c.x"}
