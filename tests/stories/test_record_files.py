"""A photo on a phone, a customer's paper that comes back late, a copy that is compared, a scan that was wrong."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from docctl.ledger.finding import What
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace_record
from docctl.rules.evidence import Kind
from docctl.usecases.records import sealing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.evidence import files_of, listed, second_verdict, taken, verdict, written
from tests.support.pages import reader, text_of
from tests.support.record_files import PDF, SOUND, attach, photo, visit_in_force, visited
from tests.support.sites import World
from tests.support.terminal import Terminal
from tests.support.written_records import fill, show, sign

PAPER = {"to": "confirm", "signed": "2026-03-02", "returned": "2026-03-02"}


@pytest.mark.rule("DC-99", "DC-102", "PR-23", "DC-83")
def test_a_photo_a_recording_and_the_paper_of_the_customer(sqlite_world: World) -> None:
    world = sqlite_world
    visit_in_force(world)
    number = visited(world)
    page = f"/records/{number}"
    phone = reader(world, "staff")
    form = phone.get(f"{page}/fill").text
    assert 'value="attach:photo"' in form
    sent = phone.send(f"{page}/fill", then="attach:photo", **{"v.day": "2026-03-02"})
    assert sent.headers["Location"].endswith("/attach?to=photo")
    refused = phone.send(f"{page}/fill", then="sign", **{"v.day": "2026-03-02"})
    assert (refused.status_code, "is required; attach a file" in refused.text) == (422, True)
    asked = phone.get(f"{page}/attach?to=photo").text
    assert 'capture="environment"' in asked
    assert 'type="date"' not in asked
    taken_at = photo()
    hostile = "..\\..\\<b>现场\u202e.html"
    phone.send(f"{page}/attach", f"{page}/attach?to=photo", to="photo", photo=(BytesIO(taken_at), hostile))
    phone.send(f"{page}/attach", f"{page}/attach?to=call", to="call", file=(BytesIO(SOUND), "call.mp3"))
    shown = phone.get(page)
    assert "_b_现场.html.jpg" in text_of(shown.text)
    assert re.search(rf'<audio [^>]*src="{page}/files/2"', shown.text)
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]

    given = phone.get(f"{page}/files/1")
    assert given.data == taken_at
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert given.headers["Content-Type"] == "image/jpeg"
    small = phone.get(f"{page}/files/1/preview").data
    assert max(Image.open(BytesIO(small)).size) == 1280
    assert b"GPS 39.9" in taken_at
    assert b"GPS 39.9" not in small
    assert phone.get(f"{page}/files/2/preview").status_code == 404
    for nobody in ("staff2", "author2"):
        assert reader(world, nobody).get(f"{page}/files/1").status_code == 403

    sign(world, "staff", number)
    fill(world, "staff", number, opinion="满意")
    alone = phone.get(f"{page}/sign")
    assert (alone.status_code, "Attach the paper" in alone.text) == (403, True)
    scan = {"file": (BytesIO(PDF), "回单.pdf")}
    without = phone.send(f"{page}/attach", f"{page}/attach?to=confirm", to="confirm", signed="", **scan)
    assert without.status_code == 422
    assert (
        phone.send(f"{page}/attach", f"{page}/attach?to=confirm", **PAPER, file=(BytesIO(PDF), "回单.pdf"))
        .headers["Location"]
        .endswith(f"{page}#files")
    )
    assert phone.send(f"{page}/sign").status_code == 302
    assert "came back on 2026-03-02" in text_of(phone.get(page).text)

    assert phone.get(f"{page}/files/3/vouch").status_code == 403  # one's own copy
    desk = reader(world, "controller")
    assert desk.send(f"{page}/files/3/vouch", password="").status_code == 401
    assert desk.send(f"{page}/files/3/vouch").status_code == 302
    assert desk.get(f"{page}/files/3/vouch").status_code == 409
    assert "compared with its original by 文控李" in text_of(desk.get(page).text)


@pytest.mark.rule("DC-99", "PR-23", "DC-97")
def test_what_comes_back_after_the_closing_is_filed_late_and_a_wrong_scan_stays_readable(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    world = sqlite_terminal.world
    visit_in_force(world)
    number = visited(world)
    attach(world, "staff", number, "a.jpg", photo(), "photo")
    attach(world, "staff", number, "b.png", photo("blue", form="PNG"), "photo")
    struck = sqlite_terminal.ok("staff", f"record strike {number} 2 --reason 拍错")
    assert struck["attachments"][1]["struck"]["reason"] == "拍错"
    sign(world, "staff", number)
    fill(world, "staff", number, opinion="满意")
    closed(world, number)
    assert [i for i in show(world, number)["issues"] if "attach it when it comes" in str(i)]

    world.clock.advance(days=3)
    file = tmp_path / "scan.pdf"
    file.write_bytes(PDF)
    words = f"record attach {number} {file} --signed 2026-03-03 --returned 2026-03-05"
    assert sqlite_terminal("staff", words).code == 4  # nothing but the paper
    assert sqlite_terminal("controller", words).code == 3
    assert sqlite_terminal("staff2", f"{words} --to confirm").code == 3
    filed = sqlite_terminal.ok("controller", f"{words} --to confirm")
    assert (filed["issues"], filed["attachments"][-1]["late"]) == ([], True)
    assert sqlite_terminal("staff", f"record strike {number} 1 --reason x").code == 4  # sealed
    sqlite_terminal.ok("controller", f"record strike {number} 3 --reason 别的单子")
    other = tmp_path / "other.pdf"
    other.write_bytes(PDF.replace(b"1 0 obj", b"2 0 obj"))
    sqlite_terminal.ok("staff", words.replace(str(file), str(other)) + " --to confirm")
    out = tmp_path / "out"
    told = sqlite_terminal.ok("auditor", f"record file {number} 4 --out {out}")
    assert (out.read_bytes(), told["name"]) == (other.read_bytes(), "other.pdf")
    page = text_of(reader(world, "auditor").get(f"/records/{number}").text)
    assert "Struck out by 文控李: 别的单子" in page
    assert "filed after the closing" in page

    checkpoint_ledger(world.as_("admin"))
    assert check_site(world.site).findings == ()
    assert trace_record(world.as_("auditor"), number)["verified"]
    proof = taken(world, Kind.RECORD, tmp_path, name=number)
    alone = tmp_path / "verify.py"
    assert (verdict(proof, alone).code, second_verdict(proof).code) == (0, 0)
    files = files_of(proof)
    names = sorted(name for name in files if ".files/" in name)
    assert len(names) == 4
    for change in ({names[0]: files[names[1]]}, {names[2]: b""}):
        proof.write_bytes(written(listed({**files, **change}, world.site.key)))
        assert "not the file that the events name" in verdict(proof, alone).broken
        assert second_verdict(proof).code == 1


@pytest.mark.rule("DC-102")
def test_a_changed_a_missing_and_a_swapped_file_are_named(sqlite_world: World) -> None:
    world = sqlite_world
    visit_in_force(world)
    number = visited(world)
    attach(world, "staff", number, "a.jpg", photo(), "photo")
    attach(world, "staff", number, "b.jpg", photo("blue"), "photo")
    attach(world, "staff", number, "c.pdf", PDF)
    shas = [one["sha256"] for one in show(world, number)["attachments"]]
    vault = world.site.path / "vault"
    paths = [vault / sha[:2] / sha[2:4] / sha for sha in shas]
    kept = [path.read_bytes() for path in paths]
    for path in paths:
        path.chmod(0o600)
    paths[0].write_bytes(kept[1])
    paths[1].write_bytes(kept[0])
    paths[2].unlink()
    found = {(f.what, str(f.message)) for f in check_site(world.site).findings}
    for running, name in ((1, "a.jpg"), (2, "b.jpg")):
        said = f"Attachment {running} of record {number} ({name}) is not the file that was given."
        assert (What.FILE_DAMAGED, said) in found
    missing = f"Attachment 3 of record {number} (c.pdf) is missing. Restore it from a backup."
    assert (What.FILE_MISSING, missing) in found
    assert not trace_record(world.as_("auditor"), number)["verified"]
    assert reader(world, "auditor").get(f"/records/{number}/files/1").status_code == 409


def closed(world: World, number: str) -> None:
    """Its last step signed by a second person of the department, then completed, verified and closed."""
    sign(world, "verifier2", number)
    sealing.complete_record(world.as_("staff"), number)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
