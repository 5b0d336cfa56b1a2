"""Front door, a person's own pages: their photos as they may see them, and photos to point at themselves in.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .. import consent, delivery, lifecycle, matches, photos, vault
from ..consent import LiveConsent
from ..delivery import AlbumFacts, Held
from ..engine import Progress
from ..errors import RefusedError, UsageError
from ..finding import Forecast
from ..lifecycle import Refreshed
from ..storage import Session
from ..values import Act, Collection, Cues, Outcome, Photo, Purpose, Reach
from .door import Door


@dataclass(frozen=True, slots=True)
class MyPhoto:
    """One photo of a person's album. ``taken_at`` and ``collection`` are None in a child's (F6). ``reference`` is what
    the link names it by under which anybody has a face in it closed."""

    id: int
    reference: str
    taken_at: datetime | None
    collection: str | None
    width: int
    height: int
    thumb_width: int
    thumb_height: int
    owner_open: bool
    others_open: int
    others_closed: int


@dataclass(frozen=True, slots=True)
class MyLeaf:
    """One photo of an album, its ``number`` of ``total``, and the ids of those ``before`` and ``after``."""

    photo: MyPhoto
    number: int
    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class MyAlbum:
    """A person's photos. ``waiting`` faces at which they pointed, or that may be theirs, wait for somebody to look.

    ``template``: there is one, by which they can be found; ``awake``: it may be used. ``searched``: there is a
    collection that is searched as a whole; ``narrowed``: there is one that is searched where they say. ``behind``: so
    many photos were found that the album does not show, or the other way round; it has to be written.
    """

    photos: tuple[MyPhoto, ...]
    waiting: int
    template: bool
    awake: bool
    searched: bool
    narrowed: bool
    behind: int


@dataclass(frozen=True, slots=True)
class News:
    """Who is to be told of how many new photos. Nobody else may see the address."""

    to: str = field(repr=False)
    photos: int


class Mine:
    """``archive.mine``: what a person sees at their own pages."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def refresh(
        self,
        subject: str,
        *,
        cues: Cues | None = None,
        language: str = "en",
        progress: Callable[[Progress], None] | None = None,
    ) -> Refreshed:
        """Search for a person wherever that is allowed, and write the album for their own pages.

        cues: when and where they were, by their own word; searched are then the photos that pass, in the collections
        that are ``narrowed``. Photos that are in the album already as they have to be are not made again. Raises
        RefusedError (F1, F3, F6), ArchiveError.
        """
        door = self._door
        with door.ground.database.begin() as session:
            door.enter_for(session, "find", subject)
            actor, subject_id = door.enter_for(session, "album", subject)
        return lifecycle.refresh(
            door.ground,
            door.sight,
            door.threads,
            actor,
            subject_id=subject_id,
            facts=self._facts(language),
            cues=cues,
            progress=progress,
        )

    def may_narrow(self, subject: str) -> bool:
        """Whether a person can be looked for where they say they were: by a template that may be used, in a collection
        that is ``narrowed``. Raises RefusedError (F1, F6)."""
        ground = self._door.ground
        with ground.database.read() as session:
            _, subject_id = self._door.enter_for(session, "find", subject)
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            ready = vault.holds(session, living, self._door.sight.card.id) and consent.enrolments.awake(
                session, subject_id
            )
            return ready and any(one.reach is Reach.NARROWED for one in self._collections(session, living))

    def forecast(self, subject: str, cues: Cues) -> Sequence[Forecast]:
        """How many faces a search by these cues would measure, before it is asked for; one for each collection.

        Raises RefusedError (F1, F3, F6) as ``refresh`` would.
        """
        door = self._door
        with door.ground.database.read() as session:
            _, subject_id = door.enter_for(session, "find", subject)
        return lifecycle.forecast(door.ground, door.sight, subject_id=subject_id, cues=cues)

    def refresh_everybody(self, collection: str | int, *, progress: Callable[[Progress], None] | None = None) -> int:
        """Search a collection for everybody who said yes, and write the albums of whom there are new photos: how many.

        ``letters`` then says who is to be told.
        """
        door = self._door
        with door.ground.database.begin() as session:
            actor = door.enter_with(session, "find")
            found = photos.get_collection(session, collection)
        door.enter("album")
        return lifecycle.refresh_collection(
            door.ground, door.sight, door.threads, actor, found, facts=self._facts("en"), progress=progress
        )

    def letters(self) -> Sequence[News]:
        """Who is to be told today that there are new photos of them; they then count as told until tomorrow."""
        ground = self._door.ground
        found = []
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "news")
            waiting = delivery.take_news(session, ground.clock().date())
            for subject_id in consent.subjects.living_ids(session) if waiting else ():
                try:
                    living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
                except RefusedError:
                    continue
                number = waiting.get(matches.owner_tag(ground.keys, living.consent.key_id))
                if number:
                    ground.note(session, Act("news", actor, (subject_id,), purpose=Purpose.FIND))
                    subject = consent.subjects.value(ground.keys, consent.subjects.get(session, subject_id))
                    found.append(News(subject.label, number))
        return found

    def album(self, subject: str) -> MyAlbum:
        """What is in the album of a person's own pages now; each look is a ledger entry that they can read.

        Raises RefusedError (F1, F6).
        """
        ground = self._door.ground
        with ground.database.read() as session:
            actor, subject_id = self._door.enter_for(session, "photos", subject)
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            bare = delivery.is_bare(session, ground, living)
            names = {one.id: one for one in self._collections(session, living)}
            owner = matches.owner_tag(ground.keys, living.consent.key_id)
            shown = tuple(
                _shown(item, photo, None if bare else names, delivery.reference(ground.keys, photo.id))
                for item, photo in self._held(session, living, names)
            )
            album = MyAlbum(
                shown,
                len(matches.of_owner(session, owner, Outcome.REVIEW)),
                vault.holds(session, living, self._door.sight.card.id),
                consent.enrolments.awake(session, subject_id),
                any(one.reach is Reach.SWEPT for one in names.values()),
                any(one.reach is Reach.NARROWED for one in names.values()),
                lifecycle.behind(session, ground, living),
            )
        ground.note_look(Act("photos", actor, (subject_id,), facts=(("photos", len(shown)),)))
        return album

    def photo(self, subject: str, photo_id: int) -> MyLeaf:
        """One photo of a person's album among the others. The look that is noted is the one at its ``picture``.

        Raises RefusedError (F1, F6) and UsageError when the album does not hold it.
        """
        ground = self._door.ground
        with ground.database.read() as session:
            _, subject_id = self._door.enter_for(session, "photos", subject)
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            names = {one.id: one for one in self._collections(session, living)}
            held = self._held(session, living, names)
            ids = [photo.id for _, photo in held]
            if photo_id not in ids:
                raise _not_theirs()
            place = ids.index(photo_id)
            told = None if delivery.is_bare(session, ground, living) else names
            return MyLeaf(
                _shown(*held[place], told, delivery.reference(ground.keys, photo_id)),
                place + 1,
                len(ids),
                ids[place - 1] if place else None,
                ids[place + 1] if place + 1 < len(ids) else None,
            )

    def picture(self, subject: str, photo_id: int, *, small: bool = False) -> bytes:
        """A photo of a person's album as JPEG, everybody else closed. A look at the large one is a ledger entry.

        Raises RefusedError (F1, F6, R2) and UsageError when the album does not hold it, or does not now.
        """
        ground = self._door.ground
        with ground.database.read() as session:
            actor, subject_id = self._door.enter_for(session, "photos", subject)
            folder, item = self._find(session, subject_id, photo_id)
            collection_id = photos.get_photo(session, photo_id).collection_id
        if not small:
            # The page of small ones was noted as a whole.
            noted = (("photo", photo_id),)
            ground.note_look(Act("album.show", actor, (subject_id,), collection_id, facts=noted))
        name, entry = (item.thumb, item.small) if small else (item.file, item.large)
        return delivery.read_file(folder, name, entry)

    def download(self, subject: str) -> Iterator[tuple[str, datetime | None, bytes]]:
        """Every photo of a person's album: a name for the file, when it was taken, and the JPEG. One ledger entry.

        Ends early when their consent does. Raises RefusedError (F1, F6).
        """
        ground = self._door.ground
        with ground.database.read() as session:
            actor, subject_id = self._door.enter_for(session, "album", subject)
        album = self.album(subject)
        with ground.database.begin() as session:
            noted = (("photos", len(album.photos)),)
            ground.note(session, Act("album.download", actor, (subject_id,), purpose=Purpose.FIND, facts=noted))
        return self._files(subject_id, album)

    def disown(self, subject: str, photo_id: int) -> None:
        """A person says that the face in this photo is not theirs: it leaves their album. Raises UsageError."""
        door = self._door
        with door.ground.database.begin() as session:
            actor, subject_id = door.enter_for(session, "disown", subject)
            living = consent.records.live(session, subject_id, Purpose.FIND, door.ground.clock())
            owner = matches.owner_tag(door.ground.keys, living.consent.key_id)
            mine = [one for one in matches.of_owner(session, owner, Outcome.MATCHED) if one.photo_id == photo_id]
            if not mine:
                raise UsageError("This photo is not among yours.", "Nothing more is needed.")
            number = photos.face(session, mine[0].face_id).number
        lifecycle.disown(door.ground, door.sight, actor, subject_id=subject_id, photo_id=photo_id, number=number)

    def _files(self, subject_id: str, album: MyAlbum) -> Iterator[tuple[str, datetime | None, bytes]]:
        for number, one in enumerate(album.photos, 1):
            with self._door.ground.database.read() as session:
                folder, item = self._find(session, subject_id, one.id)
            yield f"{number:03}.jpg", one.taken_at, delivery.read_file(folder, item.file, item.large)

    def _find(self, session: Session, subject_id: str, photo_id: int) -> tuple[Path, Held]:
        """The album's folder, and the photo in it, if it may be seen now."""
        ground = self._door.ground
        living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
        folder = delivery.own_folder(session, ground, living)
        item = next((one for one in delivery.held(folder) if one.photo_id == photo_id), None)
        if folder is None or item is None:
            raise _not_theirs()
        if lifecycle.is_closing(session, photo_id) or (item.large.others_open and lifecycle.any_ending(session)):
            raise RefusedError.because(
                "R2", "A face in this photo is being closed just now.", "Look again in a minute."
            )
        return folder, item

    def _held(self, session: Session, living: LiveConsent, reached: dict[int, Collection]) -> list[tuple[Held, Photo]]:
        """What the album of the person's own pages holds of the collections that their yes reaches, in its order."""
        items = delivery.held(delivery.own_folder(session, self._door.ground, living))
        known = {one.id: one for one in photos.get_photos(session, [one.photo_id for one in items])}
        there = [(one, known[one.photo_id]) for one in items if one.photo_id in known]
        return [(one, photo) for one, photo in there if photo.collection_id in reached]

    def _collections(self, session: Session, living: LiveConsent) -> list[Collection]:
        reached = set(living.consent.collections)
        return [one for one in photos.list_collections(session) if one.id in reached]

    def _facts(self, language: str) -> AlbumFacts:
        title = "Vos photos" if language == "fr" else "Your photos"
        return AlbumFacts(title, language, self._door.particulars.contact)


def _not_theirs() -> UsageError:
    return UsageError("This photo is not among yours.", "Go back to your photos.")


def _shown(item: Held, photo: Photo, names: dict[int, Collection] | None, reference: str) -> MyPhoto:
    large, small = item.large, item.small
    return MyPhoto(
        item.photo_id,
        reference,
        photo.taken_at if names is not None else None,
        names[photo.collection_id].name if names is not None else None,
        large.width,
        large.height,
        small.width,
        small.height,
        large.owner_open,
        large.others_open,
        large.others_closed,
    )
