"""Signed notes and checkpoints against the vectors of golang.org/x/mod/sumdb/note and the C2SP texts."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import LedgerError
from sayso.ledger import Checkpoint, VerifierKey, open_checkpoint
from sayso.ledger.note import open_note, sign_note

quick = settings(max_examples=50, deadline=None)

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG = VerifierKey("example.org/archive", KEY.public_key().public_bytes_raw())


def test_signing_gives_the_published_note() -> None:
    seed = base64.b64decode(PETERS_SECRET)[1:]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    peter = VerifierKey("PeterNeumann", key.public_key().public_bytes_raw())
    assert str(peter) == PETER
    assert sign_note(TEXT, peter, key.sign) == f"{TEXT}\n{BY_PETER}"


@pytest.mark.parametrize("lines", [BY_PETER, BY_PETER + BY_ENOCH, BY_ENOCH + BY_PETER, BY_PETER * 2])
def test_a_note_opens_with_any_of_its_signers(lines: str) -> None:
    assert open_note(f"{TEXT}\n{lines}", VerifierKey.parse(PETER)) == TEXT
    if BY_ENOCH in lines:
        assert open_note(f"{TEXT}\n{lines}", VerifierKey.parse(ENOCH)) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + BY_PETER[:-1],
        "\x01" + TEXT + "\n" + BY_PETER,
        TEXT + "\n" + "— Bad Name " + BY_PETER.split(" ")[2],
        TEXT + "\n" + BY_PETER + "Unexpected line.\n",
        TEXT + "\n" + BY_PETER.replace("—", "-"),
        TEXT + "\n" + BY_PETER * 101,
        "\n" + BY_PETER,
        "",
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(LedgerError, match="no signed note"):
        open_note(note, VerifierKey.parse(PETER))


def test_a_note_that_the_key_did_not_sign_is_refused() -> None:
    with pytest.raises(LedgerError, match="does not bear"):
        open_note(f"{TEXT}\n{BY_ENOCH}", VerifierKey.parse(PETER))
    with pytest.raises(LedgerError, match="does not fit"):
        open_note(f"{TEXT.replace('answer', 'Answer')}\n{BY_PETER}", VerifierKey.parse(PETER))


def test_every_part_of_a_verifier_key_counts() -> None:
    assert str(VerifierKey.parse(PETER)) == PETER
    for start in range(len(PETER)):
        mangled = PETER[:start] + chr(ord(PETER[start]) + 1) + PETER[start + 1 :]
        for bad in (mangled, PETER[start + 1 :], PETER[:start]):
            with pytest.raises(LedgerError, match="verifier key"):
                VerifierKey.parse(bad)
    for bad in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ):
        with pytest.raises(LedgerError, match="verifier key"):
            VerifierKey.parse(bad)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u2003b", "line\n"])
def test_a_name_that_cannot_stand_in_a_signature_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="verifier key"):
        VerifierKey(name, bytes(32))


@pytest.mark.parametrize("text", ["no newline", "", "tab\there\n"])
def test_text_that_is_no_note_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        sign_note(text, LOG, KEY.sign)


def test_the_checkpoint_of_the_c2sp_text_is_read_and_printed() -> None:
    text = C2SP_CHECKPOINT.partition("\n\n")[0] + "\n"
    checkpoint = Checkpoint.parse(text)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert base64.b64encode(checkpoint.root) == b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert checkpoint.text() == text
    with pytest.raises(LedgerError, match="does not bear"):
        open_checkpoint(C2SP_CHECKPOINT, LOG)


@quick
@given(
    size=st.integers(0, 2**63), root=st.binary(min_size=32, max_size=32), lines=st.lists(st.just("more"), max_size=2)
)
def test_a_signed_checkpoint_comes_back(size: int, root: bytes, lines: list[str]) -> None:
    checkpoint = Checkpoint("example.org/archive", size, root, tuple(lines))
    note = checkpoint.sign(LOG, KEY.sign)
    assert open_checkpoint(note, LOG) == checkpoint
    with pytest.raises(LedgerError):
        open_checkpoint(note.replace(f"\n{size}\n", f"\n{size + 1}\n"), LOG)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n01\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n٣\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"log\n1\n{ROOT}",
        f"log\n1\n{ROOT}\n\n",
        f"log\n1\n{ROOT[:-1]}\n",
        f"log\n1\n{base64.b64encode(bytes(31)).decode()}\n",
    ],
)
def test_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="no checkpoint"):
        Checkpoint.parse(text)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    note = Checkpoint("example.org/other", 1, bytes(32)).sign(LOG, KEY.sign)
    with pytest.raises(LedgerError, match="another ledger"):
        open_checkpoint(note, LOG)
