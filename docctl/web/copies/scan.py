"""The page behind the QR code of a copy: may this paper still be used? For anybody, without an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from docctl.queries.copies.scan import LONGEST, Scan, copy_check
from docctl.rules import languages
from docctl.rules.copies import Status
from docctl.rules.copy_numbers import lacks_running_number, without_address
from docctl.rules.languages import Language
from docctl.rules.verdicts import Verdict
from docctl.rules.words import Words
from docctl.web.kit import here, language
from docctl.web.kit.addresses import address
from docctl.web.kit.framed import framed
from docctl.web.kit.language import marked

bp = Blueprint("scan", __name__)

_ADVICE: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.CURRENT: marked("You may use this copy."),
        Verdict.NOT_YET_EFFECTIVE: marked("It takes effect on %(effective)s. Do not use it before that day."),
        Verdict.SUPERSEDED: marked(
            "A later revision has taken its place. Stop using it and hand it back to document control."
        ),
        Verdict.RECALLED: marked(
            "This copy was called back. Stop using it and hand it back to document control."
        ),
        Verdict.WITHDRAWN: marked(
            "The document no longer governs anything. Stop using it and hand it back to document control."
        ),
        Verdict.VOID: marked(
            "The copy was declared lost, and its number is dead. If you have found it, hand it back to "
            "document control."
        ),
        Verdict.UNKNOWN: marked(
            "Nobody here issued a copy with this number. It may be mistyped, from elsewhere, or forged. "
            "Do not work by it; ask document control."
        ),
    }
)

_AS_OF: Final = marked("As of %(time)s (%(zone)s)")
_WHICH: Final = marked("Which copy?")
_LACKS_RUNNING: Final = marked(
    "%(number)s is the number of a document. Each paper has a number of its own printed on it, such as "
    "%(example)s: type all of it, or scan its code."
)
_TO_WHOM: Final = marked(
    "Document control: %(names)s. Bring them the paper when it is asked back, and tell them when it is "
    "damaged, incomplete or in doubt."
)
_COMES_BACK: Final = frozenset({Verdict.SUPERSEDED, Verdict.RECALLED, Verdict.WITHDRAWN})


@bp.get("/c/<path:text>")
def show(text: str) -> ResponseReturnValue:
    """The verdict of a token, or of a copy number. 404 where nobody knows it, with the page all the same."""
    now = here.now()
    scan = copy_check(here.site(), text, now.date())
    verdict = Verdict(scan["verdict"])
    said = language.texts().gettext
    asked_without = verdict is Verdict.UNKNOWN and lacks_running_number(text)
    advice = said(_LACKS_RUNNING if asked_without else _ADVICE[verdict]) % {
        "effective": scan["effective"],
        "number": text.strip(),
        "example": f"{text.strip()}#001",
    }
    spoken = language.of_request()
    names = languages.LIST[spoken].comma.join(scan["control"] or ())
    word = said(_WHICH) if asked_without else language.word(verdict.face)
    body = _body()(
        verdict=verdict.value,
        word=word,
        face=verdict.face,
        icon=_icon(verdict.face.icon),
        advice=advice,
        ways=[(way, said(words) % scan) for way, words in _ways(scan, verdict)],
        facts=[(said(term), value, look) for term, value, look in _facts(scan, spoken) if value],
        told=said(_TO_WHOM) % {"names": names} if names else "",
        as_of=said(_AS_OF) % {"time": now.strftime("%Y-%m-%d %H:%M"), "zone": now.tzinfo},
    )
    title = f"{word} · {scan['copy']}" if scan["copy"] else word
    return framed("copies/scan.html", title=title, body=body), 404 if verdict is Verdict.UNKNOWN else 200


def _ways(scan: Scan, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Where to go from here. Whoever is not signed in yet is asked for it there, and comes back there."""
    number, label = scan["document"], scan["current_revision"]
    if number is not None and label is not None:
        if verdict is Verdict.CURRENT:
            yield address("documents.show", number=number), marked("Read the text")
        else:
            there = address("documents.show_revision", number=number, label=label)
            yield there, marked("Open %(current_revision)s, which is in force")
    if scan["copy"] is None:
        return
    state = Status(scan["state"]) if scan["state"] else None
    if verdict in _COMES_BACK and state is not None and state.in_hands:
        yield address("copies.return_copy", number=scan["copy"]), marked("Register the return")
    elif verdict not in _COMES_BACK and state is Status.ISSUED:
        yield address("copies.acknowledge", number=scan["copy"]), marked("Acknowledge receipt")
    yield address("copies.show", number=scan["copy"]), marked("Holder and history of this copy")


@cache
def _body() -> Callable[..., Markup]:
    made: Callable[..., Markup] = current_app.jinja_env.get_template("copies/scan_body.html").module.body  # type: ignore[attr-defined]
    return made


@cache
def _icon(name: str) -> Markup:
    # Not imported by the page: Jinja would compare all names that it knows for each visitor.
    drawn: Markup = current_app.jinja_env.get_template("kit/icons.html").module.icon(name)  # type: ignore[attr-defined]
    return drawn


def _facts(scan: Scan, spoken: Language) -> tuple[tuple[str, str | None, str], ...]:
    """Term, value and look of each line. What is in force is told where it is not what the copy says."""
    title, current = scan["title"], scan["current_revision"]
    return (
        (marked("Document number"), scan["document"], "strong"),
        (marked("Title"), Words(title).told(spoken) if title else None, ""),
        (marked("Revision"), scan["revision"], "strong"),
        (marked("Effective date"), scan["effective"], ""),
        (marked("Revision to use"), current if current != scan["revision"] else None, "strong"),
        (marked("Replaced by copy"), scan["replaced_by"], "strong"),
        (marked("Copy number"), scan["copy"], ""),
        (marked("Holder"), scan["holder"], ""),
    )


@bp.get("/check")
def check() -> ResponseReturnValue:
    """Where the input of the start page leads: a copy number, a token, or what a hand scanner types."""
    text = without_address(request.args.get("copy", ""), LONGEST)
    if not text:
        return redirect(url_for("start.show", lang=language.chosen()))
    return redirect(url_for("scan.show", text=text, lang=language.chosen()))
