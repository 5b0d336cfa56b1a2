"""Renditions, previews for pointing, and albums: what leaves the archive, with everyone else closed."""

from .album import AlbumItem, AlbumReport, remove_album, write_album
from .issue import (
    AlbumFacts,
    albums_showing,
    albums_with,
    delete_files,
    folders_of,
    forget_albums,
    issue,
    reissue,
)
from .plan import Planned, plan
from .manifest import is_whole
from .preview import Preview, preview
from .renditions import Rendition, render
from .tables import IssuedAlbumRow, IssuedFaceRow

__all__ = [
    "AlbumFacts",
    "AlbumItem",
    "AlbumReport",
    "IssuedAlbumRow",
    "IssuedFaceRow",
    "Planned",
    "Preview",
    "Rendition",
    "albums_showing",
    "albums_with",
    "delete_files",
    "folders_of",
    "forget_albums",
    "issue",
    "plan",
    "is_whole",
    "preview",
    "reissue",
    "remove_album",
    "render",
    "write_album",
]
