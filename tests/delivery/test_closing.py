"""Which boxes are closed: the rules that keep everyone but the open faces hidden."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.delivery.closing import boxes_to_close, same_face
from sayso.measure.leaks import covered_by
from sayso.values import Box
from sayso.vision.close import BLAZEFACE, YUFACE, Region

OWN = Box(100, 100, 80, 80)
OTHER = Box(300, 100, 80, 80)


def moved(box: Box, x: float, y: float = 0) -> Box:
    return Box(box.x + x, box.y + y, box.width, box.height)


def certain(*boxes: Box) -> list[Region]:
    return [Region(box, 0.9, BLAZEFACE) for box in boxes]


def doubtful(*boxes: Box) -> list[Region]:
    return [Region(box, 0.5, YUFACE) for box in boxes]


def holds(large: Box, small: Box) -> bool:
    return large.x <= small.x and large.y <= small.y and large.right >= small.right and large.bottom >= small.bottom


def test_L9_listed_faces_that_are_not_open_are_closed():
    assert boxes_to_close([], [OWN, OTHER], [OWN]) == (OTHER,)


def test_L9_a_face_that_only_a_detector_found_is_closed():
    stranger = Box(500, 300, 30, 30)
    assert boxes_to_close(certain(stranger), [OWN], [OWN]) == (stranger,)


def test_L9_with_nobody_open_everything_is_closed():
    closed = boxes_to_close(certain(moved(OWN, 3), moved(OTHER, 3)), [OWN, OTHER], [])
    assert len(closed) == 2
    assert holds(closed[0], OWN)
    assert holds(closed[1], OTHER)


def test_the_detectors_own_view_of_an_open_face_does_not_close_it():
    assert boxes_to_close(certain(moved(OWN, 8, -5)), [OWN], [OWN]) == ()


def test_a_wider_view_of_an_open_face_around_the_same_centre_does_not_close_it():
    wide = Box(70, 65, 140, 140)
    assert wide.iou(OWN) < 0.4
    assert boxes_to_close(certain(wide), [OWN], [OWN]) == ()


def test_L9_a_neighbours_region_over_an_open_faces_margin_closes_its_own_box():
    neighbour = moved(OWN, 60)
    assert boxes_to_close(certain(OWN, neighbour), [OWN], [OWN]) == (neighbour,)


def test_L9_one_open_face_excuses_one_region_at_most():
    cheek_to_cheek = moved(OWN, 30)
    assert cheek_to_cheek.iou(OWN) > 0.4
    assert boxes_to_close(certain(cheek_to_cheek, OWN), [OWN], [OWN]) == (cheek_to_cheek,)


def test_L9_a_region_that_fits_a_closed_face_better_is_the_closed_faces():
    close_by = moved(OWN, 30)
    region = moved(close_by, 4)
    (closed,) = boxes_to_close(certain(region), [OWN, close_by], [OWN])
    assert holds(closed, close_by)
    assert holds(closed, region)


def test_L9_a_listed_face_right_beside_an_open_one_is_not_taken_for_it():
    drawn_by_hand = moved(OWN, 12)
    assert boxes_to_close([], [OWN, drawn_by_hand], [OWN]) == (drawn_by_hand,)


def test_L9_a_small_face_inside_an_open_ones_box_is_closed():
    child = Box(150, 150, 28, 28)
    assert boxes_to_close(certain(child), [OWN], [OWN]) == (child,)


def test_a_closed_face_and_its_region_become_one_box():
    (closed,) = boxes_to_close(certain(Box(290, 95, 95, 90)), [OTHER], [])
    assert closed == Box(290, 95, 95, 90)


def test_two_boxes_far_apart_are_never_the_same_face():
    assert not same_face(OWN, OTHER)
    assert not same_face(OWN, Box(0, 0, 900, 900))


def test_a_doubtful_fragment_of_an_open_face_leaves_it_open_and_is_closed_beyond_it():
    fragment = moved(OWN, 30)
    assert boxes_to_close([*certain(OWN), *doubtful(fragment)], [OWN], [OWN]) == (Box(180, 100, 30, 80),)


def test_L9_a_doubtful_region_over_an_open_face_closes_all_that_is_not_the_open_face():
    behind = Box(80, 60, 140, 100)
    closed = boxes_to_close([*certain(OWN), *doubtful(behind)], [OWN], [OWN])
    covered = covered_by(closed, 400, 300)
    expected = covered_by([behind], 400, 300) & ~covered_by([OWN], 400, 300)
    assert (covered == expected).all()


def test_L9_a_large_certain_region_around_an_open_face_closes_all_that_is_not_the_open_face():
    loose = Box(60, 90, 140, 190)
    assert not same_face(loose, OWN)
    covered = covered_by(boxes_to_close(certain(OWN, loose), [OWN], [OWN]), 400, 300)
    assert (covered == (covered_by([loose], 400, 300) & ~covered_by([OWN], 400, 300))).all()


def test_L9_a_listed_face_is_closed_whole_even_over_an_open_one():
    (closed,) = boxes_to_close(doubtful(moved(OWN, 32)), [OWN, moved(OWN, 30)], [OWN])[:1]
    assert closed == moved(OWN, 30)


boxes = st.builds(Box, st.integers(0, 400), st.integers(0, 400), st.integers(8, 200), st.integers(8, 200))


@given(st.lists(boxes, max_size=8), st.lists(boxes, max_size=5), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_L9_every_other_face_and_all_regions_but_one_for_each_open_face_end_up_inside_closed_boxes(
    regions, faces, how_many
):
    open_faces = faces[:how_many]
    closed = boxes_to_close(certain(*regions), faces, open_faces)
    assert all(any(holds(box, face) for box in closed) for face in faces[how_many:])
    surrounding = [
        region
        for region in regions
        if any(
            region.overlap(opened) >= 0.75 * opened.area and region.area >= 1.5 * opened.area for opened in open_faces
        )
    ]
    left_open = [
        region for region in regions if region not in surrounding and not any(holds(box, region) for box in closed)
    ]
    assert len(left_open) <= len(open_faces)
    assert all(any(same_face(region, opened) for opened in open_faces) for region in left_open)


@given(st.lists(boxes, max_size=8), st.lists(boxes, max_size=5), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_L9_outside_open_faces_a_doubtful_region_is_closed_like_a_certain_one(regions, faces, how_many):
    open_faces = faces[:how_many]
    beyond = ~covered_by(open_faces, 640, 520)
    doubted = covered_by(boxes_to_close(doubtful(*regions), faces, open_faces), 640, 520)
    for box in faces[how_many:]:
        assert doubted[covered_by([box], 640, 520)].all()
    left_open = [region for region in regions if not doubted[covered_by([region], 640, 520) & beyond].all()]
    assert len(left_open) <= len(open_faces)
    assert all(any(same_face(region, opened) for opened in open_faces) for region in left_open)
