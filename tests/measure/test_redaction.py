"""Redaction on synthetic people: no attack finds them in redacted photos, and the same attacks find them in others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from sayso.errors import RefusedError, UsageError
from sayso.measure import measure_redaction, redaction, redaction_page
from sayso.measure.closed_faces import BLUR, MOSAIC, OPEN, PAINTED, REDACTED, closed
from sayso.measure.redaction_page import sentences
from sayso.measure.redaction_report import FACE, SURROUNDINGS, RedactionReport
from sayso.policy import load_pack
from sayso.values import Box
from sayso.vision import decode

BASIS = "synthetic-people"
DEMO = Path(__file__).parents[2] / "demo" / "people"
PACKS = [load_pack("CA")]


def people(root: Path, count: int, photos: int) -> Path:
    for person in sorted(path for path in DEMO.iterdir() if path.is_dir())[:count]:
        own = root / f"Zebedee {person.name}"
        own.mkdir(parents=True)
        for photo in range(photos):
            shutil.copy(person / f"{photo}.jpg", own)
    return root


@pytest.fixture(scope="module")
def held() -> list[redaction._Held]:
    return []


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, held: list[redaction._Held]) -> RedactionReport:
    """All forty people with three photos each, a damaged picture and a copy."""
    folder = people(tmp_path_factory.mktemp("people"), 40, 3)
    first, second = sorted(folder.iterdir())[:2]
    (first / "Zebedee damaged.jpg").write_bytes((first / "0.jpg").read_bytes()[:5000])
    shutil.copy(second / "0.jpg", first / "Zebedee copy.jpg")
    original = redaction._trials

    def watched(one: redaction._Held, *rest: object) -> object:
        assert all(np.abs(part).sum(1).max() > 0 for part in one.vectors.values())
        held.append(one)
        return original(one, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redaction, "_trials", watched)
        return measure_redaction(folder, basis=BASIS, packs=PACKS)


def test_L9_no_attack_finds_redacted_faces(report: RedactionReport) -> None:
    attacks = report.on(REDACTED)
    assert len(attacks) == 5
    for trial in attacks:
        one = trial.judged
        assert one.searches == 80
        assert one.rank_one.value is not None
        assert one.eer.value is not None
        # Six standard deviations of what chance finds, so that nobody waits for a lucky draw of the noise.
        chance = one.by_chance[0]
        assert one.rank_one.value < chance + 6 * np.sqrt(chance * (1 - chance) / one.searches), trial.attack
        assert one.eer.value > 0.4, trial.attack


@pytest.mark.parametrize("way", [MOSAIC, BLUR])
def test_the_same_attacks_find_faces_in_what_editors_use(report: RedactionReport, way: str) -> None:
    assert report.tells(way)
    assert max(trial.judged.rank_one.value or 0 for trial in report.on(way)) > 0.1
    assert min(trial.judged.eer.value or 1 for trial in report.on(way)) < 0.4
    assert sum(trial.judged.luck < 0.01 for trial in report.on(way)) >= 3


def test_open_faces_are_nearly_all_found(report: RedactionReport) -> None:
    (trial,) = report.on(OPEN)
    assert trial.judged.rank_one.value is not None
    assert trial.judged.rank_one.value > 0.9


def test_surroundings_are_told_apart_and_compared_with_a_flat_area(report: RedactionReport) -> None:
    assert {trial.way for trial in report.trials if trial.view == SURROUNDINGS} == {
        OPEN,
        REDACTED,
        MOSAIC,
        BLUR,
        PAINTED,
    }
    assert not report.on(PAINTED, FACE)


def test_L9_nothing_measured_is_left(report: RedactionReport, held: list[redaction._Held]) -> None:
    (one,) = held
    for parts in (one.vectors, one.inside, one.around):
        assert all(not part.any() for part in parts.values())
    assert report.counts.measured == report.counts.discarded == 120


def test_what_was_left_out_is_named_by_place_and_marks_the_report(report: RedactionReport) -> None:
    assert report.partial
    assert len(report.skipped) == 2
    assert all(one.name.startswith(("folder 1, picture ", "folder 2, picture ")) for one in report.skipped)


def test_no_name_no_vector_and_no_comparison_comes_out(report: RedactionReport) -> None:
    texts = [json.dumps(report.to_json()), redaction_page(report), "".join(map(str, report.to_rows()))]
    for text in texts:
        assert "Zebedee" not in text
        assert "P0" not in text
    assert len(report.to_rows()) == 1 + len(report.trials)
    assert len({len(row) for row in report.to_rows()}) == 1
    assert texts[0].count('"rank_1_identification_rate"') == len(report.trials)


def test_the_sentence_tells_of_the_attack_that_is_best_for_its_chance(report: RedactionReport) -> None:
    told = next(one for one in sentences(report) if one.startswith(BLUR.capitalize()))
    best = max(report.on(BLUR), key=lambda trial: (trial.judged.rank_one.value or 0) / trial.judged.by_chance[0])
    assert "The best, held against chance, names" in told
    assert told.endswith(f"chance names {best.judged.by_chance[0]:.1%}.")


def test_twenty_people_are_enough_without_learning(tmp_path: Path) -> None:
    made = measure_redaction(people(tmp_path, 20, 2), basis=BASIS, packs=PACKS)
    assert len(made.trials) == 7
    assert "40 people" in made.notes[0]
    assert "40 people" in redaction_page(made)


@pytest.mark.parametrize(("count", "photos", "basis"), [(19, 2, BASIS), (20, 1, BASIS), (20, 2, "because")])
def test_F12_too_few_people_or_no_basis_is_refused_before_any_face_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, photos: int, basis: str
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("measured")

    monkeypatch.setattr(redaction._Held, "take", never)
    with pytest.raises(RefusedError) as caught:
        measure_redaction(people(tmp_path, count, photos), basis=basis, packs=PACKS)
    assert caught.value.exit_code == 3


def test_F12_copies_do_not_stand_in_for_second_photos(tmp_path: Path) -> None:
    folder = people(tmp_path, 20, 1)
    for own in folder.iterdir():
        shutil.copy(own / "0.jpg", own / "1.jpg")
    with pytest.raises(RefusedError):
        measure_redaction(folder, basis=BASIS, packs=PACKS)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        measure_redaction(tmp_path / "nowhere", basis=BASIS, packs=PACKS)


def test_all_ways_close_the_same_area_and_nothing_else() -> None:
    rgb = decode(DEMO / "P01" / "0.jpg").rgb
    ways = closed(rgb, Box(66, 70, 197, 191))
    for way, (copies, mask) in ways.items():
        for copy in copies:
            assert np.array_equal(copy[mask == 0], rgb[mask == 0])
            assert (copy[mask == 255] != rgb[mask == 255]).any(axis=1).mean() > (0.5 if way != OPEN else -1)
    assert (ways[PAINTED][0][0][ways[PAINTED][1] == 255] == 128).all()
    assert np.array_equal(ways[OPEN][0][0], rgb)
