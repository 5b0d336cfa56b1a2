from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.consent import notices, records, subjects, tombstones, withdrawal
from sayso.values import Purpose

from .conftest import DAY, NOW, House, ended_keys, open_house

PEOPLE = ("Ada", "Bo")
PURPOSES = (Purpose.FIND, Purpose.SHOW)
COLLECTIONS = (1, 2)

yes = st.tuples(
    st.just("yes"),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True),
    st.sampled_from(COLLECTIONS),
    st.integers(1, 6),
)
no = st.tuples(st.just("no"), st.sampled_from(PEOPLE), st.one_of(st.none(), st.sampled_from(PURPOSES)))
tend = st.tuples(st.just("tend"))

#: What a person said, kept as plainly as possible: (label, purpose, collection) → when it runs out.
Said = dict[tuple[str, Purpose, int], datetime]


def play(house: House, step: tuple[object, ...], now: datetime, said: Said) -> None:
    """Do one step on the archive, and write the same down in ``said``."""
    match step:
        case ("yes", str(label), list(purposes), int(collection), int(days)):
            house.say_yes(label, purposes, [collection], now, now + days * DAY)
            said |= {(label, purpose, collection): now + days * DAY for purpose in purposes}
        case ("no", str(label), purpose):
            chosen = PURPOSES if purpose is None else (Purpose(str(purpose)),)
            with house.database.begin() as session:
                for subject in subjects.list_all(session, house.keys):
                    if subject.label == label:
                        keys = withdrawal.begin(session, house.keys, subject.id, now, chosen)
                        house.keys.destroy(keys)
                        withdrawal.finish(session, subject.id)
            for key in [key for key in said if key[0] == label and key[1] in chosen]:
                del said[key]
        case _:
            with house.database.begin() as session:
                house.expire(session, now)
                ended = ended_keys(session)
            house.keys.destroy(ended)
            assert not any(house.keys.holds(key) for key in ended)


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.one_of(yes, no, tend), max_size=8))
def test_F8_whatever_people_say_in_whatever_order_the_gallery_is_what_they_last_said(
    steps: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder), Path(folder) / "archive.db")
        try:
            with house.database.begin() as session:
                notices.publish(session, "We look for your face when you say yes.", "en", NOW)
            said: Said = {}
            for day, step in enumerate(steps):
                now = NOW + day * DAY
                play(house, step, now, said)
                with house.database.begin() as session:
                    for purpose in PURPOSES:
                        for collection in COLLECTIONS:
                            people = records.gallery(session, purpose, collection, now)
                            labels = {
                                subjects.resolve(session, house.keys, one.consent.subject_id).label for one in people
                            }
                            assert labels == {who for who in PEOPLE if said.get((who, purpose, collection), NOW) > now}
                            assert all(house.keys.holds(one.consent.key_id) for one in people)
                    assert tombstones.replay(session, house.keys) == []
        finally:
            house.database.close()
            house.keys.close()
