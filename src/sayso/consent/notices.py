"""Notices: the versioned texts that a person sees before saying yes.

May know: texts, languages, versions. Must not know: who read them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sqlalchemy import func, select

from ..errors import UsageError
from ..storage import Session
from ..values import Notice
from .tables import NoticeRow

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def publish(
    session: Session,
    text: str,
    language: str,
    now: datetime,
    *,
    version: int | None = None,
    for_children: bool = False,
    same_meaning: bool = False,
) -> Notice:
    """Publish ``text``. A changed text becomes a new version; the unchanged one is returned as it is.

    A new version asks everybody for a new yes: consents to earlier ones do not live until it is given.

    same_meaning: only the wording changed, so that consents to the version before stand.

    for_children: the plain words in which a child is told (LAW F6), beside the notice that their guardian reads.

    language: a language tag (BCP 47) such as ``en`` or ``fr-CA``.
    version: give the current version to add the same notice in a further language.
    Raises UsageError for an empty text, a malformed language, a version that is not current, a language that this
    version already has with another text, or ``same_meaning`` where no version came before.
    """
    if not text.strip():
        raise UsageError("The notice is empty.", "Write what people must know before they say yes, then publish it.")
    if not _LANGUAGE.fullmatch(language):
        raise UsageError(f"{language!r} is not a language tag.", "Use one like `en` or `fr-CA`.")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    newest = _newest(session, for_children)
    target = newest if version is None else version
    if version is not None and (version != newest or not newest):
        raise UsageError(
            f"Version {version} of the notice is not the current one ({newest}).",
            "A further language can only be added to the current version.",
        )
    present = session.get(NoticeRow, (target, language)) if target else None
    if present is not None and present.sha256 == sha256:
        return _value(present)
    if version is not None and present is not None:
        raise UsageError(
            f"Version {version} already has another text in {language!r}.",
            "Publish without a version: a changed text is a new version.",
        )
    if same_meaning and (version is not None or not newest):
        raise UsageError(
            "There is no earlier notice that this one could mean the same as.",
            "Leave --same-meaning out; a translation changes nothing for anybody anyway.",
        )
    row = NoticeRow(
        version=version if version is not None else _last(session) + 1,
        language=language,
        sha256=sha256,
        text=text,
        published_at=now,
        for_children=for_children,
        same_meaning=_meant_the_same(session, version) if version is not None else same_meaning,
    )
    session.add(row)
    session.flush()
    return _value(row)


def current(session: Session, language: str | None = None, *, for_children: bool = False) -> Notice:
    """The newest version, in ``language`` or in the language in which it was published first.

    for_children: the one in plain words, instead of the one that everybody reads.

    Raises UsageError when there is no notice, or none in that language.
    """
    newest = _newest(session, for_children)
    if not newest and for_children:
        raise UsageError(
            "There is no notice in plain words for children yet.",
            "Publish one with `sayso notice publish FILE --for-children`.",
        )
    if not newest:
        raise UsageError("There is no notice yet.", "Publish one with `sayso notice publish FILE`.")
    return get(session, newest, language)


def get(session: Session, version: int, language: str | None = None) -> Notice:
    """One version, in ``language`` or in the language in which it was published first. Raises UsageError."""
    query = select(NoticeRow).where(NoticeRow.version == version)
    rows = session.scalars(query.order_by(NoticeRow.published_at, NoticeRow.language)).all()
    if not rows:
        raise UsageError(f"There is no version {version} of the notice.", f"The newest is version {_newest(session)}.")
    for row in rows:
        if language in (None, row.language):
            return _value(row)
    spoken = ", ".join(row.language for row in rows)
    raise UsageError(
        f"Version {version} of the notice is not published in {language!r}.", f"It can be read in: {spoken}."
    )


def newest(session: Session) -> int | None:
    """The version of the current notice; None while there is none."""
    return _newest(session) or None


def in_force_since(session: Session) -> int:
    """The oldest version that a consent may rest on now: later ones, if there are any, changed its wording only."""
    query = select(func.max(NoticeRow.version))
    return session.scalar(query.where(NoticeRow.for_children.is_(False), NoticeRow.same_meaning.is_(False))) or 0


def languages(session: Session) -> frozenset[str]:
    """Languages in which the current notice can be read; empty when there is none."""
    query = select(NoticeRow.language).where(NoticeRow.version == _newest(session))
    return frozenset(session.scalars(query))


def in_every_language(session: Session, *, for_children: bool = False) -> tuple[Notice, ...]:
    """The current notice in each of its languages, the one that was published first before the others."""
    query = select(NoticeRow).where(NoticeRow.version == _newest(session, for_children))
    return tuple(_value(row) for row in session.scalars(query.order_by(NoticeRow.published_at, NoticeRow.language)))


def _newest(session: Session, for_children: bool = False) -> int:
    return session.scalar(select(func.max(NoticeRow.version)).where(NoticeRow.for_children.is_(for_children))) or 0


def _last(session: Session) -> int:
    return session.scalar(select(func.max(NoticeRow.version))) or 0


def _meant_the_same(session: Session, version: int) -> bool:
    """What was said of a version when it was first published; its translations say the same."""
    query = select(NoticeRow.same_meaning).where(NoticeRow.version == version)
    return bool(session.scalar(query.limit(1)))


def _value(row: NoticeRow) -> Notice:
    return Notice(row.version, row.language, row.sha256, row.text, row.published_at, row.same_meaning)
