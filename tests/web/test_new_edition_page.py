"""A new edition by its page: B/0 after A/n."""

from __future__ import annotations

from tests.support.pages import reader, text_of
from tests.support.sites import World, issue, procedure
from tests.web.test_drafting_pages import NUMBER, SAVE, newest, text


def test_a_new_edition_is_begun_on_the_page(world: World) -> None:
    issue(world, procedure(NUMBER))
    author = reader(world, "author")
    refused = author.send(SAVE, text=text(hours=12), revision="A/0", shown=newest(world).content)
    assert refused.status_code == 422
    assert "was used before" in text_of(refused.text)
    assert 'value="A/0"' in refused.text
    answer = author.send(SAVE, text=text(hours=12), revision="B/0", shown=newest(world).content)
    assert answer.status_code == 302
    assert newest(world).label == "B/0"
