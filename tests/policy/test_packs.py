"""Reading packs: those that ship are whole, an operator's own works without code, and mistakes are named."""

import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from sayso.errors import SaysoError, UsageError
from sayso.policy import (
    Action,
    Facts,
    PackError,
    age_of_consent,
    available,
    basis_codes,
    decide,
    explain,
    languages,
    load_pack,
    point_misses,
    read_pack,
    retention_limit,
    witness_quota,
)
from sayso.values import Reach

from .cases import ALL_PACKS, answer, facts, rule_ids
from .packs import own, pack_text, write_pack


def test_the_packs_that_ship_are_these_and_the_base_is_none_of_them() -> None:
    assert available() == sorted(ALL_PACKS)
    for name in ("_base", "_words", "base", "", "../CA", "CA.toml", "ca"):
        with pytest.raises(UsageError, match="Choose from: CA, CA-QC"):
            load_pack(name)


@pytest.mark.parametrize("id", ALL_PACKS)
def test_every_pack_is_whole(id: str) -> None:
    pack = load_pack(id)
    assert pack.id == id
    assert pack.title("fr") != pack.title("en") or id.startswith("US-")
    assert pack.title("xx") == pack.title("en")
    assert pack.effective < pack.review
    assert pack.regulators
    assert all(one.name and "/" not in one.site for one in pack.regulators)
    assert pack.proof_citation
    for texts, citation in [
        *((one.texts, one.citation) for one in pack.bases),
        *((one.texts, one.citation) for one in pack.remarks),
        *((one.origin.texts, one.origin.citation) for one in pack.rules),
    ]:
        assert citation
        assert {"en", "fr"} <= set(texts)


def test_every_fact_has_words_in_both_languages() -> None:
    text = resources.files("sayso.policy").joinpath("packs", "_words.toml").read_text(encoding="utf-8")
    words = tomllib.loads(text)
    assert set(words) == {field.name for field in fields(Facts)} | {"unknown"}
    assert all(set(one) == {"en", "fr"} for one in words.values())


def test_the_european_pack_says_that_searching_may_be_high_risk() -> None:
    assert any("Annex III" in one.citation for one in load_pack("EU").remarks)


def test_a_new_pack_needs_no_code(tmp_path: Path) -> None:
    write_pack(tmp_path, "XX")
    assert available(own(tmp_path)) == sorted([*ALL_PACKS, "XX"])
    packs = [load_pack("XX", own(tmp_path))]
    assert age_of_consent(packs) == 15
    assert languages(packs) == {"de"}
    assert witness_quota(packs) == 3
    assert retention_limit(packs).after_contact_years == 2
    assert basis_codes(Reach.SWEPT, packs) == {"everyone-agreed"}
    german = frozenset({"de"})
    assert decide(Action.ENROL, facts(Action.ENROL, notice_languages=german), packs).allowed
    decision = decide(Action.ENROL, facts(Action.ENROL), packs)
    assert decision.reasons[0].text == "The notice is published in de."
    assert any(one.text == "Höchstens 3 am Tag." for one in explain(Action.ENROL, packs, language="de"))


def test_a_pack_of_ones_own_can_combine_others(tmp_path: Path) -> None:
    write_pack(tmp_path, "XX")
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\ntitle = { en = "Mine", fr = "Le mien" }\neffective = 2026-01-01\nreview = 2028-01-01\n'
        'strictest_of = ["XX", "EU"]\n',
        encoding="utf-8",
    )
    mine = [load_pack("mine", own(tmp_path))]
    assert mine[0].members == ("XX", "EU")
    assert age_of_consent(mine) == 16
    assert mine[0].review.year == 2027
    assert basis_codes(Reach.SWEPT, mine) == set()
    assert mine[0].bases == ()


