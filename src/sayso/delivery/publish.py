"""Write a publication: a zip of renditions with a list of what is in it, made photo by photo while it is read.

May know: plans, renditions, files. Must not know: vectors, names, why a face is open.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from .. import photos
from ..errors import ArchiveError, SaysoError, UsageError
from ..ground import Ground, Sight
from ..values import Act, Actor, Collection, Purpose, Skipped
from .links import hide_link, public_address
from .manifest import digest
from .publication import Manner, Publishable, plan_publication
from .renditions import Rendition, render
from .words import Words

LIST = "publication.json"


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """What a publication says besides its photos: who publishes, and whom to ask, in which language. redacted: also
    photos in which faces are closed."""

    controller: str
    contact: str
    language: str = "en"
    redacted: bool = True


@dataclass
class Published:
    """How writing went, complete once the last part was read. ``closed`` counts faces and what may be one."""

    planned: int
    withheld: int
    written: int = 0
    as_they_are: int = 0
    closed: int = 0
    skipped: list[Skipped] = field(default_factory=list)


def publish(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    *,
    collection: Collection,
    facts: PublicationFacts,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Published, Iterator[bytes]]:
    """Note that a collection is published, naming everybody whose face may be seen, and give the zip's parts.

    Before each photo it is asked anew who may be seen in it, and at the end whether that still holds for all: if
    somebody said no meanwhile, the last part does not come, and what came is no zip. Raises UsageError when there is
    nothing to publish or no such language; reading the parts raises ArchiveError, RefusedError (F5).
    """
    words = Words(facts.language)
    with ground.database.begin() as session:
        planned = plan_publication(session, ground, collection)
        chosen = [one for one in planned if _wanted(one, facts)]
        if not chosen:
            raise UsageError(
                f"No photo of '{collection.name}' may be published like this.",
                "Look at the plan: who is in the photos has to say yes to `show`, or faces are closed.",
            )
        shown = tuple(dict.fromkeys(subject for one in chosen for subject in one.shown))
        noted = (("photos", len(chosen)),)
        address = public_address(session)
        ground.note(session, Act("publish.begin", actor, shown, collection.id, Purpose.SHOW, facts=noted))
    made = Published(len(chosen), sum(one.manner is Manner.NOT_AT_ALL for one in planned))
    work = _Writing(ground, sight, actor, collection, facts, words, made, shown, address)
    return made, work.parts([one.photo.id for one in chosen], progress)


def refuse_taken(target: Path) -> None:
    """Raises UsageError when a publication cannot go here, before anything is noted."""
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} is there already.", "Name a new file.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it, or name another file.")


def write_publication(target: Path, parts: Iterator[bytes]) -> None:
    """Write a publication into a new file, which appears whole or not at all. Raises ArchiveError."""
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=".unfinished-", delete=False) as file:
            unfinished = Path(file.name)
            try:
                for part in parts:
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ArchiveError(
            f"The file {target} cannot be written: {error.strerror}.", "Check the folder and its permissions."
        ) from None


def _wanted(one: Publishable, facts: PublicationFacts) -> bool:
    return one.manner is Manner.AS_IT_IS or (one.manner is Manner.REDACTED and facts.redacted)


@dataclass(frozen=True)
class _Writing:
    """One publication that is being written."""

    ground: Ground
    sight: Sight
    actor: Actor
    collection: Collection
    facts: PublicationFacts
    words: Words
    made: Published
    shown: tuple[str, ...]
    address: str

    def parts(self, photo_ids: list[int], progress: Callable[[int, int], None] | None) -> Iterator[bytes]:
        sink, at = _Sink(), self.ground.clock()
        written: list[Publishable] = []
        listed: list[dict[str, Any]] = []
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as target:
            for done, photo_id in enumerate(photo_ids, 1):
                one = self._now(photo_id)
                if one is not None:
                    rendition = self._rendered(one)
                    if rendition is not None:
                        name = f"photos/{len(listed) + 1:04}.jpg"
                        _put(target, name, rendition.jpeg, at)
                        written.append(one)
                        listed.append(_entry(name, one, rendition))
                        yield sink.taken()
                if progress is not None:
                    progress(done, len(photo_ids))
            _put(target, LIST, self._list(listed, at), at)
            # Without what the file ends with, which is written on closing, the parts before are no zip.
            last = sink.taken()
            self._finish(written)
            yield last
        yield sink.taken()

    def _now(self, photo_id: int) -> Publishable | None:
        """How the photo may be published at this moment; None when it may not any more. Nobody is shown who was not
        named when it began."""
        with self.ground.database.begin() as session:
            if not photos.still_there(session, photo_id):
                return None
            (one,) = plan_publication(session, self.ground, self.collection, [photo_id])
        if not _wanted(one, self.facts) or not set(one.shown) <= set(self.shown):
            return None
        return one

    def _rendered(self, one: Publishable) -> Rendition | None:
        link = hide_link(self.ground.keys, self.address, one.photo.id)
        try:
            made = render(
                photos.load(one.photo, self.ground.blobs),
                faces=one.faces,
                open_faces=one.open_faces,
                closer=self.sight.closer,
                keep_time=not one.bare,
                note=self.words.plea(one.photo.id, self.facts.contact, link),
            )
        except SaysoError as error:
            self.made.skipped.append(Skipped(f"photo {one.photo.id}", str(error)))
            return None
        self.made.written += 1
        self.made.as_they_are += not made.closed
        self.made.closed += len(made.closed)
        return made

    def _finish(self, written: list[Publishable]) -> None:
        """Look a last time whether everybody who is shown still may be, and note what was made."""
        with self.ground.database.begin() as session:
            ids = [one.photo.id for one in written]
            there = [one for one in ids if photos.still_there(session, one)]
            now = {one.photo.id: one for one in plan_publication(session, self.ground, self.collection, there)}
            if not all(one.photo.id in now and _within(one, now[one.photo.id]) for one in written):
                raise ArchiveError("People changed what they allow while this was written.", "Publish it again.")
            shown = tuple(dict.fromkeys(subject for one in written for subject in one.shown))
            counted = (
                ("photos", len(written)),
                ("closed_faces", self.made.closed),
                ("skipped", len(self.made.skipped)),
            )
            act = Act("publish", self.actor, shown, self.collection.id, Purpose.SHOW, facts=counted)
            self.ground.note(session, act)

    def _list(self, listed: list[dict[str, Any]], at: datetime) -> bytes:
        packs = self.ground.packs_of(self.collection)
        facts = {
            "kind": "sayso publication",
            "version": 1,
            "made_at": at.isoformat(timespec="seconds"),
            "controller": self.facts.controller,
            "contact": self.facts.contact,
            "regulators": list(dict.fromkeys(one.name for pack in packs for one in pack.regulators)),
            "photos": listed,
            "withheld": self.made.withheld,
            "skipped": [one.name for one in self.made.skipped],
        }
        return (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()


def _within(written: Publishable, now: Publishable) -> bool:
    """Whether what was written may still be seen."""
    return (
        now.manner is not Manner.NOT_AT_ALL
        and set(written.open_faces) <= set(now.open_faces)
        and set(written.faces) >= set(now.faces)
        and written.bare >= now.bare
    )


def _entry(name: str, one: Publishable, rendition: Rendition) -> dict[str, Any]:
    return {
        "path": name,
        "sha256": digest(rendition.jpeg),
        "photo": one.photo.id,
        "width": rendition.width,
        "height": rendition.height,
        "open": len(rendition.opened),
        "closed": len(rendition.closed),
    }


def _put(target: zipfile.ZipFile, name: str, data: bytes, at: datetime) -> None:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.external_attr = 0o644 << 16
    target.writestr(info, data)


class _Sink(RawIOBase):
    """A file that is only written to, from front to back; what came is taken away part by part."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        part = b"".join(self._parts)
        self._parts.clear()
        return part
