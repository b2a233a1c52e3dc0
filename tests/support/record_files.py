"""Files of records for tests: a form that asks for a photo and a customer's signature, and bytes of each kind."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from docctl.store.sniffing import Upload
from docctl.usecases.records import attaching, opening
from tests.support.sites import World, issue
from tests.support.written_records import fill, round_form, rounds

VISIT = """number: LX-R-102
title: {zh: 上门服务单, en: Service call}
level: form
department: sales
governed_by: {document: LX-CX-2019-102}
keeper: quality
retention: {years: null}
schema:
  type: object
  required: [day, photo, opinion]
  properties:
    day: {type: string, format: date}
    photo: {type: string, format: file, accept: [image], at_most: 2, title: {zh: 现场照片, en: Photo of the place}}
    call: {type: string, format: file, accept: [audio, pdf]}
    opinion: {type: string}
steps:
  - {name: visit, role: sales, fields: [day, photo, call]}
  - {name: confirm, by: customer, fields: [opinion], evidence: signature-or-scan, title: {zh: 顾客确认, en: Customer}}
"""
NUMBER = "LX-R-102-2026-0001"

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SCAN = Upload("回单.pdf", PDF)
SOUND = b"ID3\x04" + bytes(300)
PLACE = b"Exif\0\0"


def photo(colour: str = "red", size: tuple[int, int] = (1600, 900), form: str = "JPEG") -> bytes:
    """A picture as a phone makes it, with where it was taken."""
    kept = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "GPS 39.9"
    Image.new("RGB", size, colour).save(kept, form, **({"exif": exif} if form == "JPEG" else {}))
    return kept.getvalue()


def visit_in_force(world: World) -> str:
    """The form and its procedure, issued; the form's number."""
    issue(world, rounds())
    return issue(world, round_form(VISIT))


def visited(world: World) -> str:
    """A record whose first step waits for its photo; its number."""
    number = opening.open_record(world.as_("staff"), "LX-R-102").number
    fill(world, "staff", number, day="2026-03-02")
    return number


def attach(world: World, login: str, number: str, name: str, data: bytes, to: str = "") -> None:
    """By a function, where a page is not what is asked about."""
    attaching.attach_record(world.as_(login), number, lambda: Upload(name, data), to=to)
