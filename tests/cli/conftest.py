"""Runs ``sayso`` as its user does, but inside the test's own process: the same ``main``, the same words, no mock."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sayso.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The last line of the error stream, which ``--json`` makes an object."""
        read: dict[str, Any] = json.loads(self.err.rstrip("\n").split("\n")[-1])
        return read

    @property
    def said(self) -> str:
        return " ".join((self.out + "\n" + self.err).split())


Run = Callable[..., Answer]


@pytest.fixture
def sayso(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call with the words of a command; ``as_`` is who runs it. A traceback fails the test, whatever it asserts."""

    def run(*words: str | Path | int, as_: str | None = None) -> Answer:
        return call(monkeypatch, *words, as_=as_)

    return run


def call(patch: pytest.MonkeyPatch, *words: str | Path | int, as_: str | None = None) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    with patch.context() as own, redirect_stdout(out), redirect_stderr(err):
        own.setattr(sys, "argv", ["sayso", *map(str, words)])
        if as_ is not None:
            own.setenv("SAYSO_AS", as_)
        with pytest.raises(SystemExit) as ended:
            main()
    answer = Answer(ended.value.code if isinstance(ended.value.code, int) else 1, out.getvalue(), err.getvalue())
    assert "Traceback" not in answer.out + answer.err
    assert "mistake in Sayso" not in answer.err, answer.err
    return answer
