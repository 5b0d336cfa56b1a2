from __future__ import annotations

import base64
from pathlib import Path

import pytest

from sayso.consent import enrolments, invites, withdrawal
from sayso.values import Purpose

from .conftest import NOW, House


def written_bytes(folder: Path) -> bytes:
    """Every byte of every file below ``folder``: database, write-ahead log, key store."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def spellings(secret: str) -> list[bytes]:
    plain = secret.encode()
    return [
        plain,
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        plain.hex().encode(),
        base64.b64encode(plain).rstrip(b"=")[:-1],
    ]


def test_F4_labels_and_tokens_are_nowhere_in_the_files(house: House, tmp_path: Path) -> None:
    purposes = [Purpose.FIND, Purpose.SHOW]
    with house.database.begin() as session:
        token = house.invite(session, "Xylophona Quist", purposes)
        unused = house.invite(session, "Yngvar Ødegård")
        subject, _ = house.agree(session, token, purposes)
        code = enrolments.witness(
            session,
            house.keys,
            subject_id=subject.id,
            inviter="olga",
            witness="Zacharias W",
            enrolled_by="otto",
            now=NOW,
            quota=3,
        )
        enrolments.confirm(session, code, NOW)
    secrets = ["Xylophona Quist", "xylophona quist", "Yngvar Ødegård", "yngvar ødegård", "Zacharias W", "zacharias w"]
    secrets += [token, unused, code]

    def assert_absent() -> None:
        written = written_bytes(tmp_path)
        assert subject.id.encode() in written  # the files searched are the files written
        for secret in secrets:
            for spelling in spellings(secret):
                assert spelling not in written, "a label or token was found in a file"

    assert_absent()
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, subject.id, NOW)
        withdrawal.finish(session, subject.id)
    assert_absent()


def test_an_invite_and_its_errors_do_not_show_the_token(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session)
        opened = invites.open_invite(session, token, NOW)
        assert token not in repr(opened)
        with pytest.raises(invites.InviteError) as error:
            invites.open_invite(session, "x" + token, NOW)
        assert token not in str(error.value)
