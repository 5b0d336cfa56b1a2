"""Database sessions, migrations and blobs. Knows how things are stored, never what they mean."""

from .base import Base, BigId, Utc
from .blobs import FolderBlobs
from .database import RESTORE, Database, Session
from .settings import read_setting, write_setting

__all__ = ["RESTORE", "Base", "BigId", "Database", "FolderBlobs", "Session", "Utc", "read_setting", "write_setting"]
