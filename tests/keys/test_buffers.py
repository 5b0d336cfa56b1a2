"""Memory for secrets: what it holds is gone when it is closed, and it never shows or travels."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import pytest

from sayso.keys import SecretBuffer, wipe


def test_leaving_the_block_ends_access() -> None:
    with SecretBuffer(32) as buffer:
        buffer.view[:] = os.urandom(32)
        assert len(buffer) == len(buffer.view) == 32
    with pytest.raises(ValueError, match="overwritten"):
        _ = buffer.view


def test_closing_overwrites_before_it_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def watch(buffer: memoryview) -> None:
        wipe(buffer)
        seen.append(bytes(buffer))

    monkeypatch.setattr("sayso.keys.buffers.wipe", watch)
    buffer = SecretBuffer(16)
    buffer.view[:] = b"sixteen secrets!"
    buffer.close()
    buffer.close()
    assert seen == [bytes(16)]


def test_it_shows_its_size_only_and_is_not_pickled() -> None:
    with SecretBuffer(6) as buffer:
        buffer.view[:] = b"secret"
        assert "secret of" not in repr(buffer)
        assert repr(buffer) == "<SecretBuffer of 6 bytes>"
        with pytest.raises(TypeError):
            pickle.dumps(buffer)


def test_wiping_takes_buffers_of_any_kind() -> None:
    content = bytearray(b"123456789012")
    wipe(memoryview(content).cast("I"))
    assert content == bytes(12)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the process's limits from /proc")
def test_core_dumps_are_off_after_the_call() -> None:
    program = (
        "import ctypes, resource, sayso.keys as k; assert k.disable_core_dumps();"
        "assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0);"
        "assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
