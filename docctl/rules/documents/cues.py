"""What the checks of a text go by in each language: words before a number, names of forms, gaps, units.

A language more is an entry here; one without is checked for what all have in common. Knows no check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from docctl.rules.languages import Language


@dataclass(frozen=True, kw_only=True)
class Cues:
    """Each is a piece of a regular expression: alternatives with `|` between, or nothing.

    `cites`: what comes before the number of a clause that is cited, with `clause` between them or not;
    `measures`: what after a number says that it is none of a clause. `forms`: how names in 《》 end that are
    those of forms. `dates`: a date that is left open; `gaps`: how a gap in brackets begins. `bounds`: what
    comes before a figure; `units`: what after it. `contents`: how a list of contents is headed. `posts`: who
    has a duty, `answers`: what comes before the duty, `small`: words that say nothing of it.
    """

    cites: str = ""
    clause: str = ""
    measures: str = ""
    forms: str = ""
    dates: str = ""
    gaps: str = ""
    blanks: str = ""
    bounds: str = ""
    units: str = ""
    contents: str = ""
    posts: str = ""
    answers: str = ""
    small: str = ""


CUES: Final[Mapping[Language, Cues]] = MappingProxyType(
    {
        "zh": Cues(
            cites="见|按照?|依照|符合|执行",
            clause="第|本程序",
            measures="元|小时|天",
            forms="表|单|记录|记录本|台账|台帐|登记簿|登记薄|清单|报告|报告书|卡|申请|档案",
            dates=r"年[\s_]+月[\s_]*日|年[\s_]*月[\s_]+日|第[ _]+[页条章款号版]|共[ _]+页",
            gaps="此处|请|填写|待定|插入|输入|选择",
            blanks="名称|姓名|日期|编号|部门|单位|公司|版本|时间|地点|电话|地址|职务|签名|签字|数量|内容|标题",
            bounds="罚款|处罚|扣款|不超过|不得超过|不低于|不少于|低于|高于",
            units="元(?![旦素件])|小时|分钟|天(?![津气然])|公里",
            contents="目[ \u3000]*[录次]",
            posts="[\u4e00-\u9fff、]{1,12}?(?:部门?|中心|办公室|办|科|室|组)(?=负责|[:：,，]|\\**\\s*[:：]|是)",
            answers="负责",
            small="负责|组织|进行|相关|有关|从事|以及|对|的|及|和|与|并|等",
        ),
        "en": Cues(
            cites=r"\bsee|\bclauses?|\bunder|\bin",
            clause="clauses?",
            gaps=r"insert\b|fill in\b|to be |todo\b|tbd\b",
            bounds=r"\bat most|\bat least|\bwithin|\bfined?|\bbelow|\babove",
            units=r"hours?\b|minutes?\b|days?\b|yuan\b",
            contents="(?:table of )?contents",
            posts=r"(?:The )?[A-Z][A-Za-z -]{2,40}?(?= is responsible| answers)",
            answers=r"responsible for|answers for",
            small=r"\b(?:with|from|that|this|their|shall|organi[sz]es?|carry|carries|related)\b",
        ),
    }
)


def any_of(name: str) -> str:
    """The alternatives of all languages."""
    return "|".join(filter(None, (getattr(cues, name) for cues in CUES.values())))
