"""Learned attacks find what is there to be learned, and nothing where there is nothing."""

import numpy as np
import pytest

from sayso.measure.attacks import Gathered, compare, learn_faces, learn_likeness
from sayso.measure.chance import judge

PEOPLE, EACH = 60, 3


@pytest.fixture(scope="module")
def known() -> Gathered:
    person = np.tile(np.arange(PEOPLE), EACH)
    first = np.zeros(PEOPLE * EACH, bool)
    first[:PEOPLE] = True
    return Gathered(person, first)


@pytest.fixture(scope="module")
def opened(known: Gathered) -> np.ndarray:
    chance = np.random.default_rng(1)
    faces = chance.normal(size=(PEOPLE, 16))
    return (faces[known.person] + 0.2 * chance.normal(size=(len(known.person), 16))).astype(np.float32)


def leaky(opened: np.ndarray, share: float) -> np.ndarray:
    """Crops in which a mixture of the face's numbers is hidden among noise that is far larger elsewhere."""
    chance = np.random.default_rng(2)
    mixed = share * opened @ chance.normal(size=(16, 40))
    return (mixed + chance.normal(size=mixed.shape)).astype(np.float32)


def euclid(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a[:, None] - b[None], axis=2)


def test_both_halves_hold_every_person_once(known):
    one, other = known.halves()
    assert (one != other).all()
    assert len(set(known.person[one])) == len(set(known.person[other])) == PEOPLE // 2
    assert not set(known.person[one]) & set(known.person[other])


def test_comparing_finds_people_by_their_own_portraits(known, opened):
    (searches,) = compare(known, opened, opened, euclid)
    assert searches.distances.shape == (PEOPLE * (EACH - 1), PEOPLE)
    assert (searches.columns[searches.own] == searches.person).all()
    assert judge([searches]).rank_one.value > 0.95


@pytest.mark.parametrize("attack", [learn_faces, lambda known, closed, _: learn_likeness(known, closed)])
def test_what_is_left_is_learned_and_noise_is_not(known, opened, attack):
    before = opened.copy()
    told = judge(attack(known, leaky(opened, 1.0), opened))
    assert told.rank_one.value > 3 * told.by_chance[0]
    assert told.luck < 0.002
    nothing = judge(attack(known, leaky(opened, 0.0), opened))
    assert nothing.luck > 0.02
    assert np.array_equal(opened, before), "what belongs to the caller is not wiped by an attack"


def test_an_attack_survives_crops_that_are_all_alike(known, opened):
    flat = np.full((len(known.person), 40), 0.5, np.float32)
    assert judge(learn_faces(known, flat, opened)).luck > 0.02
    assert judge(learn_likeness(known, flat)).luck > 0.02
