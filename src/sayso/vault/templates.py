"""Templates at rest: sealed under the data key of the consent purpose they serve, opened only for that purpose.

May know: storage, keys, consents. Must not know: pixels, photos, or what a comparison decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select

from ..consent import LiveConsent
from ..errors import RefusedError
from ..keys import KeyStore, SecretBuffer
from ..storage import Session
from ..values import TEMPLATE_PURPOSES, Purpose
from .tables import TemplateRow

FloatArray = NDArray[np.float32]


class Gallery:
    """Templates that are open right now, one row a subject; a context manager that overwrites them at its end.

    vectors: (n, dimension) float32, in the order of ``consents`` and ``versions``. A version names one template
    without telling anything about it.
    """

    def __init__(self, consents: Sequence[LiveConsent], versions: Sequence[str], dimension: int) -> None:
        self.consents = tuple(consents)
        self.versions = tuple(versions)
        self._buffer = SecretBuffer(max(len(self.consents) * dimension * 4, 1))
        self.vectors: FloatArray = np.frombuffer(
            self._buffer.view, dtype="<f4", count=len(self.consents) * dimension
        ).reshape(len(self.consents), dimension)

    def __repr__(self) -> str:
        return f"Gallery(of {len(self.consents)} subjects)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Overwrite the templates; closing twice does no harm."""
        self.vectors.fill(0)
        self.vectors = np.zeros((0, self.vectors.shape[1]), np.float32)
        self._buffer.close()

    def forget(self, place: int) -> None:
        """Overwrite one subject's template before the others', because they withdrew."""
        self.vectors[place].fill(0)


def put(
    session: Session, keys: KeyStore, consent: LiveConsent, *, model_id: str, vector: FloatArray, now: datetime
) -> None:
    """Keep a template for one consent purpose, in place of an older one of the same model.

    vector: (dimension,) float32. Raises RefusedError (F2) for a purpose that no template serves.
    """
    given = consent.consent
    if given.purpose not in TEMPLATE_PURPOSES:
        raise RefusedError.because("F2", f"The purpose '{given.purpose}' needs no template, so none is kept for it.")
    row = session.scalar(
        select(TemplateRow).where(TemplateRow.consent_purpose_id == given.id, TemplateRow.model_id == model_id)
    )
    if row is not None:
        session.delete(row)
        session.flush()
    sealed = keys.seal(given.key_id, np.ascontiguousarray(vector, "<f4").data.cast("B"), _context(model_id))
    session.add(TemplateRow(consent_purpose_id=given.id, model_id=model_id, sealed=sealed, created_at=now))
    session.flush()


def holds(session: Session, consent: LiveConsent, model_id: str) -> bool:
    """Whether a template of this model is kept for the consent."""
    return _row(session, consent, model_id) is not None


def version(session: Session, consent: LiveConsent, model_id: str) -> str | None:
    """The name of the consent's template of this model, as in ``Gallery.versions``; None when there is none."""
    row = _row(session, consent, model_id)
    return _version(row) if row is not None else None


def made(session: Session, consent: LiveConsent) -> list[tuple[str, datetime]]:
    """The model and the time of each template that is kept for the consent; nothing of the templates themselves."""
    query = select(TemplateRow.model_id, TemplateRow.created_at).where(
        TemplateRow.consent_purpose_id == consent.consent.id
    )
    return [(model_id, created_at) for model_id, created_at in session.execute(query.order_by(TemplateRow.id))]


def count(session: Session) -> int:
    """How many templates the archive holds."""
    return session.scalar(select(func.count()).select_from(TemplateRow)) or 0


def count_by_model(session: Session) -> dict[str, int]:
    """How many templates there are of each model, by its id; models without any are left out."""
    query = select(TemplateRow.model_id, func.count()).group_by(TemplateRow.model_id).order_by(TemplateRow.model_id)
    return {row[0]: row[1] for row in session.execute(query)}


def open_templates(
    session: Session,
    keys: KeyStore,
    consents: Sequence[LiveConsent],
    *,
    purpose: Purpose,
    model_id: str,
    dimension: int,
) -> Gallery:
    """Open the templates of these consents for one purpose; use the result in a ``with``.

    Subjects without a template of this model are left out. Raises RefusedError (F2) when a consent is for another
    purpose, KeyDestroyedError when a data key is gone.
    """
    for consent in consents:
        if consent.consent.purpose is not purpose:
            raise RefusedError.because(
                "F2", f"A template given for '{consent.consent.purpose}' is not opened for '{purpose}'."
            )
    found = [(consent, row) for consent in consents if (row := _row(session, consent, model_id)) is not None]
    gallery = Gallery(
        [consent for consent, _ in found],
        [_version(row) for _, row in found],
        dimension,
    )
    try:
        for place, (consent, row) in enumerate(found):
            into = gallery.vectors[place].data.cast("B")
            keys.unseal_into(consent.consent.key_id, row.sealed, _context(model_id), into)
    except BaseException:
        gallery.close()
        raise
    return gallery


def forget(session: Session, consent_purpose_ids: Sequence[int], *, made_at: datetime | None = None) -> int:
    """Delete the templates of these consent purposes, or those made at one moment; how many there were."""
    doomed = delete(TemplateRow).where(TemplateRow.consent_purpose_id.in_(consent_purpose_ids))
    if made_at is not None:
        doomed = doomed.where(TemplateRow.created_at == made_at)
    return len(session.scalars(doomed.returning(TemplateRow.id)).all())


def forget_model(session: Session, model_id: str) -> int:
    """Delete every template of a model; how many there were."""
    doomed = delete(TemplateRow).where(TemplateRow.model_id == model_id)
    return len(session.scalars(doomed.returning(TemplateRow.id)).all())


def _row(session: Session, consent: LiveConsent, model_id: str) -> TemplateRow | None:
    return session.scalar(
        select(TemplateRow).where(
            TemplateRow.consent_purpose_id == consent.consent.id, TemplateRow.model_id == model_id
        )
    )


def _version(row: TemplateRow) -> str:
    return f"{row.model_id} {row.id} {row.created_at:%Y%m%dT%H%M%S%f}"


def _context(model_id: str) -> bytes:
    return b"template " + model_id.encode()
