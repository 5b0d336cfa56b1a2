"""Renditions, previews for pointing, and albums: what leaves the archive, with everyone else closed."""

from .album import AlbumItem, AlbumReport, remove_album, write_album
from .issue import (
    AlbumFacts,
    AlbumsBusyError,
    albums_showing,
    albums_with,
    alone,
    any_album,
    delete_files,
    folders_of,
    forget_albums,
    forget_all_albums,
    is_there,
    issue,
    reissue,
)
from .lawful import is_bare
from .links import hide_link, public_address, publish_address, reference, referred
from .manifest import NAME as MANIFEST
from .manifest import is_whole
from .news import add_news, take_news
from .own import Held, delete_orphans, held, own_folder, read_file
from .places import new_own
from .plan import Planned, plan
from .preview import Preview, preview
from .previews import BusyError, Previews
from .renditions import Rendition, render
from .tables import IssuedAlbumRow, IssuedFaceRow, NewsRow

__all__ = [
    "MANIFEST",
    "AlbumFacts",
    "AlbumItem",
    "AlbumReport",
    "AlbumsBusyError",
    "BusyError",
    "Held",
    "IssuedAlbumRow",
    "IssuedFaceRow",
    "NewsRow",
    "Planned",
    "Preview",
    "Previews",
    "Rendition",
    "add_news",
    "albums_showing",
    "albums_with",
    "alone",
    "any_album",
    "delete_files",
    "delete_orphans",
    "folders_of",
    "forget_albums",
    "forget_all_albums",
    "held",
    "hide_link",
    "is_bare",
    "is_there",
    "is_whole",
    "issue",
    "new_own",
    "own_folder",
    "plan",
    "preview",
    "public_address",
    "publish_address",
    "read_file",
    "reference",
    "referred",
    "reissue",
    "remove_album",
    "render",
    "take_news",
    "write_album",
]