@pytest.mark.parametrize("stem", ["CA", "ca", "strict", "_mine", "über", "a b"])
def test_a_pack_of_ones_own_cannot_take_the_place_of_one_that_ships(tmp_path: Path, stem: str) -> None:
    write_pack(tmp_path, stem)
    with pytest.raises(PackError, match="the file name"):
        load_pack("EU", own(tmp_path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"none\.toml .* cannot be read"):
        read_pack(tmp_path / "none.toml")
    with pytest.raises(PackError, match=r"CA-BC\.toml"):
        read_pack(write_pack(tmp_path, "XX").rename(tmp_path / "XX.txt"))


MISTAKES = [
    ('name = "witness-quota"', 'name = "purpose-fits"\npurposes = ["police"]', "rules[6].purposes"),
    ('title = { en = "Example", fr = "Exemple" }', 'title = "Example"', "title"),
    ("[[basis]]", "[basis]", "basis"),
    ('name = "witness-quota"', 'name = "witness-limit"', "rules[6].name"),
    ('name = "witness-quota"', "", "rules[6].name"),
    ('citation = "Example Act, section 6"', "", "rules[6].citation"),
    ('citation = "Example Act, section 6"', 'citation = " "', "rules[6].citation"),
    ('citation = "Example Act, section 2"\nen = "Everybody', 'en = "Everybody', "basis[1].citation"),
    ('citation = "Example Act, section 1"', "", "proof.citation"),
    ("quota = 3", "", "rules[6].quota"),
    ("quota = 3", "quota = 3\nlimit = 4", "rules[6].limit"),
    ("quota = 3", "quota = -1", "rules[6].quota"),
    ("quota = 3", 'quota = "3"', "rules[6].quota"),
    ("quota = 3", "quota = true", "rules[6].quota"),
    ("quota = 3", "quota = 99999999999", "rules[6].quota"),
    ("age = 15", "age = 0", "rules[4].age"),
    ("age = 15", "age = 22", "rules[4].age"),
    ("age = 15", "age = 200", "rules[4].age"),
    ("age = 15", "age = true", "rules[4].age"),
    ('languages = ["de"]', 'languages = "de"', "rules[3].languages"),
    ('id = "F11"', 'id = "F13"', "rules[6].id"),
    ('id = "F11"', 'id = "X1"', "rules[6].id"),
    ('id = "F6"\nactions = ["enrol", "use-template"]', 'id = "F6"\nactions = ["enrol"]', "rules[4].actions"),
    ('id = "F11"\nactions = ["enrol"]', 'id = "F11"\nactions = []', "rules[6].actions"),
    ('id = "F11"\nactions = ["enrol"]', 'id = "F11"\nactions = ["search"]', "rules[6].actions"),
    ('id = "F11"\nactions = ["enrol"]', 'id = "F11"\nactions = ["enrol", "withdraw"]', "rules[6].actions"),
    ('en = "At most {quota} a day."', "", "rules[6].en"),
    ('fr = "Au plus {quota} par jour."', "", "rules[6].fr"),
    ('en = "At most {quota} a day."', 'en = "At most {number} a day."', "rules[6].en"),
    ('en = "At most {quota} a day."', 'en = "At most {quota.real} a day."', "rules[6].en"),
    ('en = "At most {quota} a day."', 'en = "At most {quota!r} a day."', "rules[6].en"),
    ('en = "At most {quota} a day."', 'en = "At most {quota a day."', "rules[6].en"),
    ("effective = 2026-01-01", 'effective = "2026-01-01"', "effective"),
    ("effective = 2026-01-01", "effective = 2026-01-01T00:00:00", "effective"),
    ("effective = 2026-01-01", "", "effective"),
    ("review = 2027-01-01", "review = 2025-01-01", "review"),
    ("effective = 2026-01-01", "effective = 2026-02-30", "the file"),
    ("years = 2", 'years = "two"', "proof.years"),
    ('opens = ["narrowed", "swept"]', 'opens = ["pointed"]', "basis[1].opens"),
    ('opens = ["narrowed", "swept"]', "opens = []", "basis[1].opens"),
    ('code = "everyone-agreed"', 'code = "Everyone agreed"', "basis[1].code"),
    ('title = { en = "Example", fr = "Exemple" }', 'title = { en = "Example" }', "title.fr"),
    ('site = "example.org"', "", "regulators[1].site"),
    ('[[regulators]]\nname = "Example authority"\nsite = "example.org"', "", "regulators"),
    ('id = "XX"', 'id = "YY"', "id"),
    ('id = "XX"', 'id = "XX"\nnotes = "none"', "notes"),
    ('id = "XX"', 'id = "XX"\nstrictest_of = ["CA"]', "proof"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), MISTAKES)
def test_a_mistake_is_named_by_file_and_key(tmp_path: Path, right: str, wrong: str, key: str) -> None:
    text = pack_text("XX")
    assert text.count(right) >= 1
    (tmp_path / "XX.toml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack("XX", own(tmp_path))
    assert isinstance(caught.value, SaysoError)
    assert caught.value.file == "XX.toml"
    if key != "proof":
        assert caught.value.key == key, str(caught.value)
    assert "XX.toml" in str(caught.value)
    assert caught.value.key in str(caught.value)


def test_a_basis_code_stands_once(tmp_path: Path) -> None:
    write_pack(tmp_path, "XX", bases=("everyone-agreed", "everyone-agreed"))
    with pytest.raises(PackError, match="same code twice"):
        load_pack("XX", own(tmp_path))


@pytest.mark.parametrize(
    "name", ["basis-opens-reach", "basis-for-accuracy", "notice-languages", "guardian-below-age", "retention-clock"]
)
def test_a_pack_cannot_leave_out_what_every_pack_must_have(tmp_path: Path, name: str) -> None:
    blocks = pack_text("XX").split("[[rules]]")
    kept = [block for block in blocks if f'name = "{name}"' not in block]
    assert len(kept) == len(blocks) - 1
    (tmp_path / "XX.toml").write_text("[[rules]]".join(kept), encoding="utf-8")
    with pytest.raises(PackError, match=f"lacks the rule {name}"):
        load_pack("XX", own(tmp_path))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"id = ", b"rules = 3"])
