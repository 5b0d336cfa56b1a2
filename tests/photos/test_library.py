"""Photos and faces: look up, by hand, marks that last, near-duplicates, deletion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event, select

from sayso import photos
from sayso.errors import SaysoError, UsageError
from sayso.photos.near import NearIndex
from sayso.photos.tables import PhotoRow
from sayso.values import Box
from sayso.vision.images import near

from .conftest import Archive, Shots, shoot


def _ids(archive: Archive) -> dict[str, int]:
    return {Path(one.photo.path).name: one.photo.id for one in archive.listed()}


def test_photos_are_listed_page_by_page(archive: Archive, shots: Shots) -> None:
    archive.add(*shots(5))
    whole = archive.listed()
    with archive.database.begin() as session:
        first = photos.list_photos(session, archive.collection.id, limit=2)
        rest = photos.list_photos(session, archive.collection.id, after=first[-1].photo.id)
        assert photos.get_photo(session, whole[0].photo.id) == whole[0].photo
        assert photos.still_there(session, whole[0].photo.id)
        with pytest.raises(UsageError):
            photos.get_photo(session, 999)
    assert first + rest == whole


def test_a_face_is_found_by_number_and_by_id(archive: Archive, shots: Shots) -> None:
    archive.add(*shots(1, small=False))
    photo_id = archive.listed()[0].photo.id
    with archive.database.begin() as session:
        faces = photos.faces_of(session, photo_id)
        assert len(faces) >= 2
        assert photos.get_face(session, photo_id, 2) == photos.face(session, faces[1].id) == faces[1]
        assert photos.faces_of_photos(session, [photo_id, 999]) == {photo_id: faces}
        with pytest.raises(UsageError, match="no face number 99"):
            photos.get_face(session, photo_id, 99)
        with pytest.raises(UsageError):
            photos.face(session, 999)


def test_a_missed_face_is_added_by_hand_once(archive: Archive, shots: Shots) -> None:
    archive.add(*shots(1, small=False))
    photo_id = archive.listed()[0].photo.id
    box = Box(10, 20, 60, 70)
    with archive.database.begin() as session:
        before = photos.faces_of(session, photo_id)
        added = photos.add_face_by_hand(session, photo_id, box)
        assert (added.by_hand, added.box, added.number) == (True, box, len(before) + 1)
        assert photos.add_face_by_hand(session, photo_id, Box(11, 21, 60, 70)) == added
        assert photos.add_face_by_hand(session, photo_id, before[0].box) == before[0]
        assert len(photos.faces_of(session, photo_id)) == len(before) + 1


@pytest.mark.parametrize(
    "box",
    [Box(-1, 0, 50, 50), Box(0, 0, 1281, 50), Box(1250, 0, 50, 50), Box(0, 0, 0, 9), Box(float("nan"), 0, 50, 50)],
)
def test_a_box_outside_the_photo_is_no_face(archive: Archive, shots: Shots, box: Box) -> None:
    archive.add(*shots(1, small=False))
    photo_id = archive.listed()[0].photo.id
    with archive.database.begin() as session, pytest.raises(UsageError, match="1280 × 853"):
        photos.add_face_by_hand(session, photo_id, box)


def test_R2_a_mark_covers_near_duplicates_now_and_later(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    archive.add(shoot(card / "a.jpg", 0), shoot(card / "half.jpg", 0, side=640, quality=60))
    ids = _ids(archive)
    with archive.database.begin() as session:
        target = photos.get_face(session, ids["a.jpg"], 1)
        marked = photos.mark_do_not_measure(session, target.id)
        assert {one.photo_id for one in marked} == set(ids.values())
        assert all(one.do_not_measure for one in marked)
    archive.add(shoot(card / "later.jpg", 0, side=1000, quality=70))
    archive.add(card)
    later = _ids(archive)["later.jpg"]
    with archive.database.begin() as session:
        assert sum(one.do_not_measure for one in photos.faces_of(session, later)) == 1
        again = photos.get_face(session, ids["a.jpg"], 1)
        assert again.do_not_measure
        x, y = again.box.centre
        by_hand = photos.add_face_by_hand(session, ids["a.jpg"], Box(x, y, again.box.width, again.box.height))
        assert by_hand.do_not_measure
        cleared = photos.clear_do_not_measure(session, target.id)
        assert len(cleared) == 3
        assert not any(one.do_not_measure for one in cleared)


def test_R2_a_face_drawn_by_hand_stays_closed_when_the_same_file_comes_back(archive: Archive, shots: Shots) -> None:
    files = shots(1, small=False)
    archive.add(*files)
    drawn = Box(10, 20, 60, 70)
    for _ in range(2):
        (photo_id,) = _ids(archive).values()
        with archive.database.begin() as session:
            present = photos.faces_of(session, photo_id)
            assert not [one for one in present[:-1] if one.by_hand or one.do_not_measure]
            again = photos.add_face_by_hand(session, photo_id, drawn)
            photos.mark_do_not_measure(session, again.id)
            photos.delete_photos(session, [photo_id])
        archive.add(*files)
        (photo_id,) = _ids(archive).values()
        with archive.database.begin() as session:
            last = photos.faces_of(session, photo_id)[-1]
            assert (last.by_hand, last.do_not_measure, last.box.iou(drawn) > 0.99) == (True, True, True)
    # Who takes the mark back is not asked again.
    with archive.database.begin() as session:
        photos.clear_do_not_measure(session, last.id)
        photos.delete_photos(session, [photo_id])
    archive.add(*files)
    (photo_id,) = _ids(archive).values()
    with archive.database.begin() as session:
        assert not any(one.by_hand for one in photos.faces_of(session, photo_id))


def test_taking_a_photo_in_reads_no_table_of_photos_or_faces_through(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    archive.add(shoot(card / "first.jpg", 0))
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_: object, __: object, statement: str, values: tuple[object, ...], ___: object, ____: bool) -> None:
        asked.append((statement, values))

    event.listen(archive.database.engine, "before_cursor_execute", note)
    archive.add(shoot(card / "again.jpg", 0, quality=60), shoot(card / "other.jpg", 1))
    event.remove(archive.database.engine, "before_cursor_execute", note)
    selects = [one for one in asked if one[0].startswith("SELECT")]
    with archive.database.begin() as session:
        raw = session.connection()
        plans = [
            str(step[-1])
            for statement, values in selects
            for step in raw.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert any("faces" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN")] == []


def test_near_duplicates_are_grouped_and_other_photos_are_not(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    for number in range(3):
        shoot(card / f"{number}.jpg", number)
        shoot(card / f"{number}-again.jpg", number, quality=55)
        shoot(card / f"{number}-small.jpg", number, side=500)
    assert archive.add(card).added == 9
    ids = _ids(archive)
    with archive.database.begin() as session:
        for number in range(3):
            own = {ids[f"{number}{kind}.jpg"] for kind in ("", "-again", "-small")}
            for one in own:
                assert {other.id for other in photos.near_duplicates(session, one)} == own - {one}


def test_a_group_stays_together_when_its_first_photo_goes(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    for quality in (90, 80, 70, 60):
        archive.add(shoot(card / f"{quality}.jpg", 1, quality=quality))
    ids = _ids(archive)
    with archive.database.begin() as session:
        assert photos.delete_photos(session, [ids["90.jpg"], ids["70.jpg"]]) == []
        assert [one.id for one in photos.near_duplicates(session, ids["60.jpg"])] == [ids["80.jpg"]]
        with pytest.raises(UsageError):
            photos.delete_photos(session, [ids["60.jpg"], 999])
    archive.add(shoot(card / "50.jpg", 1, quality=50))
    with archive.database.begin() as session:
        assert len(photos.near_duplicates(session, ids["80.jpg"])) == 2


def test_deleting_takes_faces_along_and_names_the_copies(archive: Archive, shots: Shots) -> None:
    files = shots(2)
    archive.add(files[0], copy=True)
    archive.add(files[1])
    copied, left = (one.photo for one in archive.listed())
    with archive.database.begin() as session:
        assert photos.delete_photos(session, [copied.id, left.id]) == [copied.path]
        assert photos.faces_of_photos(session, [copied.id, left.id]) == {}
        assert not photos.still_there(session, left.id)


def test_a_file_that_is_gone_or_changed_is_told_with_the_next_step(archive: Archive, shots: Shots) -> None:
    files = shots(3)
    archive.add(files[0])
    archive.add(files[1])
    archive.add(files[2], copy=True)
    gone, changed, copied = (one.photo for one in archive.listed())
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes() + b"\0")
    archive.blobs.delete(copied.path)
    for photo, words in ((gone, "not there any more"), (changed, "was changed"), (copied, "copy of photo")):
        with pytest.raises(SaysoError, match=words) as caught:
            photos.load(photo, archive.blobs)
        assert caught.value.next_step


def test_the_index_of_hashes_agrees_with_comparing_one_by_one() -> None:
    numbers = np.random.default_rng(7).integers(0, 2**64, 3000, dtype=np.uint64)
    # Neighbours of the first one at growing distance.
    numbers[1:17] = [int(numbers[0]) ^ ((1 << bits) - 1) for bits in range(1, 17)]
    hashes = [f"{int(one):016x}" for one in numbers]
    index = NearIndex()
    for photo_id, one in enumerate(hashes, 1):
        index.append(photo_id, one)
    for one in hashes[:20]:
        assert index.like(one) == [n for n, other in enumerate(hashes, 1) if near(one, other)]


def test_hashes_are_kept_as_the_vision_room_writes_them(archive: Archive, shots: Shots) -> None:
    archive.add(*shots(2))
    with archive.database.begin() as session:
        for one in session.scalars(select(PhotoRow.perceptual_hash)):
            assert len(one) == 16
            int(one, 16)
