"""Keys of an archive: made, used, destroyed. Knows key ids and files, never persons or tables."""

from .buffers import SecretBuffer, disable_core_dumps, wipe
from .envelope import OVERHEAD
from .master import AnyMasterKey, MasterKey, master_from_environment, master_from_file, master_from_keyring
from .places import default_places
from .sources import SOURCES, Masters
from .store import KeyStore

__all__ = [
    "OVERHEAD",
    "SOURCES",
    "AnyMasterKey",
    "KeyStore",
    "MasterKey",
    "Masters",
    "SecretBuffer",
    "default_places",
    "disable_core_dumps",
    "master_from_environment",
    "master_from_file",
    "master_from_keyring",
    "wipe",
]