def test_a_file_that_is_no_pack_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "XX.toml").write_bytes(content)
    with pytest.raises(PackError, match=r"XX\.toml"):
        load_pack("XX", own(tmp_path))


@pytest.mark.parametrize("members", ["[]", '["ZZ"]', '["mine"]', '["strict"]'])
def test_packs_combine_only_packs_that_exist_and_combine_none(tmp_path: Path, members: str) -> None:
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\ntitle = { en = "Mine", fr = "Le mien" }\neffective = 2026-01-01\nreview = 2028-01-01\n'
        f"strictest_of = {members}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError, match="strictest_of"):
        load_pack("mine", own(tmp_path))


def test_F11_a_pack_of_ones_own_can_only_tighten_the_base(tmp_path: Path) -> None:
    path = write_pack(tmp_path, "XX")
    path.write_text(path.read_text(encoding="utf-8").replace("quota = 3", "quota = 500"), encoding="utf-8")
    packs = [load_pack("XX", own(tmp_path))]
    assert witness_quota(packs) == 20
    file = facts(Action.ENROL, capture_live=False, witness="Bo", witnessed_today=20, notice_languages=frozenset({"de"}))
    assert rule_ids(decide(Action.ENROL, file, packs)) == {"F11"}


def test_F12_a_pack_of_ones_own_may_allow_fewer_misses(tmp_path: Path) -> None:
    fewer = (
        '\n[[rules]]\nname = "point-misses"\nid = "F12"\nactions = ["measure-point"]\nmisses = 2\n'
        'citation = "Example Act, section 7"\nen = "At most {misses}."\nfr = "Au plus {misses}."\n'
    )
    (tmp_path / "XX.toml").write_text(pack_text("XX") + fewer, encoding="utf-8")
    packs = [load_pack("XX", own(tmp_path))]
    assert point_misses(packs) == 2
    assert decide(Action.MEASURE_POINT, facts(Action.MEASURE_POINT, misses_today=1), packs).allowed
    refused = decide(Action.MEASURE_POINT, facts(Action.MEASURE_POINT, misses_today=2), packs)
    assert [reason.text for reason in refused.reasons] == ["At most 2."]


def test_facts_refuse_times_that_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="no time zone"):
        Facts(now=datetime(2026, 1, 1))
    with pytest.raises(UsageError, match="camera time"):
        Facts(photo_taken_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="negative"):
        Facts(misses_today=-1)
    assert answer(Action.INIT).allowed
