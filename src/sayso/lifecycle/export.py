"""Everything that is held about one person, written into a folder for them (GDPR, Articles 15 and 20; LAW L4).

May know: consents, decisions, the ledger, albums. Must not know: pixels, vectors, other people.
Deletes nothing in the archive. Stopped half-way, it is run again into the same folder and goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from .. import consent, delivery, matches, photos, policy
from ..consent import LiveConsent
from ..delivery import AlbumItem, Planned
from ..errors import ArchiveError, RefusedError, UsageError
from ..ground import Ground, Sight
from ..policy import Action, Facts
from ..storage import FolderBlobs, Session
from ..values import Act, Actor, Outcome, Purpose, Right, Skipped
from . import exported, holdings, requests
from .exported import ALBUM, KIND, MARK
from .requests import Request

# What an export holds besides proofs and album.
_FILES = ("receipt.json", "receipt.jsonld", "data.json", "index.html", "receipt.html")
_TITLE = {"en": "Your photos", "fr": "Vos photos"}


@dataclass(frozen=True, slots=True)
class Holdings:
    """What was gathered and written. ``data`` is the content of ``data.json``; ``key_id`` names the consent that it
    rests on, and is empty when there is none any more."""

    subject_id: str
    request: Request
    data: Mapping[str, Any]
    photos: int
    entries: int
    skipped: tuple[Skipped, ...]
    key_id: str = field(default="", repr=False)


def export(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    *,
    subject_id: str,
    folder: Path,
    controller: str,
    contact: str,
    language: str = "en",
    progress: Callable[[int, int], None] | None = None,
) -> Holdings:
    """Write photos with everybody else closed, the receipt, every ledger entry with its proof, and all of it as JSON.

    folder: missing, empty, or an export for the same person, which is brought up to date; an album in it that would
    come out the same is not made again. Opens a request for access if none is open; ``complete_export`` ends it.
    After a withdrawal, whatever still exists is exported, by the subject's id. A no or a freeze that comes while it is
    written is obeyed before anybody else may write: the export is deleted, and refused.
    Raises RefusedError (F1, F6) then and for a frozen subject, KeyDestroyedError when the proof period is over,
    UsageError, AlbumsBusyError.
    """
    if language not in _TITLE:
        raise UsageError(f"Exports are not written in {language!r}.", f"Choose one of: {', '.join(_TITLE)}.")
    with ground.database.begin() as session:
        consent.subjects.get(session, subject_id)
    with delivery.alone(ground):
        return _export(ground, sight, actor, subject_id, folder, controller, contact, language, progress)


def _export(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    subject_id: str,
    folder: Path,
    controller: str,
    contact: str,
    language: str,
    progress: Callable[[int, int], None] | None,
) -> Holdings:
    blobs = FolderBlobs(folder)
    _claim(blobs, folder, subject_id)
    with ground.database.begin() as session:
        now = ground.clock()
        frozen = consent.subjects.get(session, subject_id).frozen_at is not None
        decision = policy.decide(Action.EXPORT, Facts(now=now, frozen=frozen), ground.packs_around(session, subject_id))
        if not decision.allowed:
            raise RefusedError.by(decision)
        request = requests.ask(session, subject_id, Right.ACCESS, now, now)
        # Before the first file: a no reaches an interrupted export too.
        rests_on = _resting(session, ground, subject_id)
        if rests_on is not None:
            exported.note(session, ground, rests_on, folder)
        ground.note(session, Act("export", actor, (subject_id,)))
    with ground.database.begin() as session:
        living = _finding(session, ground, subject_id)
        planned, why_none, bare = _planned(session, ground, living)
        held = holdings.held(session, ground, subject_id, controller, contact) | {
            "request": holdings.plain_request(request)
        }
        proofs = [(entry["proof"], ground.ledger.proof(session, entry["index"]).to_text()) for entry in held["entries"]]
        names = {one.id: one.name for one in photos.list_collections(session)}
        confirmed = _confirmed(session, ground, living) if living else set()
        regulators = [one.name for one in ground.regulators_for(session, subject_id)]
    _list_files(blobs, [name for name, _ in proofs])
    for name, text in proofs:
        blobs.put(text.encode(), name)
    receipt = held["receipt"]
    blobs.put(_json(receipt), "receipt.json")
    blobs.put(_json(consent.linked.linked_receipt(receipt)), "receipt.jsonld")
    skipped = _write_album(ground, sight, blobs, planned, bare, contact, regulators, language, progress)
    shown = _photos(planned, names, confirmed, {one.name for one in skipped})
    data = held | {"photos": shown, "no_photos": why_none, "made_at": ground.clock().isoformat()}
    blobs.put(_json(data), "data.json")
    key_id = rests_on.consent.key_id if rests_on is not None else ""
    with _obeying(ground, folder, subject_id), ground.database.begin() as session:
        _look_again(session, subject_id, key_id)
    return Holdings(subject_id, request, data, len(shown) - len(skipped), len(proofs), skipped, key_id)


def complete_export(
    ground: Ground, actor: Actor, holdings: Holdings, folder: Path, pages: Mapping[str, str]
) -> Request:
    """Add the pages to read, by file name, and note that the request is fulfilled.

    Raises RefusedError (F1, F6) as above, ArchiveError when the export was deleted meanwhile, AlbumsBusyError.
    """
    blobs = FolderBlobs(folder)
    with delivery.alone(ground), _obeying(ground, folder, holdings.subject_id), ground.database.begin() as session:
        _look_again(session, holdings.subject_id, holdings.key_id)
        if not exported.is_there(folder, holdings.subject_id):
            raise ArchiveError(
                "Photos in this export changed while it was written, so it was deleted.", "Write the export again."
            )
        for name, text in pages.items():
            blobs.put(text.encode(), name)
        done = requests.finish(session, holdings.request.id, ground.clock())
        facts = (("kind", Right.ACCESS.value), ("photos", holdings.photos), ("entries", holdings.entries))
        ground.note(session, Act("request.done", actor, (holdings.subject_id,), facts=facts))
    return done


@contextmanager
def _obeying(ground: Ground, folder: Path, subject_id: str) -> Iterator[None]:
    """Delete the export when it is refused."""
    try:
        yield
    except RefusedError:
        exported.take_back(ground, folder, subject_id)
        raise


def _look_again(session: Session, subject_id: str, key_id: str) -> None:
    """Raises RefusedError when somebody said no, or the person was frozen, since the export began."""
    if consent.subjects.is_frozen(session, subject_id):
        raise RefusedError.because("F6", "Everything about this person is frozen.", "Wait until the freeze is lifted.")
    if key_id and key_id not in {one.consent.key_id for one in consent.records.given(session, subject_id)}:
        raise RefusedError.because(
            "F1",
            "The consent on which this export rests ended while it was written.",
            "Write it again: it then holds what is left.",
        )


def _claim(blobs: FolderBlobs, folder: Path, subject_id: str) -> None:
    """Make the folder this person's, before anything is written. Raises UsageError when it is anything else."""
    if exported.is_there(folder, subject_id):
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} holds something else.", "Choose a folder that is empty or does not exist yet.")
    blobs.put(_json({"kind": KIND, "subject": subject_id, "files": []}), MARK)


