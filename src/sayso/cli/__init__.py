"""Commands. They call the front door and print; they know no vectors and no tables."""

from .app import app, main

__all__ = ["app", "main"]
