"""Measuring accuracy on synthetic people: refusals first, then rates, and nothing about anybody left behind."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sayso.engine import Progress
from sayso.errors import RefusedError, UsageError
from sayso.measure import accuracy, accuracy_page, accuracy_rows, gathering
from sayso.measure.accuracy import measure_accuracy
from sayso.measure.accuracy_report import AccuracyReport
from sayso.measure.portraits import GROUPS, read_folder
from sayso.measure.slices import LEAST_PEOPLE
from sayso.measure.trials import Faces
from sayso.policy import Pack, load_pack
from sayso.vision import ModelStore, prepare

BASIS = "synthetic-people"
DEMO = Path(__file__).parents[2] / "demo" / "people"
PEOPLE, PHOTOS = 24, 4


@pytest.fixture(scope="module")
def store() -> ModelStore:
    return prepare()


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return [load_pack("CA")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 people with four photos each, a damaged picture, a picture of nobody, a copy, and a text."""
    root = tmp_path_factory.mktemp("named")
    for person in sorted(DEMO.iterdir())[:PEOPLE]:
        own = root / f"Zebedee {person.name}"
        own.mkdir()
        for photo in range(PHOTOS):
            shutil.copy(person / f"{photo}.jpg", own)
    first, second = sorted(root.iterdir())[:2]
    (first / "Zebedee damaged.jpg").write_bytes((first / "0.jpg").read_bytes()[:5000])
    shutil.copy(second / "0.jpg", first / "Zebedee copy.jpg")
    (second / "notes.txt").write_text("no picture")
    Image.new("RGB", (400, 300), (90, 140, 200)).save(second / "sky.png")
    return root


@pytest.fixture(scope="module")
def spied() -> list[Faces]:
    """The vectors that the measurement below worked on, as they are now."""
    return []


@pytest.fixture(scope="module")
def report(folder: Path, packs: list[Pack], store: ModelStore, spied: list[Faces]) -> AccuracyReport:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    original = accuracy._trials

    def watched(faces: Faces, *rest: object) -> object:
        assert np.abs(faces.vectors).sum(1).min() > 0
        spied.append(faces)
        return original(faces, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accuracy, "_trials", watched)
        made = measure_accuracy(folder, basis=BASIS, packs=packs, store=store)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    return made


