from __future__ import annotations

from sayso.consent.ease import Level, ease


def test_short_words_in_short_sentences_read_easily_and_a_law_does_not() -> None:
    plain = ease("We look for your face. You can say no. We stop at once.")
    law = ease(
        "The processing of biometric information, notwithstanding previously communicated organisational arrangements, "
        "necessitates comprehensive documentation concerning proportionality, purposefulness and retention."
    )
    assert (plain.level, law.level) == (Level.EASY, Level.HARD)
    assert plain.lix < 15 < 70 < law.lix


def test_lix_is_words_a_sentence_and_long_words_a_hundred() -> None:
    # Ten words in two sentences, three of them longer than six letters: 5 + 30.
    assert ease("Photos are looked at here. Visages restent masqués ici, non ?").lix == round(10 / 2 + 100 * 3 / 10)


def test_a_text_without_words_and_lists_without_full_stops_are_read_too() -> None:
    assert ease(" … 12 ").words == 0
    listed = ease("You get\n- your photos\n- a receipt\n\nThank you")
    assert listed.words_a_sentence <= 2
