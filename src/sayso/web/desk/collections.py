"""Collections at the desk: make one and see which reach its facts allow, approve, switch face chips, delete.

May know: the front door's collections and reaches. Must not know: photos, people.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...archive import Archive, Widening
from ...errors import RefusedError, SaysoError, UsageError
from ...values import Cues, Reach, Window
from ..cues import as_words
from ..forms import Form, Posted
from ..pages import page, seen
from ..sessions import Desk, Operator, Staff
from ..speaking import speech_of
from .jobs import listed

router = APIRouter()

_EMPTY = Posted({}, {})


@router.get("/desk/collections/new")
def new_page(request: Request, staff: Operator) -> Response:
    return _new(request, staff, _EMPTY)


@router.post("/desk/collections/new")
def make(request: Request, staff: Operator, form: Form) -> Response:
    """Make the collection, or only say what its facts would allow; what was filled in stays."""
    if form.word("do") == "check":
        return _new(request, staff, form, judged=True)
    try:
        reach = Reach(form.word("reach") or "pointed")
        widening = None
        if reach is not Reach.POINTED:
            widening = _widening(form)
        made = staff.archive.collections.new(
            form.word("name"),
            packs=form.all("pack"),
            reach=reach,
            widening=widening,
            retention_until=form.until("retention"),
            notice_version=form.number("notice"),
        )
    except SaysoError as error:
        return _new(request, staff, form, error=error, judged=True)
    return seen(f"/desk/collections/{made.id}")


@router.post("/desk/collections/judge")
def judge(request: Request, staff: Operator, form: Form) -> dict[str, Any]:
    """The same explanation for the page's script, while somebody fills the form in."""
    return {"reaches": [_plain(one) for one in _judged(request, staff.archive, form)]}


@router.get("/desk/collections/{collection}")
def one(request: Request, staff: Desk, collection: int) -> Response:
    held = staff.archive.overview.collection(str(collection))
    jobs = [each for each in listed(staff, 50) if each[0].parameters.get("collection") == str(collection)][:8]
    return page(request, "desk/collection.html", staff=staff, held=held, one=held.collection, jobs=jobs)


@router.get("/desk/collections/{collection}/assessment")
def assessment(staff: Desk, collection: int) -> Response:
    """The assessment itself, to read before approving: as it was given, and never shown as a page of ours."""
    named = {"content-disposition": f'attachment; filename="assessment-{collection}"'}
    return Response(
        staff.archive.collections.assessment(str(collection)), media_type="application/octet-stream", headers=named
    )


@router.post("/desk/collections/{collection}/approve")
def approve(staff: Operator, collection: int) -> Response:
    """Open the reach that somebody else asked for."""
    staff.archive.collections.approve(str(collection))
    return seen(f"/desk/collections/{collection}")


@router.post("/desk/collections/{collection}/find")
def find(staff: Operator, collection: int, form: Form) -> Response:
    """Search the collection for everybody who lets themselves be found in it: the whole of it, or what passes cues."""
    cues = as_words(_cues(form))
    job = staff.archive.jobs.new("find", collection=str(collection), **({"cues": cues} if cues else {}))
    return seen(f"/desk/jobs/{job.id}")


@router.post("/desk/collections/{collection}/exposure")
def exposure(staff: Operator, collection: int) -> Response:
    """Count what each reach would measure."""
    job = staff.archive.jobs.new("measure.exposure", collection=str(collection))
    return seen(f"/desk/jobs/{job.id}")


@router.post("/desk/collections/{collection}/chips")
def chips(staff: Operator, collection: int, form: Form) -> Response:
    """Keep face chips until a day, or destroy them."""
    if form.word("do") == "destroy":
        staff.archive.collections.destroy_chips(str(collection))
    else:
        until = form.until("until")
        if until is None:
            raise UsageError("It was not said until when.", "Go back and choose a day.")
        staff.archive.collections.keep_chips(str(collection), until)
    return seen(f"/desk/collections/{collection}")


@router.get("/desk/collections/{collection}/delete")
def delete_page(request: Request, staff: Operator, collection: int) -> Response:
    held = staff.archive.overview.collection(str(collection))
    return page(request, "desk/delete.html", staff=staff, held=held)


@router.post("/desk/collections/{collection}/delete")
def delete(staff: Operator, collection: int, form: Form) -> Response:
    """Delete it with everything in it, once somebody has written its name."""
    found = staff.archive.collections.get(str(collection))
    if " ".join(form.word("name").split()).casefold() != found.name.casefold():
        raise UsageError("The name that you wrote is not the collection's.", "Go back and write it as it stands there.")
    staff.archive.collections.delete(str(collection))
    return seen("/desk")


def _new(
    request: Request, staff: Staff, form: Posted, *, error: SaysoError | None = None, judged: bool = False
) -> Response:
    language = speech_of(request).language
    archive = staff.archive
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    return page(
        request,
        "desk/new_collection.html",
        400 if error else 200,
        staff=staff,
        form=form,
        error=error,
        reasons=reasons,
        packs=archive.reaches.packs(language=language),
        bases=archive.reaches.bases(language=language),
        reaches=list(Reach),
        judged=_judged(request, archive, form) if judged else (),
    )


def _cues(form: Posted) -> Cues:
    first, last, tag = form.moment("since"), form.moment("until"), form.word("tag")
    if first and last and last < first:
        raise UsageError("The time ends before it begins.", "Go back and swap the two moments.")
    window = Window(first or datetime.min, last or datetime.max) if first or last else None
    return Cues(window, tags=(tag,) if tag else ())


def _judged(request: Request, archive: Archive, form: Posted) -> list[Any]:
    return archive.reaches.judge(
        packs=form.all("pack"),
        basis=form.word("basis"),
        assessment=form.file("assessment") is not None or form.ticked("has_assessment"),
        occasion=form.window("from", "to"),
        expires=form.until("expires"),
        language=speech_of(request).language,
    )


def _plain(one: Any) -> dict[str, Any]:
    objections = [{"text": each.text, "source": f"{each.rule}: {each.citation}"} for each in one.objections]
    return {"reach": one.reach.value, "allowed": one.allowed, "objections": objections}


def _widening(form: Posted) -> Widening:
    assessment, occasion, expires = form.file("assessment"), form.window("from", "to"), form.until("expires")
    if not form.word("basis") or assessment is None or occasion is None or expires is None:
        raise UsageError(
            "A wider reach needs a basis, the assessment file, the days of the occasion, and the day on which it ends.",
            "Fill in all four, and choose the file again; or keep the reach at “pointed”.",
        )
    return Widening(form.word("basis"), assessment, occasion, expires)