def _refused(folder: Path, basis: str, packs: list[Pack]) -> RefusedError:
    """The refusal, after making sure that no face was measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_measure", lambda *_: pytest.fail("a face was measured"))
        with pytest.raises(RefusedError) as caught:
            measure_accuracy(folder, basis=basis, packs=packs)
    assert caught.value.exit_code == 3
    return caught.value


def test_F12_two_people_are_refused_and_nobody_is_measured(tmp_path: Path, packs: list[Pack]) -> None:
    for person in ("P01", "P02"):
        shutil.copytree(DEMO / person, tmp_path / person)
    refused = _refused(tmp_path, BASIS, packs)
    assert "F12" in {reason.rule for reason in refused.reasons}
    assert "20 people" in str(refused)


def test_F12_nineteen_people_and_one_with_a_single_photo_are_refused(tmp_path: Path, packs: list[Pack]) -> None:
    for person in sorted(DEMO.iterdir())[:20]:
        (tmp_path / person.name).mkdir()
        for photo in "01":
            shutil.copy(person / f"{photo}.jpg", tmp_path / person.name)
    (tmp_path / "P20" / "1.jpg").unlink()
    assert "F12" in {reason.rule for reason in _refused(tmp_path, BASIS, packs).reasons}


def test_F12_folders_filled_with_copies_and_pictures_of_nobody_do_not_count(tmp_path: Path, packs: list[Pack]) -> None:
    for number in range(25):
        own = tmp_path / f"{number:02}"
        own.mkdir()
        for photo in "01":
            shutil.copy(DEMO / ("P01" if number % 2 else "P02") / f"{photo}.jpg", own)
    assert "F12" in {reason.rule for reason in _refused(tmp_path, BASIS, packs).reasons}


@pytest.mark.parametrize("basis", ["", "we asked around", "everyone-entered-consented"])
def test_F12_a_basis_that_does_not_open_everything_is_refused(basis: str, packs: list[Pack]) -> None:
    assert "F12" in {reason.rule for reason in _refused(DEMO, basis, packs).reasons}


def test_F9_no_pack_is_refused() -> None:
    assert "F9" in {reason.rule for reason in _refused(DEMO, BASIS, []).reasons}


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path, packs: list[Pack]) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        measure_accuracy(tmp_path / "missing", basis=BASIS, packs=packs)


def test_people_are_told_apart_as_well_as_the_published_figures_say(report: AccuracyReport) -> None:
    single, template = report.verification
    assert (single.photos_enrolled, template.photos_enrolled) == (1, 3)
    assert single.persons == template.persons == PEOPLE
    assert single.genuine == PEOPLE * PHOTOS * (PHOTOS - 1) // 2
    assert single.impostor == PEOPLE * (PEOPLE - 1) // 2 * PHOTOS**2
    for one in report.verification:
        assert one.eer.value is not None
        assert one.eer.low is not None
        assert one.eer.high is not None
        assert 0 <= one.eer.low <= one.eer.value <= one.eer.high < 0.15
        assert one.eer.value < 0.04
        assert [target for target, _ in one.fnmr_at_fmr] == [1e-2, 1e-3, 1e-4]
    at_hundredth = single.fnmr_at_fmr[0][1]
    assert at_hundredth.value is not None
    assert 0 < at_hundredth.value < 0.12


def test_a_rate_that_so_few_people_cannot_support_is_left_out_with_a_reason(report: AccuracyReport) -> None:
    rare = report.verification[0].fnmr_at_fmr[2][1]
    assert rare.value is None
    assert "30000" in rare.note
    seldom = report.identification[0].fnir_at_fpir[0][1]
    assert seldom.value is None
    assert "300" in seldom.note


def test_identification_enrols_half_of_the_people(report: AccuracyReport) -> None:
    one, three = report.identification
    assert one.enrolled == three.enrolled == PEOPLE // 2
    assert one.known == one.splits * one.enrolled * (PHOTOS - 1)
    assert three.known == three.splits * three.enrolled * (PHOTOS - 3)
    assert one.unknown == one.splits * (PEOPLE - one.enrolled) * PHOTOS
    for searches in report.identification:
        assert searches.rank_one.value is not None
        assert searches.rank_one.value > 0.95
        miss = searches.fnir_at_fpir[1][1].value
        assert miss is not None
        assert miss < 0.15


def test_thresholds_of_the_card_are_tried_on_the_folder(report: AccuracyReport, store: ModelStore) -> None:
    card = store.card("dlib-resnet-29")
    tried = report.verification[0].at_thresholds
    assert [(one.calibration, one.outcome) for one in tried] == [
        (calibration.set, outcome) for calibration in card.calibrations for outcome in ("matched", "review")
    ]
    for matched, review in zip(tried[::2], tried[1::2], strict=True):
        assert matched.fmr.value is not None
        assert review.fmr.value is not None
        assert matched.fmr.value <= review.fmr.value
        assert matched.fnmr.value is not None
        assert review.fnmr.value is not None
        assert matched.fnmr.value >= review.fnmr.value


def test_unusable_pictures_are_named_by_place_and_make_the_result_partial(report: AccuracyReport) -> None:
    assert report.partial
    copy, damaged = report.skipped
    assert (copy.name, damaged.name) == ("folder 1, picture 5", "folder 1, picture 6")
    assert "more than once" in copy.reason
    assert "cut off" in damaged.reason
    assert report.other_files == 1
    assert report.no_face == 1
    assert report.photos == PEOPLE * PHOTOS + 1
    assert report.fta.value == pytest.approx(1 / report.photos)
    assert report.counts.measured == report.counts.discarded == PEOPLE * PHOTOS
    assert report.counts.kept == 0


def test_F12_the_report_holds_rates_and_no_person_vector_or_score(report: AccuracyReport) -> None:
    text = json.dumps(report.to_json(), allow_nan=False)
    assert "Zebedee" not in text
    assert "P01" not in text
    assert json.loads(text)["standard"] == "ISO/IEC 19795-1"
    thresholds: list[float] = []

    def collect(part: object) -> None:
        if isinstance(part, dict):
            thresholds.extend(value for name, value in part.items() if name == "threshold")
            for value in part.values():
                collect(value)
        elif isinstance(part, list):
            assert len(part) < 30, "a list as long as a vector"
            for value in part:
                collect(value)

    collect(json.loads(text))
    assert thresholds
    assert all(round(one, 2) == one for one in thresholds)


def test_F12_the_vectors_are_zeros_afterwards(report: AccuracyReport, spied: list[Faces]) -> None:
    assert report.counts.measured == len(spied[0].vectors)
    assert not spied[0].vectors.any()


def test_F12_the_vectors_are_zeros_after_a_failure_too(
    folder: Path, packs: list[Pack], store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[np.ndarray] = []

    def fail(faces: Faces, *_: object) -> None:
        held.append(faces.vectors)
        raise MemoryError

    monkeypatch.setattr(accuracy, "_trials", fail)
    seen: list[Progress] = []
    with pytest.raises(MemoryError):
        measure_accuracy(folder, basis=BASIS, packs=packs, store=store, progress=seen.append)
    assert held[0].shape == (PEOPLE * PHOTOS, 128)
    assert not held[0].any()
    assert seen[-1].done == seen[-1].total == PEOPLE * PHOTOS + 3


def test_a_folder_is_read_in_turns_without_links_and_hidden_folders(tmp_path: Path) -> None:
    for name, pictures in (("b", 3), ("a", 1), (".thumbnails", 2)):
        (tmp_path / name).mkdir()
        for picture in range(pictures):
            (tmp_path / name / f"{picture}.JPG").write_bytes(b"x")
    (tmp_path / "c").symlink_to(tmp_path / "a")
    found = read_folder(tmp_path)
    assert [one.name for one in found.portraits] == [
        "folder 1, picture 1",
        "folder 2, picture 1",
        "folder 2, picture 2",
        "folder 2, picture 3",
    ]
    assert (found.people, found.people_with(1), found.people_with(2), found.other_files) == (2, 2, 1, 0)


# Runs in a process of its own, so that what it finds was left by one measurement only. It keeps masked copies of the
# vectors to look for, and masks what it reads, so that it never makes the pattern that it looks for.
_SEARCH = """
import gc, sys
from pathlib import Path
import numpy as np
from sayso.measure import accuracy, accuracy_page, accuracy_rows
from sayso.policy import load_pack

