"""Renditions, previews for pointing, and albums: what leaves the archive, with everyone else closed."""

from .album import AlbumItem, AlbumReport, remove_album, write_album
from .crops import crop
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
from .publication import Manner, Publishable, plan_publication
from .publish import PublicationFacts, Published, publish, refuse_taken, write_publication
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
    "Manner",
    "NewsRow",
    "Planned",
    "Preview",
    "Previews",
    "PublicationFacts",
    "Publishable",
    "Published",
    "Rendition",
    "add_news",
    "albums_showing",
    "albums_with",
    "alone",
    "any_album",
    "crop",
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
    "plan_publication",
    "preview",
    "public_address",
    "publish",
    "publish_address",
    "read_file",
    "reference",
    "referred",
    "refuse_taken",
    "reissue",
    "remove_album",
    "render",
    "take_news",
    "write_album",
    "write_publication",
]
