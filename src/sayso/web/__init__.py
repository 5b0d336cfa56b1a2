"""The web: a page for the person, a desk for the operator, a window for the overseer. Knows the front door alone."""

from .app import create_app
from .serving import serve
from .settings import Settings

__all__ = ["Settings", "create_app", "serve"]
