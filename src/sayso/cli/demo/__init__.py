"""Command: demo. The whole idea on people who do not exist.

May know: the front door, error rates. Must not know: vectors, the archive's inside.
"""

from .command import register

__all__ = ["register"]
