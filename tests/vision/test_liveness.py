"""The judge of live captures: who does what is asked passes; pictures, other orders and cuts do not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from sayso.measure.presenting import Frames, Presenter, present
from sayso.measure.prints import Held, Print, shown
from sayso.vision import Aligner, Locator, ModelStore
from sayso.vision.challenge import PROMPTS, SIDEWAYS, Challenge, Prompt, Step, draw_challenge
from sayso.vision.liveness import Advice, Failure, Judge, State
from sayso.vision.relief import eyes_apart

from ..turning import frames_of

LEFT, RIGHT, UP, DOWN, CLOSER = Prompt
EVERY_WAY: Challenge = tuple(Step(prompt, 600) for prompt in (LEFT, UP, RIGHT, CLOSER, DOWN))
PEOPLE = ("P10", "P14", "P26")


@pytest.fixture(scope="module")
def models(store: ModelStore) -> tuple[Locator, Aligner]:
    return Locator(store), Aligner(store)


def judge(models: tuple[Locator, Aligner], challenge: Challenge = EVERY_WAY) -> Judge:
    return Judge(challenge, *models)


def test_a_challenge_is_drawn_anew_and_turns_the_head_at_least_twice() -> None:
    drawn = [draw_challenge() for _ in range(200)]
    assert all(len(one) == PROMPTS >= 5 for one in drawn)
    assert all(sum(step.prompt in SIDEWAYS for step in one) >= 2 for one in drawn)
    assert len({tuple(step.prompt for step in one) for one in drawn}) > 150
    assert any(len({step.prompt for step in one}) < len(one) for one in drawn)
    assert len({step.dwell for one in drawn for step in one}) > 100
    assert {step.prompt for one in drawn for step in one} == set(Prompt)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_who_does_what_is_asked_passes(models: tuple[Locator, Aligner], person: str) -> None:
    for challenge in (EVERY_WAY, draw_challenge(Random(person))):
        one = judge(models, challenge)
        said = present(one, Presenter(frames_of(person)))
        assert (said.state, said.failure, said.number) == (State.DONE, None, len(challenge))
        assert len(one.chips) == len(challenge)
        assert one.faces == one.frames


def test_a_person_passes_at_four_and_at_ten_frames_a_second(models: tuple[Locator, Aligner]) -> None:
    for every in (250, 100):
        assert present(judge(models), Presenter(frames_of("P10")), every=every).state is State.DONE


def test_guidance_says_what_is_asked_and_how_much_of_it_is_done(models: tuple[Locator, Aligner]) -> None:
    one, presenter = judge(models), Presenter(frames_of("P26"))
    asked, number, told = None, 0, []
    for tick in range(200):
        said = one.look(presenter.next(asked, number), tick * 125)
        told.append(said)
        asked, number = said.asked, said.number
        if said.state is State.DONE:
            break
    order = [said.asked for said in told if said.asked]
    assert list(dict.fromkeys(order)) == [step.prompt for step in EVERY_WAY]
    assert all(0 <= said.held <= 1 for said in told)
    assert {said.advice for said in told} >= {None, Advice.TURN_MORE, Advice.KEEP_IT, Advice.LOOK_STRAIGHT}
    assert max(said.held for said in told if said.asked is UP) > 0.5


def test_a_straight_look_that_is_broken_off_is_not_kept(models: tuple[Locator, Aligner]) -> None:
    one, frames = judge(models), frames_of("P10")
    for tick in range(12):
        one.look(frames.straight[0] if tick % 2 else frames.ways[LEFT][2], tick * 125)
    assert one.looks <= 1


def test_what_was_kept_of_a_person_is_overwritten(models: tuple[Locator, Aligner]) -> None:
    one = judge(models)
    present(one, Presenter(frames_of("P10")))
    kept = [chip for _, chip in one._chips]
    assert all(chip.any() for chip in kept)
    one.close()
    assert not any(chip.any() for chip in kept)
    assert one._chips == []


def held_up(models: tuple[Locator, Aligner], widest: float, bend: float = 0.0) -> Frames:
    """A print of P10's straight look in the hands of somebody who sees what is asked."""
    picture = frames_of("P10").straight[0]
    locator, aligner = models
    landmarks = aligner.align(picture, locator.locate(picture)[:1]).landmarks[0]
    x, y = landmarks[6, :2].tolist()
    paper = Print(picture, (x, y), bend=bend * eyes_apart(landmarks))
    ends = {
        LEFT: Held(yaw=widest),
        RIGHT: Held(yaw=-widest),
        UP: Held(pitch=-widest),
        DOWN: Held(pitch=widest),
        CLOSER: Held(nearer=1.6),
    }

    def way(end: Held) -> list[np.ndarray]:
        shares = [number / 7 for number in range(1, 8)]
        return [
            shown(
                paper,
                replace(end, yaw=end.yaw * k, pitch=end.pitch * k, nearer=1 + (end.nearer - 1) * k),
                (640, 480),
            )
            for k in shares
        ]

    return Frames([shown(paper, Held(), (640, 480))], {prompt: way(end) for prompt, end in ends.items()})