MASK, WORDS = np.uint32(0x5A5A5A5A), 6
masked = []

def found():
    starts, total = np.unique(masked[0][:, 0]), 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            place, rights = line.split()[:2]
            if not rights.startswith("rw") or "[v" in line:
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            for offset in range(start, end, 1 << 24):
                memory.seek(offset)
                try:
                    words = np.frombuffer(memory.read(min(end - offset, (1 << 24) + 4 * WORDS)), np.uint32) ^ MASK
                except OSError:
                    continue
                for at in np.flatnonzero(np.isin(words, starts)):
                    total += bool((masked[0] == words[at : at + WORDS]).all(1).any()) if at + WORDS <= len(words) else 0
    return total

original = accuracy._trials

def watched(faces, *rest):
    masked.append(faces.vectors[:, 40 : 40 + WORDS].view(np.uint32) ^ MASK)
    print(len(masked[0]), found())
    return original(faces, *rest)

accuracy._trials = watched
accuracy.measure_accuracy(Path(sys.argv[1]), basis="synthetic-people", packs=[load_pack("CA")])
gc.collect()
print(found())
"""


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux shows a process its own memory")
def test_F12_no_vector_is_left_anywhere_in_the_process(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _SEARCH, str(folder)], capture_output=True, text=True, check=True)
    vectors, during, after = map(int, done.stdout.split())
    assert vectors == PEOPLE * PHOTOS
    assert during >= vectors
    assert after == 0


def test_stopped_half_way_it_tells_about_what_it_has_and_says_so(
    folder: Path, store: ModelStore, packs: list[Pack]
) -> None:
    def stop(now: Progress) -> None:
        if now.done > PEOPLE * 2 + 5:
            raise KeyboardInterrupt

    report = measure_accuracy(folder, basis=BASIS, packs=packs, store=store, progress=stop)
    assert (report.stopped, report.partial, report.to_json()["partial"]) == (True, True, True)
    assert LEAST_PEOPLE * 2 <= report.photos < PEOPLE * PHOTOS
    assert report.verification[0].eer.value is not None


def test_F12_stopped_before_enough_people_were_seen_it_measures_nobody(
    folder: Path, store: ModelStore, packs: list[Pack]
) -> None:
    def stop(now: Progress) -> None:
        if now.done > PEOPLE // 2:
            raise KeyboardInterrupt

    with pytest.raises(RefusedError) as refused:
        measure_accuracy(folder, basis=BASIS, packs=packs, store=store, progress=stop)
    assert [reason.rule for reason in refused.value.reasons] == ["F12"]


def test_the_page_and_the_table_hold_the_report(report: AccuracyReport) -> None:
    page = accuracy_page(report)
    for word in ("Detection error trade-off", "By inter-eye distance", "By sharpness", "One among many"):
        assert word in page
    assert "Zebedee" not in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    rows = accuracy_rows(report)
    assert {len(row) for row in rows} == {8}
    eer = next(row for row in rows if row[:3] == ("verification", "template of 1", "EER"))
    assert eer[3] == report.verification[0].eer.value


def test_the_page_shows_groups_that_the_folder_labels(
    folder: Path, store: ModelStore, packs: list[Pack], tmp_path: Path
) -> None:
    labelled = tmp_path / "labelled"
    shutil.copytree(folder, labelled)
    people = sorted(path.name for path in labelled.iterdir())
    rows = [f"{person},{'evens' if number % 2 else 'odds'}" for number, person in enumerate(people)]
    (labelled / GROUPS).write_text("\n".join(["person,group", *rows]), "utf-8")
    report = measure_accuracy(labelled, basis=BASIS, packs=packs, store=store)
    assert report.slices is not None
    assert report.slices.groups is not None
    assert [(one.name, one.fnmr.value) for one in report.slices.groups.groups] == [("evens", None), ("odds", None)]
    assert "By group" in accuracy_page(report)
