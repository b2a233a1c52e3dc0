"""A photo on a phone, a customer's paper that comes back late, a copy that is compared, a scan that was wrong."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from docctl.ledger.finding import What
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace_record
from docctl.rules.evidence import Kind
from docctl.usecases.records import sealing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.web.kit.headers import POLICY_OF_FILES
from tests.support.evidence import files_of, listed, second_verdict, taken, verdict, written
from tests.support.pages import Reader, reader, text_of
from tests.support.record_files import PDF, SOUND, attach, photo, visit_in_force, visited
from tests.support.sites import World
from tests.support.terminal import Terminal
from tests.support.written_records import fill, show, sign

PAPER = {"signed": "2026-03-02", "returned": "2026-03-02"}


@pytest.mark.rule("DC-102")
def test_a_photo_and_a_recording_are_attached_on_a_phone_and_handed_out_to_readers_only(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    visit_in_force(world)
    page = f"/records/{visited(world)}"
    phone = reader(world, "staff")
    assert 'value="attach:photo"' in phone.get(f"{page}/fill").text
    sent = phone.send(f"{page}/fill", then="attach:photo", **{"v.day": "2026-03-02"})
    assert sent.headers["Location"].endswith("/attach?to=photo&back=fill")
    refused = phone.send(f"{page}/fill", then="sign", **{"v.day": "2026-03-02"})
    assert (refused.status_code, "is required; attach a file" in refused.text) == (422, True)
    asked = phone.get(f"{page}/attach?to=photo").text
    assert 'capture="environment"' in asked
    assert 'type="date"' not in asked
    taken_at = photo()
    handed_in(phone, page, "photo", photo=(BytesIO(taken_at), "..\\..\\<b>现场\u202e.html"))
    again = phone.send(f"{page}/attach", sent.headers["Location"], photo=(BytesIO(photo("blue")), "b.jpg"))
    assert again.headers["Location"] == f"{page}/fill#v.photo"
    assert "b.jpg" in text_of(phone.get(f"{page}/fill").text)
    handed_in(phone, page, "call", file=(BytesIO(SOUND), "call.mp3"))
    shown = phone.get(page)
    assert "_b_现场.html.jpg" in text_of(shown.text)
    assert re.search(rf'<audio [^>]*src="{page}/files/3"', shown.text)
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    given, small = phone.get(f"{page}/files/1"), phone.get(f"{page}/files/1/preview").data
    assert given.data == taken_at
    assert given.headers["Content-Type"] == "image/jpeg"
    assert max(Image.open(BytesIO(small)).size) == 1280
    assert (b"GPS 39.9" in taken_at, b"GPS 39.9" in small) == (True, False)
    assert phone.get(f"{page}/files/3/preview").status_code == 404
    for nobody in ("staff2", "author2"):
        for address in (f"{page}/files/1", f"{page}/files/1/preview", f"{page}/attach?to=photo"):
            assert reader(world, nobody).get(address).status_code == 403


@pytest.mark.regulation("A11-05")
@pytest.mark.rule("SE-28")
def test_whatever_it_claims_to_be_a_file_is_told_by_its_bytes_and_runs_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    visit_in_force(world)
    page = f"/records/{visited(world)}"
    phone = reader(world, "staff")
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for name, data in (("a.jpg", script), ("b.png", b"<!doctype html>"), ("c.pdf", b" %PDF-1.7 %%EOF")):
        refused = phone.send(
            f"{page}/attach", f"{page}/attach?to=photo", to="photo", file=(BytesIO(data), name, "image/png")
        )
        assert (refused.status_code, "not of a kind that is taken" in refused.text) == (422, True), name
    both = PDF.replace(b"1 0 obj", b"<script>alert(1)</script> 1 0 obj")
    handed_in(phone, page, "", file=(BytesIO(both), "x.html", "text/html"))
    given = phone.get(f"{page}/files/1")
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Disposition"] == "attachment; filename=x.html.pdf"
    assert given.headers["Content-Security-Policy"] == POLICY_OF_FILES


@pytest.mark.regulation("GJ-06", "DI-06", "DI-22")
@pytest.mark.rule("DC-99", "DC-83")
def test_the_paper_of_the_customer_stands_for_them_and_a_copy_is_compared_by_another(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    visit_in_force(world)
    number = visited(world)
    page = f"/records/{number}"
    attach(world, "staff", number, "a.jpg", photo(), "photo")
    sign(world, "staff", number)
    fill(world, "staff", number, opinion="满意")
    phone = reader(world, "staff")
    alone = phone.get(f"{page}/sign")
    assert (alone.status_code, "Attach the paper" in alone.text) == (403, True)
    for wrong in ({"signed": ""}, {"signed": "2026-03-03"}, {"returned": "2026-03-09"}):
        sent = PAPER | wrong | {"file": (BytesIO(PDF), "回单.pdf")}
        assert phone.send(f"{page}/attach", f"{page}/attach?to=confirm", **sent).status_code == 422
    assert check_site(world.site).findings == ()  # what was refused has left a file that nothing names
    handed_in(phone, page, "confirm", **PAPER, file=(BytesIO(PDF), "回单.pdf"))
    assert phone.send(f"{page}/sign").status_code == 302
    assert "Signed on 2026-03-02, came back on 2026-03-02" in text_of(phone.get(page).text)
    assert phone.get(f"{page}/files/2/vouch").status_code == 403  # one's own copy
    desk = reader(world, "controller")
    assert desk.send(f"{page}/files/2/vouch", password="").status_code == 401
    assert desk.send(f"{page}/files/2/vouch").status_code == 302
    assert desk.get(f"{page}/files/2/vouch").status_code == 409
    assert "compared with its original by 文控李" in text_of(desk.get(page).text)


@pytest.mark.regulation("GJ-06", "A11-20", "C4-06", "DI-20", "RM-02", "RM-03")
@pytest.mark.rule("DC-99", "PR-23", "DC-97")
def test_what_comes_back_after_the_closing_is_filed_late_and_a_wrong_scan_stays_readable(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    world = sqlite_terminal.world
    number = closed(sqlite_terminal)
    assert [i for i in show(world, number)["issues"] if "attach it when it comes" in str(i)]

    world.clock.advance(days=3)
    assert number in papers_out(world)
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
    assert number not in papers_out(world)
    whole_and_proved(world, number, tmp_path)


def papers_out(world: World) -> str:
    """The list of what is closed and still waits for its paper."""
    return reader(world, "controller").get("/records", due="paper", state="closed").text


def whole_and_proved(world: World, number: str, tmp_path: Path) -> None:
    """The site, the trace and both verifiers find it as it was; and a file that was changed is named."""
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


@pytest.mark.regulation("GJ-06", "DI-06")
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


def closed(terminal: Terminal) -> str:
    """A record with a photo and a wrong one, closed before the customer's paper came back; its number."""
    world = terminal.world
    visit_in_force(world)
    number = visited(world)
    attach(world, "staff", number, "a.jpg", photo(), "photo")
    attach(world, "staff", number, "b.png", photo("blue", form="PNG"), "photo")
    struck = terminal.ok("staff", f"record strike {number} 2 --reason 拍错")
    assert struck["attachments"][1]["struck"]["reason"] == "拍错"
    sign(world, "staff", number)
    fill(world, "staff", number, opinion="满意")
    sign(world, "verifier2", number)
    sealing.complete_record(world.as_("staff"), number)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    return number


def handed_in(phone: Reader, page: str, to: str, **sent: Any) -> None:
    """The form is accepted, and leads back to the record."""
    answer = phone.send(f"{page}/attach", f"{page}/attach?to={to}", to=to, **sent)
    assert answer.headers["Location"] == f"{page}#files"


@pytest.mark.regulation("A11-03")
def test_a_file_with_nothing_in_it_or_too_much_is_refused_with_the_way_out(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    world = sqlite_terminal.world
    visit_in_force(world)
    record = visited(world)
    page, largest = f"/records/{record}/attach", world.site.settings.attachment_mb * 1_000_000
    refused = reader(world, "staff").send(page, page, file=(BytesIO(b""), "a.pdf"))
    assert (refused.status_code, "is empty; choose the file again" in text_of(refused.text)) == (422, True)
    for data, said in ((b"", "is empty; choose the file again"), (PDF + bytes(largest), "at most 20 MB")):
        (file := tmp_path / "a.pdf").write_bytes(data)
        answer = sqlite_terminal("staff", ["record", "attach", record, str(file)])
        assert (answer.code, said in answer.out) == (2, True)
    assert show(world, record)["attachments"] == []
