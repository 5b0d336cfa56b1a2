"""What a search for one person would measure, told before anybody asks for it.

May know: photos, boxes, consents, decisions. Must not know: pixels, vectors. Must not do: open a template.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import vault
from ..errors import RefusedError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..storage import Session
from ..values import Collection, Cues
from . import reach as reaches
from .candidates import Searcher, plan
from .search import people_consented, refuse_if_all_stay_pointed, searching


@dataclass(frozen=True, slots=True)
class Forecast:
    """``photos`` would be searched and at most ``faces`` measured in them; fewer, where some are too small or blurred.
    ``done_before`` were searched with the same template; ``left_pointed`` are out of reach."""

    collection: str
    photos: int
    faces: int
    left_pointed: int
    done_before: int


def forecast(
    ground: Ground, sight: Sight, session: Session, collection: Collection, *, subject_id: str, cues: Cues
) -> Forecast:
    """Count the faces that ``find`` would measure for one person with these cues.

    Raises RefusedError as ``find`` would.
    """
    reach = reaches.for_search(collection, None, cues, ground.packs_of(collection), ground.clock())
    (living,) = searching(session, ground, collection, subject_id)
    template = vault.version(session, living, sight.card.id)
    if template is None:
        raise RefusedError.because(
            "F1", "There is no template of this person that may be used.", "They look into the camera once, or point."
        )
    work = plan(
        session,
        ground,
        collection,
        [Searcher(owner_tag(ground.keys, living.consent.key_id), template)],
        reach=reach,
        cues=cues,
        people_consented=people_consented(session, ground, collection),
    )
    refuse_if_all_stay_pointed(work, collection)
    return Forecast(collection.name, len(work.photos), work.faces, work.left_pointed, work.done_before)
