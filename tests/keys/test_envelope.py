"""Sealing and tagging: what goes in comes out under the same key and context, and under nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import KeyStoreError
from sayso.keys import envelope

keys = st.binary(min_size=32, max_size=32)
quick = settings(max_examples=50, deadline=None)


@quick
@given(key=keys, plaintext=st.binary(max_size=2000), context=st.binary(max_size=50))
def test_what_is_sealed_comes_back(key: bytes, plaintext: bytes, context: bytes) -> None:
    sealed = envelope.seal(key, plaintext, context)
    out = bytearray(len(plaintext))
    envelope.unseal_into(key, sealed, context, out)
    assert envelope.unseal(key, sealed, context) == plaintext == bytes(out)
    assert len(sealed) == len(plaintext) + envelope.OVERHEAD
    assert AESGCM(key).decrypt(sealed[:12], sealed[12:], context) == plaintext


@quick
@given(key=keys, other=keys, plaintext=st.binary(min_size=1, max_size=200), data=st.data())
def test_any_change_is_refused_and_the_buffer_is_left_empty(
    key: bytes, other: bytes, plaintext: bytes, data: st.DataObject
) -> None:
    sealed = envelope.seal(key, plaintext, b"here")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    attempts = [(key, bytes(changed), b"here"), (key, sealed, b"there")]
    if other != key:
        attempts.append((other, sealed, b"here"))
    for attempt in attempts:
        out = bytearray(len(plaintext))
        with pytest.raises(KeyStoreError):
            envelope.unseal(*attempt)
        with pytest.raises(KeyStoreError):
            envelope.unseal_into(*attempt, out)
        assert out == bytes(len(plaintext))


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(27)])
def test_something_too_short_to_be_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(KeyStoreError):
        envelope.unseal(bytes(32), sealed, b"")
    with pytest.raises(KeyStoreError):
        envelope.unseal_into(bytes(32), sealed, b"", bytearray())


def test_two_seals_of_the_same_text_differ() -> None:
    assert envelope.seal(bytes(32), b"same", b"") != envelope.seal(bytes(32), b"same", b"")


def test_an_output_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        envelope.unseal_into(bytes(32), envelope.seal(bytes(32), b"four", b""), b"", bytearray(5))


@quick
@given(key=keys, other=keys, message=st.binary(max_size=200))
def test_a_tag_depends_on_key_and_message_only(key: bytes, other: bytes, message: bytes) -> None:
    assert envelope.tag(key, message) == envelope.tag(key, message)
    assert envelope.tag(key, message) != envelope.tag(key, message + b"x")
    if other != key:
        assert envelope.tag(key, message) != envelope.tag(other, message)


def test_the_first_signature_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert envelope.public_key(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert envelope.sign(seed, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b"
    )
