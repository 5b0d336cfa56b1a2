"""Collections and their facts, sources, photos, faces (boxes only), cues. Knows no people."""

from .by_hand import move_face_by_hand, remove_face_by_hand
from .collections import (
    approve,
    assessment_key,
    delete_collection,
    end_reach,
    get_collection,
    keep_chips,
    list_collections,
    new_collection,
)
from .cues import distance_km, inside_occasion, passes, passing
from .faces import (
    add_face_by_hand,
    clear_do_not_measure,
    counterparts,
    face,
    faces_of,
    faces_of_photos,
    get_face,
    mark_do_not_measure,
)
from .intake import OnChunk, add
from .library import Listed, any_of_these, delete_photos, get_photo, get_photos, list_photos, load, still_there
from .missing import GRACE, Missing, count_missing, first_missing, look_for_files, wait_anew
from .near import near_duplicates
from .staging import UPLOADS, Arriving, Batch, Staging, staging
from .totals import Totals, by_collection, totals

__all__ = [
    "GRACE",
    "UPLOADS",
    "Arriving",
    "Batch",
    "Listed",
    "Missing",
    "OnChunk",
    "Staging",
    "Totals",
    "add",
    "add_face_by_hand",
    "any_of_these",
    "approve",
    "assessment_key",
    "by_collection",
    "clear_do_not_measure",
    "count_missing",
    "counterparts",
    "delete_collection",
    "delete_photos",
    "distance_km",
    "end_reach",
    "face",
    "faces_of",
    "faces_of_photos",
    "first_missing",
    "get_collection",
    "get_face",
    "get_photo",
    "get_photos",
    "inside_occasion",
    "keep_chips",
    "list_collections",
    "list_photos",
    "load",
    "look_for_files",
    "mark_do_not_measure",
    "move_face_by_hand",
    "near_duplicates",
    "new_collection",
    "passes",
    "passing",
    "remove_face_by_hand",
    "staging",
    "still_there",
    "totals",
    "wait_anew",
]
