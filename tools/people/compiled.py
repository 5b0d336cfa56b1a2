"""Compiles a function over arrays to machine code, and names the arrays that such functions take.

May know: the compiler. Must not know: what is computed.
The compiled code is kept on disk beside the module, so that only the first run waits for the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Wholes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_Takes = ParamSpec("_Takes")
_Gives = TypeVar("_Gives")


def compiled(function: Callable[_Takes, _Gives]) -> Callable[_Takes, _Gives]:
    """``function``, compiled on its first call. One thread, so that sums always come out the same."""
    return cast("Callable[_Takes, _Gives]", numba.njit(fastmath=True, cache=True)(function))
