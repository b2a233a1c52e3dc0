"""Files of a record: handed in, handed out, struck out, compared with their original."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from flask import Response, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.queries.records import attached
from docctl.render.preview import MEDIA
from docctl.rules.actions import Action
from docctl.rules.records.attachments import ENDINGS, Kind, kind_of
from docctl.store.sniffing import Upload
from docctl.usecases.records import attaching
from docctl.web.kit import again, forms, here
from docctl.web.kit.headers import POLICY_OF_FILES, UNCHANGED
from docctl.web.records.fields import PREFIX
from docctl.web.records.listing import bp as bp

_INPUTS: Final = ("photo", "file")
"""The camera of a phone, or whatever lies on it; one of the two is used."""


@bp.get("/records/<path:number>/attach")
def attach_form(number: str) -> ResponseReturnValue:
    """One file, and where it goes: `to` is a field, a step of somebody outside, or nothing."""
    ctx, to = here.reading(), request.values.get("to", "")
    executed, place = attached.require_attach(ctx, number, to)
    schema = executed.fields[place.field] if place.field else {}
    kinds = tuple(Kind(kind) for kind in schema.get("accept", Kind))
    return render_template(
        "records/record_attach.html",
        number=executed.record.number,
        to=to,
        back=request.values.get("back", ""),
        called=executed.called(to) if to else None,
        place=place,
        kinds=kinds,
        accept=",".join(media for media in ENDINGS if kind_of(media) in kinds),
        pictures=Kind.IMAGE in kinds,
        late=place.field is not None and place.step is not None and bool(place.step.signed),
        most_mb=here.site().settings.attachment_mb,
        today=ctx.today(),
    )


@bp.post("/records/<path:number>/attach")
@again.shown_again
def attach(number: str) -> ResponseReturnValue:
    """The file is kept; back to the form that it was asked for on, or to the record."""
    to = forms.text(request.form, "to")
    attaching.attach_record(
        here.writing(Action.RECORD_ATTACH),
        number,
        _upload,
        to=to,
        signed=forms.day(request.form, "signed"),
        returned=forms.day(request.form, "returned"),
        reason=forms.reason(),
    )
    flash(gettext("The file is attached."))
    if request.form.get("back") == "fill":
        return redirect(url_for("records.fill_form", number=number) + f"#{PREFIX}{to}")
    return redirect(url_for("records.show", number=number) + "#files")


@bp.get("/records/<path:number>/files/<int:running>")
def file(number: str, running: int) -> ResponseReturnValue:
    """The file as it was given: to be kept, never to be run or shown in our place."""
    found = attached.attachment_file(here.reading(), number, running)
    answer = send_file(
        BytesIO(found.data),
        mimetype=found.media,
        as_attachment=True,
        download_name=found.name,
        etag=found.sha256,
        conditional=True,
    )
    return _for_readers_only(answer)


@bp.get("/records/<path:number>/files/<int:running>/preview")
def preview(number: str, running: int) -> ResponseReturnValue:
    """A picture made small, without what the camera wrote into it."""
    made, digest = attached.attachment_preview(here.reading(), number, running)
    if made is None:
        raise NotFound
    answer = send_file(BytesIO(made), mimetype=MEDIA, etag=f"{digest}-small", conditional=True)
    return _for_readers_only(answer)


def _for_readers_only(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY_OF_FILES
    answer.headers["Cache-Control"] = UNCHANGED
    return answer


@bp.get("/records/<path:number>/files/<int:running>/strike")
def strike_form(number: str, running: int) -> ResponseReturnValue:
    """The file, and the reason for which it does not count."""
    return _mark_form(number, running, Action.RECORD_STRIKE)


@bp.post("/records/<path:number>/files/<int:running>/strike")
@again.shown_again
def strike(number: str, running: int) -> ResponseReturnValue:
    """It stays readable, struck through."""
    attaching.strike_record(here.writing(Action.RECORD_STRIKE), number, running, reason=forms.reason())
    flash(gettext("The file is struck out. It stays readable."))
    return redirect(url_for("records.show", number=number) + "#files")


@bp.get("/records/<path:number>/files/<int:running>/vouch")
def vouch_form(number: str, running: int) -> ResponseReturnValue:
    """The file, and what the signature under it says."""
    return _mark_form(number, running, Action.RECORD_VOUCH)


@bp.post("/records/<path:number>/files/<int:running>/vouch")
@again.shown_again
def vouch(number: str, running: int) -> ResponseReturnValue:
    """The copy was compared with its original (DC-83)."""
    attaching.vouch_record(here.writing(Action.RECORD_VOUCH), number, running)
    flash(gettext("It is recorded that the copy is true to its original."))
    return redirect(url_for("records.show", number=number) + "#files")


def _mark_form(number: str, running: int, action: Action) -> Response:
    attachment = attached.attachment_before(here.reading(), number, running, action)
    return make_response(
        render_template("records/record_mark.html", number=number, one=attachment, action=action)
    )


def _upload() -> Upload:
    """The file that was chosen. Raises Invalid where there is none, or more than one."""
    given = [file for name in _INPUTS for file in request.files.getlist(name) if file.filename]
    if len(given) != 1:
        none, several = Message("choose a file, or take a photo"), Message("send one file at a time")
        raise Invalid({"file": several if given else none})
    return Upload(str(given[0].filename), given[0].read())
