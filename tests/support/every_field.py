"""A record template with a field of every kind, and values for all of them, as a browser sends them."""

from __future__ import annotations

from typing import Any

from docctl.store.material import Material, of_template
from docctl.store.template import read_template

NUMBER = "LX-R-103"
CANARIES = ("{{7*7}}", "${7*7}", "{0.__class__}", "<script>alert(1)</script>", "'\"><img src=x onerror=x>")

EVERY = """number: LX-R-103
title: {zh: '{{7*7}} 全字段记录', en: '${7*7} <b>every</b> field'}
level: form
department: sales
governed_by: {document: LX-CX-2019-101, clauses: ["5.2.1"]}
keeper: sales
meant: ['{{7*7}}', '${7*7}']
retention: {years: 3, from: closed}
schema:
  type: object
  required: [customer, mass, passed]
  properties:
    customer: {type: string, title: {zh: '顾客 {0.__class__}', en: 'Customer {0.__class__}'}, maxLength: 200}
    reason: {type: string, title: {zh: 理由, en: Grounds}}
    password: {type: string, title: {zh: 暗号, en: Watchword}}
    story: {type: string, format: long-text, title: {zh: 经过, en: What happened}, help: {zh: 写明地点, en: Say where}}
    mass: {type: number, minimum: 9.5, maximum: 10.5, unit: g, title: {zh: 质量, en: Mass}, clause: "5.2.1"}
    count: {type: integer, minimum: 0, title: {zh: 件数, en: Pieces}}
    change: {type: number, minimum: -5, unit: '%', title: {zh: 变化, en: Change}}
    day: {type: string, format: date, title: {zh: 日期, en: Day}}
    at: {type: string, format: date-time, not_future: true, title: {zh: 时刻, en: Moment}}
    kind: {type: string, enum: [甲, 乙], labels: {甲: {zh: 甲类, en: first kind}, 乙: {zh: 乙类, en: second}}}
    faults: {type: array, items: {type: string, enum: [划伤, 变形]}, title: {zh: 缺陷, en: Faults}}
    passed: {type: boolean, title: {zh: 合格, en: Passed}}
    serials: {type: array, items: {type: string}, title: {zh: 编号, en: Serial numbers}}
    parts:
      type: array
      title: {zh: 零件, en: Parts}
      items:
        type: object
        properties:
          name: {type: string, title: {zh: 名称, en: Name}}
          mass: {type: number, minimum: 0, unit: kg, title: {zh: 质量, en: Mass}}
          ok: {type: boolean, title: {zh: 合格, en: OK}}
    place:
      type: object
      title: {zh: 地点, en: Place}
      properties:
        town: {type: string, title: {zh: 城市, en: Town}}
        floor: {type: integer, title: {zh: 楼层, en: Floor}}
    procedure: {type: string, format: document, title: {zh: 依据文件, en: Document}}
    picture: {type: string, format: file, title: {zh: 照片, en: Picture}}
    inspector: {type: string, format: signature, title: {zh: 检验员, en: Inspector}}
steps:
  - name: inspect
    title: {zh: 检验, en: Inspect}
    role: sales
    fields: [customer, reason, password, story, mass, count, change, day, at, kind, faults, passed, serials,
             parts, place, procedure, picture, inspector]
"""

TYPED: dict[str, Any] = {
    "v.customer": "某厂",
    "v.reason": "抽检",
    "v.password": "芝麻",
    "v.story": "第一行\r\n第二行",
    "v.mass": "9.50",
    "v.count": "3",
    "v.change": "-1.5",
    "v.day": "2026-03-01",
    "v.at": "2026-03-02T08:30",
    "v.kind": "乙",
    "v.faults": ["", "划伤", "变形"],
    "v.passed": "false",
    "v.serials": "007\r\n\r\n1.10",
    "v.parts.1.name": "轴",
    "v.parts.1.mass": "1.20",
    "v.parts.1.ok": "true",
    "v.parts.2.name": "",
    "v.place.town": "无锡",
    "v.place.floor": "2",
    "v.procedure": "LX-CX-2019-101",
    "v.picture": "IMG_0001.jpg",
}

STORED = {
    "customer": "某厂",
    "reason": "抽检",
    "password": "芝麻",
    "story": "第一行\n第二行",
    "mass": "9.50",
    "count": 3,
    "change": "-1.5",
    "day": "2026-03-01",
    "at": "2026-03-02T08:30:00+08:00",
    "kind": "乙",
    "faults": ["划伤", "变形"],
    "passed": False,
    "serials": ["007", "1.10"],
    "parts": [{"name": "轴", "mass": "1.20", "ok": True}],
    "place": {"town": "无锡", "floor": 2},
    "procedure": "LX-CX-2019-101",
    "picture": "IMG_0001.jpg",
}


def every_field() -> Material:
    return of_template(read_template(EVERY.encode()))
