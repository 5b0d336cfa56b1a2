"""Renditions, previews for pointing, and albums: what leaves the archive, with everyone else closed."""

from .album import AlbumItem, AlbumReport, remove_album, write_album
from .issue import (
    AlbumFacts,
    AlbumsBusyError,
    albums_showing,
    albums_with,
    alone,
    any_album,
    count,
    delete_files,
    folders_of,
    forget_albums,
    forget_all_albums,
    is_there,
    issue,
    reissue,
)
from .lawful import is_bare
from .manifest import NAME as MANIFEST
from .manifest import is_whole
from .plan import Planned, plan
from .preview import Preview, preview
from .renditions import Rendition, render
from .tables import IssuedAlbumRow, IssuedFaceRow

__all__ = [
    "MANIFEST",
    "AlbumFacts",
    "AlbumItem",
    "AlbumReport",
    "AlbumsBusyError",
    "IssuedAlbumRow",
    "IssuedFaceRow",
    "Planned",
    "Preview",
    "Rendition",
    "albums_showing",
    "albums_with",
    "alone",
    "any_album",
    "count",
    "delete_files",
    "folders_of",
    "forget_albums",
    "forget_all_albums",
    "is_bare",
    "is_there",
    "is_whole",
    "issue",
    "plan",
    "preview",
    "reissue",
    "remove_album",
    "render",
    "write_album",
]