@pytest.mark.parametrize(("widest", "bend"), [(35, 0.0), (50, 0.0), (45, 1.3), (60, 2.0)])
def test_a_print_that_is_turned_as_asked_does_not_pass(
    models: tuple[Locator, Aligner], widest: float, bend: float
) -> None:
    said = present(judge(models), Presenter(held_up(models, widest, bend)))
    assert said.state is State.FAILED
    assert said.failure in (Failure.TOO_SLOW, Failure.FLAT, Failure.CUT, Failure.WRONG_ORDER)


def test_a_replay_of_another_challenge_fails_at_the_first_prompt_that_differs(
    models: tuple[Locator, Aligner],
) -> None:
    one = judge(models)
    said = present(one, Presenter(frames_of("P10"), instead={1: LEFT}))
    assert (said.state, said.failure, said.number) == (State.FAILED, Failure.WRONG_ORDER, 1)


def test_pictures_of_every_pose_held_up_in_turn_do_not_pass(models: tuple[Locator, Aligner]) -> None:
    real = frames_of("P10")
    swapped = Frames(real.straight, {prompt: [way[-1]] * 2 for prompt, way in real.ways.items()})
    said = present(judge(models), Presenter(swapped))
    assert (said.state, said.failure) == (State.FAILED, Failure.CUT)


def test_frames_with_gaps_between_them_do_not_pass(models: tuple[Locator, Aligner]) -> None:
    said = present(judge(models), Presenter(frames_of("P10")), every=1_100)
    assert said.state is State.FAILED
    assert said.failure in (Failure.CUT, Failure.TOO_SLOW)


def test_nobody_and_two_people_are_told_apart_from_one(models: tuple[Locator, Aligner]) -> None:
    one, straight = judge(models), frames_of("P10").straight[0]
    nobody = np.full((480, 640, 3), 96, np.uint8)
    assert one.look(nobody, 0).advice is Advice.NO_FACE
    assert one.look(np.hstack([straight, straight]), 100).advice is Advice.TWO_FACES
    assert one.look(straight, 200).advice is None


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (lambda rgb: (rgb * 0.12).astype(np.uint8), Advice.TOO_DARK),
        (lambda rgb: rgb[::2, ::2], Advice.TOO_FAR),
        (lambda rgb: rgb[60:300, 120:360], Advice.TOO_NEAR),
    ],
)
def test_advice_on_light_and_distance(models: tuple[Locator, Aligner], change, advice: Advice) -> None:
    picture = np.ascontiguousarray(change(frames_of("P26").straight[0]))
    assert judge(models).look(picture, 0).advice is advice


def test_looking_aside_begins_nothing(models: tuple[Locator, Aligner]) -> None:
    one, aside = judge(models), frames_of("P10").ways[LEFT][-1]
    said = [one.look(aside, 125 * number) for number in range(6)]
    assert {one.advice for one in said} == {Advice.LOOK_STRAIGHT}
    assert {one.asked for one in said} == {None}


def test_who_never_moves_is_too_slow(models: tuple[Locator, Aligner]) -> None:
    still = Frames(frames_of("P10").straight, dict.fromkeys(Prompt, frames_of("P10").straight[:1]))
    said = present(judge(models), Presenter(still), every=500)
    assert (said.state, said.failure, said.number) == (State.FAILED, Failure.TOO_SLOW, 0)


def test_a_frame_that_was_overtaken_changes_nothing(models: tuple[Locator, Aligner]) -> None:
    one, straight = judge(models), frames_of("P10").straight[0]
    said = one.look(straight, 500)
    assert one.look(frames_of("P10").ways[LEFT][-1], 400) == said
    assert one.frames == 1
