"""Renditions, previews for pointing, and albums: what leaves the archive, with everyone else closed."""

from .album import AlbumItem, AlbumReport, remove_album, write_album
from .crops import crop
from .issue import (
    AlbumFacts,
    AlbumsBusyError,
    albums_showing,
    albums_with,
    any_album,
    delete_files,
    folders_of,
    forget_albums,
    forget_all_albums,
    issue,
    reissue,
)
from .lawful import is_bare
from .manifest import NAME as MANIFEST
from .manifest import is_whole
from .plan import Planned, plan
from .preview import Preview, preview
from .publication import Manner, Publishable, plan_publication
from .publish import PublicationFacts, Published, publish, refuse_taken, write_publication
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
    "Manner",
    "Planned",
    "Preview",
    "PublicationFacts",
    "Publishable",
    "Published",
    "Rendition",
    "albums_showing",
    "albums_with",
    "any_album",
    "crop",
    "delete_files",
    "folders_of",
    "forget_albums",
    "forget_all_albums",
    "is_bare",
    "is_whole",
    "issue",
    "plan",
    "plan_publication",
    "preview",
    "publish",
    "refuse_taken",
    "reissue",
    "remove_album",
    "render",
    "write_album",
    "write_publication",
]