def _resting(session: Session, ground: Ground, subject_id: str) -> LiveConsent | None:
    """The consent with which an export goes: that to ``find``, under which there are photos, or else the oldest."""
    given = [
        one
        for one in consent.records.given(session, subject_id, ground.clock())
        if ground.keys.holds(one.consent.key_id)
    ]
    return min(given, key=lambda one: (one.consent.purpose is not Purpose.FIND, one.consent.id), default=None)


def _list_files(blobs: FolderBlobs, proofs: Sequence[str]) -> None:
    """Say in the mark what is about to be written, besides the album, which has a list of its own."""
    present = exported.mark(blobs.root)
    listed = present.get("files")
    before = listed if isinstance(listed, list) else []
    present["files"] = sorted({*before, *proofs, *_FILES})
    blobs.put(_json(present), MARK)


def _finding(session: Session, ground: Ground, subject_id: str) -> LiveConsent | None:
    """The consent under which photos of a person are held, also while it waits for a new yes to a changed notice."""
    if consent.subjects.is_frozen(session, subject_id):
        return None
    given = consent.records.given(session, subject_id, ground.clock())
    return next((one for one in given if one.consent.purpose is Purpose.FIND), None)


def _planned(session: Session, ground: Ground, living: LiveConsent | None) -> tuple[Sequence[Planned], str, bool]:
    """The photos; if there are none, why: ``none`` were found, or there is ``no-consent`` to find them; and whether
    their album must be bare, as a child's."""
    if living is None:
        return (), "no-consent", True
    given = living.consent
    found = delivery.plan(session, ground.keys, subject_id=given.subject_id, now=ground.clock(), held=living)
    return found, "" if found else "none", delivery.is_bare(session, ground, living)


