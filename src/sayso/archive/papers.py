"""Front door, the papers: documents, receipts and exports for people, requests and breaches with their clocks.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import consent, documents, lifecycle
from ..documents import Breach, Document, Own, State
from ..documents.pages import LANGUAGES
from ..lifecycle import Holdings, Request
from ..storage import Session
from ..values import Act, Kind, Right, Told
from . import facts
from .door import Door

__all__ = ["Breach", "Breaches", "Document", "Kind", "Papers", "Receipt", "Request", "Requests", "Right", "Told"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person keeps: plain data after ISO/IEC TS 27560, the same as linked data, and a page to print."""

    subject_id: str
    data: Mapping[str, Any]
    linked: Mapping[str, Any]
    page: Document


class Papers:
    """``archive.papers``: documents from the live settings; a person's receipt and export."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def document(self, kind: Kind, *, language: str = "en", collection: str | None = None) -> Document:
        """One document as of now; ``collection`` leaves the others out. Raises UsageError."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "document")
            return documents.make(kind, read_state(self._door, session), language=language, collection=collection)

    def receipt(self, subject: str, *, language: str = "en") -> Receipt:
        """A person's receipt, also after they withdrew (by id). Each look is a ledger entry that they can read.

        Raises UsageError, KeyDestroyedError when the proof period is over.
        """
        door, ground = self._door, self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = door.enter_for(session, "receipt", subject)
            records = consent.records.history(session, ground.keys, subject_id)
            own, regulators = read_own(door, session), ground.regulators_for(session, subject_id)
            parties = consent.receipts.parties(own.controller, own.contact, [one.name for one in regulators])
            made = consent.receipts.consent_receipt(records, parties, ground.clock())
            page = documents.make_receipt(made, own, regulators, ground.clock(), language=language)
            ground.note(session, Act("receipt", actor, (subject_id,)))
        return Receipt(subject_id, made, consent.linked.linked_receipt(made), page)

    def export(
        self, subject: str, folder: Path, *, language: str = "en", progress: Callable[[int, int], None] | None = None
    ) -> Holdings:
        """Write everything that is held about a person into a folder for them, and fulfil their request for access.

        Nothing is deleted; stopped half-way, it goes on when it is called again with the same folder. A no that comes
        while it is written is obeyed: the export is deleted. Raises UsageError, RefusedError (F1, F6),
        KeyDestroyedError when the proof period is over, ArchiveError when a photo in it was taken away meanwhile.
        """
        door, ground = self._door, self._door.ground
        folder = folder.absolute()
        with ground.database.begin() as session:
            actor, subject_id = door.enter_for(session, "export", subject)
            own, regulators = read_own(door, session), ground.regulators_for(session, subject_id)
        held = lifecycle.export(
            ground,
            door.sight,
            actor,
            subject_id=subject_id,
            folder=folder,
            controller=own.controller,
            contact=own.contact,
            language=language,
            progress=progress,
        )
        now = ground.clock()
        front = documents.make_own_data(held.data, own, regulators, now, language=language)
        receipt = documents.make_receipt(held.data["receipt"], own, regulators, now, language=language)
        pages = {"index.html": front.html, "receipt.html": receipt.html}
        lifecycle.complete_export(ground, actor, held, folder, pages)
        return held


class Requests:
    """``archive.requests``: what people asked for by right, and until when it is due."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(self, subject: str, kind: Right, *, asked_at: datetime | None = None) -> Request:
        """Note a request; its clock runs from ``asked_at``, or from now. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = self._door.enter_for(session, "request.new", subject)
            now = ground.clock()
            made = lifecycle.requests.ask(session, subject_id, kind, asked_at or now, now)
            noted = (("kind", kind.value), ("request", made.id), ("due", made.due_at.date().isoformat()))
            ground.note(session, Act("request.new", actor, (subject_id,), facts=noted))
        return made

    def list(self) -> Sequence[Request]:
        """Every request, those due soonest first; each look is a ledger entry that the people concerned can read."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "request.list")
            found = lifecycle.requests.list_all(session)
            shown = tuple(dict.fromkeys(one.subject_id for one in found))
            ground.note(session, Act("request.list", actor, shown, facts=(("requests", len(found)),)))
        return found

    def done(self, request_id: int) -> Request:
        """Note that a request is fulfilled. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "request.done")
            done = lifecycle.requests.finish(session, request_id, ground.clock())
            noted = (("kind", done.kind.value), ("request", done.id))
            ground.note(session, Act("request.done", actor, (done.subject_id,), facts=noted))
        return done


class Breaches:
    """``archive.breaches``: the register, the drafts, and the 72-hour clock (LAW R4)."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(
        self,
        what: str,
        *,
        people: int | None = None,
        noticed_at: datetime | None = None,
        consequences: str = "",
        measures: str = "",
    ) -> Breach:
        """Note a breach; the clock runs from ``noticed_at``, or from now. The ledger tells that one was noted, not
        what it was. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "breach.new")
            now = ground.clock()
            made = documents.breaches.new(
                session,
                ground.keys,
                what=what,
                consequences=consequences,
                measures=measures,
                people=people,
                noticed_at=noticed_at or now,
                noted_by=actor.name,
                now=now,
            )
            noted = (("breach", made.id), ("due", made.due_at.isoformat(timespec="minutes")))
            ground.note(session, Act("breach.new", actor, facts=noted))
        return made

    def list(self) -> Sequence[Breach]:
        """Every breach ever noted."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "breach.list")
            return documents.breaches.list_all(session, self._door.ground.keys)

    def notice(self, breach_id: int, whom: Told, *, language: str = "en") -> Document:
        """The draft to the regulator or to the people concerned. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "breach.notice")
            breach = documents.breaches.get(session, ground.keys, breach_id)
            return documents.make_breach_notice(breach, whom, read_state(self._door, session), language=language)

    def told(self, breach_id: int, whom: Told) -> Breach:
        """Note that they were told, which stops the clock. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "breach.told")
            done = documents.breaches.told(session, ground.keys, breach_id, whom, ground.clock())
            ground.note(session, Act("breach.told", actor, facts=(("breach", done.id), ("whom", whom.value))))
        return done


def policy_texts(door: Door, session: Session) -> dict[str, Document]:
    """The retention policy as it reads now, in every language."""
    state = read_state(door, session)
    return {language: documents.make(Kind.POLICY, state, language=language) for language in LANGUAGES}


def read_state(door: Door, session: Session) -> State:
    """What documents rest on."""
    return documents.read_state(session, door.ground, read_own(door, session))


def read_own(door: Door, session: Session) -> Own:
    """What the archive was told about itself."""
    return Own(
        controller=door.particulars.controller,
        contact=door.particulars.contact,
        declarations=facts.declarations(session),
        policy_published_at=facts.policy_published_at(session),
        policy_sha256=facts.policy_sha256(session),
        accuracy=facts.accuracy(session),
        exposure=facts.exposure(session),
    )
