"""Front door, the wall: posters, those who ask to be invited because they read one, and the operator's answer.

May know: consents by their front name. Must not know: how a poster looks, how a letter travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .. import consent, photos
from ..consent.posters import HOLDS
from ..errors import UsageError
from ..storage import Session
from ..values import Act, Purpose
from .door import Door


@dataclass(frozen=True, slots=True)
class Poster:
    """``code`` is no secret: it hangs on a wall, as the address ``/p/CODE``. ``collections`` are names."""

    id: int
    code: str
    purposes: tuple[Purpose, ...]
    collections: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who waits for an answer. ``contact`` is theirs, and nobody's to read but the operators'."""

    id: int
    contact: str = field(repr=False)
    poster: Poster
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Granted:
    """An invite for somebody who asked; ``token`` goes to ``to``, and is shown this once."""

    to: str = field(repr=False)
    token: str = field(repr=False)


class Posters:
    """``archive.posters``: put up, read and take down posters; ask to be invited, and answer."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(
        self,
        *,
        purposes: Sequence[Purpose],
        collections: Sequence[str],
        packs: Sequence[str] = (),
        holds: timedelta = HOLDS,
    ) -> Poster:
        """A new poster for some purposes in some collections. packs: law packs of where its readers live, if that is
        elsewhere. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "poster.new")
            ground.load(packs)
            made = consent.posters.new(
                session,
                purposes=purposes,
                collections=[photos.get_collection(session, name).id for name in collections],
                packs=packs,
                made_by=actor.name,
                now=ground.clock(),
                holds=holds,
            )
            noted = (("poster", made.id), ("purposes", " ".join(made.purposes)))
            ground.note(session, Act("poster.new", actor, facts=noted))
            return self._named(session, made)

    def list(self) -> Sequence[Poster]:
        """Every poster, also those whose time is over; the newest first."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "poster.list")
            return [self._named(session, one) for one in consent.posters.list_all(session)]

    def end(self, poster_id: int) -> Poster:
        """Take a poster down: nobody can ask by it any more. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "poster.end")
            ended = consent.posters.end(session, poster_id, ground.clock())
            ground.note(session, Act("poster.end", actor, facts=(("poster", ended.id),)))
            return self._named(session, ended)

    def read(self, code: str) -> Poster:
        """What a poster asks for, for whoever stands in front of it. Raises PosterError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "poster.ask")
            return self._named(session, consent.posters.read(session, code, ground.clock()))

    def ask(self, code: str, contact: str) -> None:
        """Ask to be invited. Asking twice changes nothing, and nobody learns here whether a contact is known.

        The ledger tells that somebody asked, not who. Raises PosterError, UsageError when it is no contact.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "poster.ask")
            now = ground.clock()
            poster = consent.posters.read(session, code, now)
            if consent.posters.ask(session, ground.keys, poster, contact, now):
                ground.note(session, Act("poster.ask", actor, facts=(("poster", poster.id),)))

    def waiting(self) -> Sequence[Asking]:
        """Who waits for an answer, the longest first."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "poster.waiting")
            found = consent.posters.waiting(session, ground.keys, ground.clock())
            named = {one.id: self._named(session, one) for one in consent.posters.list_all(session)}
        return [Asking(one.id, one.contact, named[one.poster_id], one.asked_at, one.expires_at) for one in found]

    def approve(self, asking_id: int) -> Granted:
        """Invite somebody who asked: the invite names what the poster named, works once and expires as every other.

        Raises UsageError when they wait no more, or when the poster's collections are gone.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "invite")
            now = ground.clock()
            asking = consent.posters.answer(session, ground.keys, asking_id, now)
            poster = consent.posters.get(session, asking.poster_id)
            there = [one.id for one in photos.list_collections(session) if one.id in poster.collections]
            if not there:
                raise UsageError("The photos that this poster was for are deleted.", "Decline, or invite them anew.")
            token = consent.invites.create(
                session,
                ground.keys,
                label=asking.contact,
                purposes=poster.purposes,
                collections=there,
                invited_by=actor.name,
                now=now,
                expires=now + consent.invites.HOLDS,
                packs=poster.packs,
            )
            noted = (("purposes", " ".join(poster.purposes)), ("poster", poster.id))
            ground.note(session, Act("invite", actor, facts=noted))
        return Granted(asking.contact, token)

    def decline(self, asking_id: int) -> None:
        """Forget somebody who asked; they are told nothing. Raises UsageError when they wait no more."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "poster.decline")
            asking = consent.posters.answer(session, ground.keys, asking_id, ground.clock())
            ground.note(session, Act("poster.decline", actor, facts=(("poster", asking.poster_id),)))

    def _named(self, session: Session, one: consent.posters.Poster) -> Poster:
        names = {each.id: each.name for each in photos.list_collections(session)}
        there = tuple(names[number] for number in one.collections if number in names)
        return Poster(one.id, one.code, one.purposes, there, one.made_by, one.made_at, one.expires_at)
