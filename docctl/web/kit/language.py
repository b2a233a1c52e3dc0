"""Which of its languages a request gets, and what templates need to say it.

Message ids are English and stand where they are said; their translations are in the catalogues of the others.
Numbers, titles and names come from the site, words for states and roles from the tables of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from docctl.language import own_words
from docctl.language.catalogues import merged
from docctl.rules import languages
from docctl.rules.languages import Language
from docctl.rules.words import NOTHING, Words
from docctl.web.kit import here
from docctl.web.kit.catalogues import Catalogues

TAGS: Final[Mapping[Language, str]] = MappingProxyType({k: v.tag for k, v in languages.LIST.items()})
"""For `lang=` and Content-Language: fonts and screen readers go by it."""

COOKIE: Final = "lang"
"""Set where somebody chose a language on a page of theirs; a scan page sets no cookie at all."""

_A_YEAR: Final = 31_536_000
_LONGEST_QUERY: Final = 1_000


def of_request() -> Language:
    """`?lang=`, else what was chosen before, else what the browser asks for; the first if nothing says."""
    found: Language | None = g.get("language")
    if found is None:  # a page asks for each of its words
        found = g.language = _asked()
    return found


def _asked() -> Language:
    if request.args.get("lang") in TAGS:
        return request.args["lang"]
    # Where no cookie can be it the others are not taken apart: pages for strangers need none.
    if COOKIE in request.headers.get("Cookie", "") and request.cookies.get(COOKIE) in TAGS:
        return request.cookies[COOKIE]
    return _preferred(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _preferred(header: str) -> Language:
    """What a browser asks for; there are few browsers, and each says the same in every request."""
    asked = parse_accept_header(header, LanguageAccept)
    return asked.best_match(TAGS, default=languages.FOREIGN) if asked else languages.PRIMARY


def chosen() -> Language | None:
    """What the address says, so that links of pages without a cookie can go on saying it."""
    return of_request() if request.args.get("lang") in TAGS else None


def marked(message: str) -> str:
    """`message`, which is a message id that is said later."""
    return message


def texts() -> NullTranslations:
    """The sentences in the language of the request: `gettext` of it says what was `marked`."""
    return merged(of_request())


def word(of: Any) -> str:
    """The word for a state, status, verdict or role in the language of the request."""
    said = getattr(of, "words", None)
    if isinstance(said, Words):
        return said.told(of_request())
    return str(getattr(of, "value", of)).replace("-", " ")


def named(of: Language) -> str:
    """What a language is called in that of the request."""
    return texts().gettext(languages.LIST[of].english)


def title(of: Any, name: str = "title") -> str:
    """The title in the language of the request, or the one that is there. For answers of docctl.queries."""
    said = of[name] if isinstance(of, Mapping) else getattr(of, name)
    if isinstance(said, Words):
        return said.told(of_request())
    return str(of.get(f"{name}_{of_request()}") or said)


def each_title(of: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tag and title in each language that has one, that of the request first. For lines of docctl.queries."""
    keys = dict(zip(languages.ALL, NOTHING.keys_of("title"), strict=True))
    order = sorted(languages.ALL, key=lambda language: language != of_request())
    return [(TAGS[each], of[keys[each]]) for each in order if of[keys[each]]]


def own_part_first(parts: Iterable[tuple[Language, str]]) -> list[tuple[Language, str]]:
    """Texts by their languages, that of the request before the others."""
    return sorted(parts, key=lambda part: part[0] != of_request())


def told_words(of: Any) -> str:
    """Words in the language of the request; text as it is, nothing as nothing."""
    return of.told(of_request()) if isinstance(of, Words) else str(of or "")


def moment(of: datetime | str | None) -> Markup | str:
    """An instant (or its written form) as a `<time>` in the zone of the site: 2026-11-22 14:05."""
    if not of:
        return ""
    at = datetime.fromisoformat(of) if isinstance(of, str) else of
    local = at.astimezone(here.site().zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        local.isoformat(timespec="seconds"), here.site().zone, local.strftime("%Y-%m-%d %H:%M")
    )


FILTERS: Final = {
    "word": word,
    "title_of": title,
    "said": told_words,
    "said_together": lambda many: told_words(Words.listed(map(Words, many))),
    "each_title": each_title,
    "own_part_first": own_part_first,
    "tag": TAGS.__getitem__,
    "language_name": named,
    "moment": moment,
}


def install(app: Flask, *, secure: bool) -> None:
    """Give all templates `_`, the language, and the links to the same page in the others."""
    own_words.complete()
    babel = Babel(app, locale_selector=lambda: TAGS[of_request()])
    babel.domain_instance = Catalogues(of_request)
    # Flask-Babel would look for the app, its texts and the locale again at every word of a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda one: texts().gettext(one), lambda *forms: texts().ngettext(*forms), newstyle=True
    )
    app.jinja_env.filters.update(FILTERS)

    @app.context_processor
    def _for_templates() -> dict[str, Any]:
        language = of_request()
        return {
            "language": language,
            "lang_tag": TAGS[language],
            "chosen": chosen(),
            "other_languages": [
                {"tag": spoken.tag, "name": spoken.name, "href": _address(other)}
                for other, spoken in languages.LIST.items()
                if other != language
            ],
        }

    @app.after_request
    def _remember(response: Response) -> Response:
        picked = chosen()
        if picked is not None and here.may_set_cookies():
            response.set_cookie(COOKIE, picked, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax")
        return response


def _address(other: Language) -> str:
    """Relative to the page itself, with what was asked; the start page where the page cannot be had again."""
    if request.method not in {"GET", "HEAD"} and not _can_be_read():
        return "/?" + urlencode({"lang": other})
    if not here.may_set_cookies():
        # Strangers' addresses are not repeated on a page, but for the number of the page of a list.
        kept = [("page", page) for page in [request.args.get("page", "")] if re.fullmatch("[0-9]{1,9}", page)]
    else:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    query = urlencode([*kept, ("lang", other)])
    return "?" + (query if len(query) <= _LONGEST_QUERY else urlencode({"lang": other}))


def _can_be_read() -> bool:
    try:
        return current_app.url_map.bind("").test(request.path, method="GET")
    except HTTPException:
        return False
