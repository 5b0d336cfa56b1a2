"""The recogniser of an archive from the command line: added, chosen, refused without thresholds, and removed again."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sayso.errors import SaysoError
from sayso.finding import models
from sayso.finding.models import keep_thresholds
from sayso.values import Purpose
from sayso.vision import Calibration, OwnModel
from sayso.vision.own import verified

from ..house import PEOPLE, ROBIN, WITNESS, WREN, House, captures_of
from ..networks import averager, recogniser, write
from .conftest import Run

DLIB = "dlib-resnet-29"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write(tmp_path_factory.mktemp("own"), recogniser())


def add(sayso: Run, files: tuple[Path, Path]) -> None:
    answer = sayso("models", "add", files[0], "--card", files[1], "--json")
    assert answer.code == 0, answer.err
    assert answer.json["model"] == "our-net"


def calibrated(house: House) -> None:
    """Thresholds for the own model; they are those of the network that it is made of."""
    with house.open() as archive, archive._door.ground.database.begin() as session:
        keep_thresholds(session, "our-net", Calibration("synthetic-40", 0.40, 0.47, "the demo's people"))


def templates(sayso: Run) -> dict[str, int]:
    return {one["id"]: one["templates"] for one in sayso("models", "list", "--json").json}


def again(sayso: Run, label: str, person: str) -> None:
    """A new capture of somebody who is enrolled already, on the way on which they came the first time."""
    token = sayso("invite", label, "--purpose", "find", "-c", "Summer party", "--json").json["token"]
    captures = [word for path in captures_of(person) for word in ("--capture", path)]
    done = sayso("enrol", token, "--agree", "find", *captures, "--witness", WITNESS, "--json")
    assert done.code == 0, done.err
    assert sayso("confirm", done.json["confirm_code"]).code == 0


@pytest.mark.usefixtures("enrolled")
def test_an_archive_begins_with_the_model_that_comes_with_sayso(sayso: Run) -> None:
    (only,) = sayso("models", "list", "--json").json
    assert (only["id"], only["in_use"], only["own"], only["templates"]) == (DLIB, True, False, 2)
    assert "public-36" in only["thresholds"]


def test_an_own_model_is_added_chosen_and_gives_its_templates_back(
    enrolled: House, sayso: Run, files: tuple[Path, Path]
) -> None:
    add(sayso, files)
    assert templates(sayso) == {DLIB: 2, "our-net": 0}
    used = sayso("models", "use", "our-net")
    assert used.code == 0
    assert "no thresholds yet" in used.said
    assert f"{WREN}" in used.said
    assert "2 people to invite for a new capture" in used.said

    refused = sayso("find", "--json")
    assert (refused.code, refused.error["reasons"][0]["rule"]) == (3, "F7")
    assert "sayso measure calibrate" in refused.error["next_step"]

    calibrated(enrolled)
    refused = sayso("find", "--json")
    assert (refused.code, refused.error["reasons"][0]["rule"]) == (3, "F1")
    assert "sayso models people" in refused.error["next_step"]

    again(sayso, WREN, "P10")
    (report,) = sayso("find", "--json").json
    assert (report["subjects"], report["other_model"]) == (1, 1)
    # P10 is in three of the photos.
    assert report["matched"] + report["review"] >= 2
    assert "1 person skipped: their template is of another model" in sayso("find").said
    assert [one["label"] for one in sayso("models", "people", "--json").json] == [ROBIN]
    assert templates(sayso) == {DLIB: 2, "our-net": 1}

    assert sayso("models", "use", DLIB).code == 0
    (report,) = sayso("find", "--json").json
    assert (report["subjects"], report["other_model"]) == (2, 0)
    # A no ends both templates of a person, not only that of the model in use.
    assert sayso("withdraw", WREN).code == 0
    assert templates(sayso) == {DLIB: 1, "our-net": 0}


def test_templates_hold_their_model_in_place_until_they_are_destroyed_with_it(
    enrolled: House, sayso: Run, files: tuple[Path, Path]
) -> None:
    add(sayso, files)
    (stored,) = (enrolled.archive / "photos" / "models").iterdir()
    assert "Choose another model first" in sayso("models", "remove", DLIB).said
    sayso("models", "use", "our-net")
    sealed = [row for (row,) in enrolled.rows("SELECT sealed FROM templates")]
    assert len(sealed) == 2
    refused = sayso("models", "remove", DLIB)
    assert refused.code == 2
    assert "2 of people's templates" in refused.said
    assert templates(sayso)[DLIB] == 2
    removed = sayso("models", "remove", DLIB, "--with-templates", "--json")
    assert (removed.code, removed.json["templates"]) == (0, 2)
    assert templates(sayso) == {"our-net": 0, DLIB: 0}
    everything = b"".join(path.read_bytes() for path in enrolled.archive.glob("sayso.db*"))
    assert not any(one in everything for one in sealed)
    # The model itself comes with Sayso.
    sayso("models", "use", DLIB)
    assert sayso("models", "remove", "our-net").code == 0
    assert not stored.exists()
    assert list(templates(sayso)) == [DLIB]


@pytest.mark.usefixtures("empty_house")
def test_the_id_of_a_removed_model_is_not_given_to_another_file(
    sayso: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    add(sayso, files)
    assert "already" in sayso("models", "add", files[0], "--card", files[1]).said
    assert sayso("models", "remove", "our-net").code == 0
    other = write(tmp_path / "other", recogniser(1))
    refused = sayso("models", "add", other[0], "--card", other[1])
    assert refused.code == 2
    assert "was that of another file" in refused.said
    add(sayso, files)
    named_as_ours = write(tmp_path / "named", recogniser(), id=DLIB)
    assert "comes with Sayso" in sayso("models", "add", named_as_ours[0], "--card", named_as_ours[1]).said


def test_of_two_models_of_one_file_the_one_that_stays_keeps_it(
    empty_house: House, sayso: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    add(sayso, files)
    twin = write(tmp_path / "twin", recogniser(), id="their-net", metric="cosine")
    assert sayso("models", "add", twin[0], "--card", twin[1]).code == 0
    (stored,) = (empty_house.archive / "photos" / "models").iterdir()
    assert sayso("models", "remove", "our-net").code == 0
    assert sayso("models", "use", "their-net").code == 0
    sayso("models", "use", DLIB)
    assert sayso("models", "remove", "their-net").code == 0
    assert not stored.exists()


def test_F7_thresholds_go_with_their_model_because_the_next_card_may_say_another_metric(
    empty_house: House, sayso: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    def measured_on() -> list[str]:
        return next(one["thresholds"] for one in sayso("models", "list", "--json").json if one["id"] == "our-net")

    add(sayso, files)
    calibrated(empty_house)
    assert measured_on() == ["synthetic-40"]
    assert sayso("models", "remove", "our-net").code == 0
    # As of a process that had measured with it and came too late.
    calibrated(empty_house)
    other = write(tmp_path / "cosine", recogniser(), metric="cosine")
    assert sayso("models", "add", other[0], "--card", other[1]).code == 0
    assert measured_on() == []


def test_the_database_is_free_while_models_are_read_and_hashed(
    empty_house: House, sayso: Run, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []

    def verify(own: OwnModel) -> bytes:
        with closing(sqlite3.connect(empty_house.database, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        hashed.append(own.card.id)
        return verified(own)

    monkeypatch.setattr(models, "verified", verify)
    add(sayso, files)
    assert sayso("models", "use", "our-net").code == 0
    assert sayso("models", "list").code == 0
    assert hashed == ["our-net"] * 2


def test_a_swapped_file_measures_nobody(empty_house: House, sayso: Run, files: tuple[Path, Path]) -> None:
    add(sayso, files)
    (stored,) = (empty_house.archive / "photos" / "models").iterdir()
    stored.write_bytes(averager())
    refused = sayso("models", "use", "our-net")
    assert refused.code == 1
    assert "not the one that its card names" in refused.said
    states = {one["id"]: one for one in sayso("models", "list", "--json").json}
    assert "not the one that its card names" in states["our-net"]["problem"]
    assert states[DLIB]["in_use"]


@pytest.mark.usefixtures("enrolled")
def test_what_was_done_with_models_stands_in_the_ledger(sayso: Run, files: tuple[Path, Path]) -> None:
    add(sayso, files)
    sayso("models", "use", "our-net")
    sayso("models", "people")
    sayso("models", "remove", DLIB, "--with-templates")
    entries = [one for one in sayso("ledger", "list", "--json").json if one["verb"].startswith("models.")]
    facts = {one["verb"]: dict(one["facts"]) for one in entries}
    assert list(facts) == ["models.add", "models.use", "models.people", "models.remove"]
    assert (facts["models.add"]["model"], len(facts["models.add"]["sha256"])) == ("our-net", 64)
    assert facts["models.use"] == {"from": DLIB, "to": "our-net", "people_without_template": 2}
    assert facts["models.remove"] == {"model": DLIB, "templates": 2}
    # Each of them can read that they were listed.
    own = [one["verb"] for one in sayso("ledger", "list", "--subject", WREN, "--json").json]
    assert {"models.use", "models.people", "models.remove"} <= set(own)


def test_a_process_with_the_model_of_before_makes_no_template(
    enrolled: House, sayso: Run, files: tuple[Path, Path]
) -> None:
    add(sayso, files)
    calibrated(enrolled)
    token = sayso("invite", "new@example.org", "--purpose", "find", "-c", "Summer party", "--json").json["token"]
    captures = [word for path in captures_of("P12") for word in ("--capture", path)]
    with enrolled.open() as archive:
        sayso("models", "use", "our-net")
        with pytest.raises(SaysoError, match="Open the archive again"):
            archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P12"), witness=WITNESS)
        with pytest.raises(SaysoError, match="Open the archive again"):
            archive.people.find()
    assert sayso("enrol", token, "--agree", "find", *captures, "--witness", WITNESS).code == 0
    assert templates(sayso) == {"our-net": 1, DLIB: 2}


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("add", "none.onnx", "--card", "our-net.toml"), 1, "none.onnx cannot be read"),
        (("add", "our-net.onnx", "--card", "none.toml"), 1, "none.toml cannot be read"),
        (("add", "our-net.onnx", "--card", "our-net.onnx"), 1, "is no"),
        (("add", "our-net.toml", "--card", "our-net.toml"), 1, "not the one that its card names"),
        (("add", "our-net.onnx"), 2, "--card"),
        (("use", "nonsense"), 2, f"Choose one of these: {DLIB}"),
        (("remove", "nonsense"), 2, "no model 'nonsense'"),
        (("remove", DLIB), 2, "measures with"),
    ],
)
def test_bad_words_are_told_so(
    sayso: Run,
    files: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(files[0].parent)
    answer = sayso("models", *words)
    assert answer.code == code
    assert message in answer.said


@pytest.mark.usefixtures("empty_house")
def test_only_operators_change_the_model(sayso: Run, files: tuple[Path, Path]) -> None:
    assert sayso("account", "new", "olive", "--role", "overseer").code == 0
    assert sayso("models", "list", as_="olive").code == 0
    for words in (("add", files[0], "--card", files[1]), ("use", DLIB), ("people",), ("remove", DLIB)):
        answer = sayso("models", *words, "--json", as_="olive")
        assert (answer.code, answer.error["reasons"][0]["rule"]) == (3, "F10")


@pytest.mark.usefixtures("enrolled")
def test_redaction_is_attacked_with_the_model_in_use(sayso: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    add(sayso, files)
    assert sayso("models", "use", "our-net").code == 0
    folder = tmp_path / "people"
    for person in sorted(path for path in PEOPLE.iterdir() if path.is_dir())[:20]:
        (folder / person.name).mkdir(parents=True)
        for number in range(2):
            shutil.copy(person / f"{number}.jpg", folder / person.name)
    told = sayso("measure", "redaction", folder, "--basis", "synthetic-people", "--json")
    assert told.code == 0, told.err
    assert told.json["model"]["id"] == "our-net"