def _confirmed(session: Session, ground: Ground, living: LiveConsent) -> set[int]:
    """Ids of the photos in which a person, and not only a comparison, said that this is them."""
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    return {one.photo_id for one in matches.of_owner(session, owner, Outcome.MATCHED) if one.confirmed}


def _write_album(
    ground: Ground,
    sight: Sight,
    blobs: FolderBlobs,
    planned: Sequence[Planned],
    bare: bool,
    contact: str,
    regulators: Sequence[str],
    language: str,
    progress: Callable[[int, int], None] | None,
) -> tuple[Skipped, ...]:
    """Write the album with nobody open but the person, unless the same one is there whole."""
    folder = blobs.root / ALBUM
    plan = _fingerprint(planned, bare, language, [contact, *regulators])
    present: dict[str, Any] = exported.mark(blobs.root)
    if present.get("album") == plan and delivery.is_whole(folder):
        return tuple(Skipped(**one) for one in present["skipped"])
    if not planned:
        if delivery.is_whole(folder):
            delivery.remove_album(folder)
        return ()
    with ground.database.begin() as session:
        address = delivery.public_address(session)
    items = [
        AlbumItem(
            replace(one.photo, path=_name(one)),
            partial(photos.load, one.photo, ground.blobs),
            one.faces,
            # Not if somebody asked that this face be left alone: then it is closed for everybody.
            tuple(box for box in (one.own,) if box in one.open_faces),
            one.own,
            delivery.hide_link(ground.keys, address, one.photo.id),
        )
        for one in planned
    ]
    report = delivery.write_album(
        items,
        folder,
        closer=sight.closer,
        title=_TITLE[language],
        language=language,
        contact=contact,
        regulators=regulators,
        made_at=ground.clock(),
        keep_time=not bare,
        progress=progress,
    )
    skipped = [{"name": one.name, "reason": one.reason} for one in report.skipped]
    blobs.put(_json(present | {"album": plan, "skipped": skipped}), MARK)
    return report.skipped


def _fingerprint(planned: Sequence[Planned], bare: bool, language: str, addresses: Sequence[str]) -> str:
    """What the album's content follows from, as SHA-256."""
    told = [[one.photo.sha256, repr(one.faces), repr(one.own), one.own in one.open_faces] for one in planned]
    return hashlib.sha256(_json([told, bare, language, list(addresses)])).hexdigest()


def _photos(
    planned: Sequence[Planned], names: Mapping[int, str], confirmed: set[int], lost: set[str]
) -> list[dict[str, Any]]:
    """The photos in the album's order; one that could not be read has no file."""
    shown = []
    number = 0
    for one in planned:
        written = _name(one) not in lost
        number += written
        box = one.own
        shown.append(
            {
                "id": one.photo.id,
                "file": f"{ALBUM}/photos/{number:03}.jpg" if written else None,
                "sha256": one.photo.sha256,
                "taken_at": one.photo.taken_at.isoformat() if one.photo.taken_at else None,
                "collection": names.get(one.photo.collection_id, ""),
                "face": [round(part) for part in (box.x, box.y, box.width, box.height)],
                "confirmed": one.photo.id in confirmed,
            }
        )
    return shown


def _name(one: Planned) -> str:
    """What a photo is called where it was left out: file names may be the same, and tell of the operator's folders."""
    return f"photo {one.photo.id}"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
