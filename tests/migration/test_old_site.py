"""A site that the program of commit e98972b wrote, on both databases: it says today what it said then."""

from __future__ import annotations

from tests.support.old_sites import OldSite


def test_an_old_site_answers_every_question_as_its_own_program_did(old_site: OldSite) -> None:
    different = {}
    for login, words, data in old_site.said:
        words = [w if w != "print.pdf" else str(old_site.folder.parent / w) for w in words]
        answer = old_site.ask(login, *words)
        now = answer.data
        now.pop("pdf", None), data.pop("pdf", None)
        if (answer.code, now) != (0, data):
            different[" ".join(words)] = (data, now)
    assert different == {}
