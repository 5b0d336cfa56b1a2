"""Doubtful matches: who may decide on them, beside which face, and what the decision changes.

May know: decisions, photos, subjects. Must not know: vectors. Must not tell: a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .. import consent, matches, photos
from ..errors import RefusedError, UnknownError, UsageError
from ..ground import Ground
from ..matches import Decided
from ..storage import Session
from ..values import Act, Actor, Face, Outcome, Photo, Purpose, Role, Subject

#: For so long after it was made, whoever decided a doubt may take it back: a slip is noticed at once.
_SLIP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One face that waits for a decision. ``reference`` is a face that this subject has confirmed; without one, only
    the subject decides, unless they pointed at the face themselves or ``pointed_by`` took their word for it: then
    an operator may, but not the one who pointed."""

    id: int
    subject: Subject
    photo: Photo
    face: Face
    pointed: bool
    pointed_by: str | None
    reference: Face | None

    @property
    def operator_may_decide(self) -> bool:
        return self.pointed or self.reference is not None

    def may_be_confirmed_by(self, name: str) -> bool:
        """Whether this operator may say that the face is the subject's without asking them."""
        return self.reference is not None or (self.pointed and self.pointed_by != name)


def waiting(ground: Ground, session: Session, subject_id: str | None = None) -> list[Doubt]:
    """Everything in review, for one subject or for all whose consent lives; nothing about those who are frozen."""
    doubts: list[Doubt] = []
    for subject in consent.subjects.list_all(session, ground.keys):
        if subject_id not in (None, subject.id) or consent.subjects.is_frozen(session, subject.id):
            continue
        for owner in _owners(ground, session, subject.id):
            decided = matches.of_owner(session, owner)
            confirmed = (one for one in decided if one.confirmed and one.outcome is Outcome.MATCHED)
            # A face that somebody had hidden is looked at no more, not even beside another.
            reference = next((one for one in confirmed if not photos.face(session, one.face_id).do_not_measure), None)
            doubts += [_doubt(session, subject, one, reference) for one in decided if one.outcome is Outcome.REVIEW]
    return sorted(doubts, key=lambda doubt: doubt.id)


def waiting_ids(ground: Ground, session: Session) -> list[int]:
    """As ``waiting`` for all, but the ids alone: nobody's name is opened to count them."""
    frozen = set(consent.subjects.frozen(session))
    owners = {
        owner
        for subject_id in consent.subjects.living_ids(session)
        if subject_id not in frozen
        for owner in _owners(ground, session, subject_id)
    }
    return [one.id for one in matches.waiting(session) if one.owner in owners]


def one_waiting(ground: Ground, session: Session, doubt_id: int) -> Doubt:
    """One doubt. Raises UsageError when nothing waits under this id."""
    doubt = next((one for one in waiting(ground, session) if one.id == doubt_id), None)
    if doubt is None:
        raise UnknownError(f"Nothing waits for review under {doubt_id}.", "See `sayso review list`.")
    return doubt


def decide_doubt(ground: Ground, actor: Actor, doubt_id: int, *, mine: bool, said_by_subject: bool = False) -> Outcome:
    """Confirm (``mine``) or deny a doubtful match; what became of it. It stays in review while somebody else has
    confirmed that the face is theirs.

    said_by_subject: the subject decided and the actor writes it down; the ledger says so. Raises UsageError for an
    unknown id, RefusedError (F7) when there is no confirmed face to compare with and the subject was not asked.
    """
    with ground.database.begin() as session:
        doubt = one_waiting(ground, session, doubt_id)
        by_subject = said_by_subject or actor.role is Role.SUBJECT
        if mine and not by_subject and not doubt.may_be_confirmed_by(actor.name):
            raise RefusedError.because(
                "F7",
                "There is no face yet that this person has confirmed, so only they can say whether this is them.",
                "Ask them, then repeat the command with --said-by-subject; or let another operator look, if you "
                "pointed for them.",
            )
        outcome = matches.record(
            session,
            owner=matches.get(session, doubt_id).owner,
            photo_id=doubt.photo.id,
            face_id=doubt.face.id,
            outcome=Outcome.MATCHED if mine else Outcome.REJECTED,
            now=ground.clock(),
            confirmed=True,
            decided_by=None if by_subject else actor.name,
        ).outcome
        facts = (
            ("photo", doubt.photo.id),
            ("outcome", outcome.value),
            ("decided_by", Role.SUBJECT if by_subject else actor.role),
        )
        verb = "review.confirm" if mine else "review.deny"
        ground.note(session, Act(verb, actor, (doubt.subject.id,), doubt.photo.collection_id, facts=facts))
    return outcome


def reopen(ground: Ground, session: Session, actor: Actor, doubt_id: int) -> bool:
    """Put a doubt that this account decided back into review; whether it was a match, which albums may show.

    Only a decision by one's own look, and for an hour: a person's word is not taken back for them. Raises UsageError.
    """
    decided = matches.get(session, doubt_id)
    subject = _whose(ground, session, decided.owner)
    if subject is None or decided.decided_by != actor.name:
        raise UnknownError(
            f"There is no decision of yours under {doubt_id}.",
            "Whoever else decided takes it back themselves. A person's own word stands until they say otherwise, with "
            "`sayso disown` or `sayso point`.",
        )
    if ground.clock() - decided.decided_at > _SLIP:
        raise UsageError(
            "You decided this more than an hour ago: it is not taken back any more.",
            "Ask the person, and write down what they say with `sayso disown` or `sayso point`.",
        )
    stood = matches.reopen(session, doubt_id)
    facts = (
        ("photo", decided.photo_id),
        ("was", decided.outcome.value),
        ("outcome", Outcome.REVIEW.value),
        ("decided_by", actor.role),
    )
    collection_id = photos.get_photo(session, decided.photo_id).collection_id
    ground.note(session, Act("review.undo", actor, (subject.id,), collection_id, facts=facts))
    return any(one.outcome is Outcome.MATCHED for one in stood)


def people_in(ground: Ground, session: Session, photo_id: int, face_id: int | None = None) -> tuple[str, ...]:
    """Ids of the subjects who were matched in a photo, or may be: those whom a look at it concerns. face_id: a look at
    this face alone."""
    decided = {
        one.owner
        for one in matches.on_photos(session, [photo_id])
        if one.outcome is not Outcome.REJECTED and face_id in (None, one.face_id)
    }
    if not decided:
        return ()
    everybody = consent.subjects.list_all(session, ground.keys)
    return tuple(one.id for one in everybody if decided.intersection(_owners(ground, session, one.id)))


def _whose(ground: Ground, session: Session, owner: str) -> Subject | None:
    """The person behind a tag, whose consent lives and who is not frozen; none for anybody else's."""
    for subject in consent.subjects.list_all(session, ground.keys):
        if not consent.subjects.is_frozen(session, subject.id) and owner in _owners(ground, session, subject.id):
            return subject
    return None


def _owners(ground: Ground, session: Session, subject_id: str) -> list[str]:
    now = ground.clock()
    return [
        matches.owner_tag(ground.keys, one.consent.key_id)
        for one in consent.records.given(session, subject_id, now)
        if one.consent.purpose in (Purpose.FIND, Purpose.ERASE)
    ]


def _doubt(session: Session, subject: Subject, one: Decided, reference: Decided | None) -> Doubt:
    return Doubt(
        one.id,
        subject,
        photos.get_photo(session, one.photo_id),
        photos.face(session, one.face_id),
        one.pointed,
        one.pointed_by,
        photos.face(session, reference.face_id) if reference else None,
    )
