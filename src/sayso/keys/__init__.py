"""Keys of an archive: made, used, destroyed. Knows key ids and files, never persons or tables."""

from .buffers import SecretBuffer, disable_core_dumps, wipe
from .master import MasterKey, master_from_environment, master_from_file, master_from_keyring
from .places import default_places
from .store import KeyStore

__all__ = [
    "KeyStore",
    "MasterKey",
    "SecretBuffer",
    "default_places",
    "disable_core_dumps",
    "master_from_environment",
    "master_from_file",
    "master_from_keyring",
    "wipe",
]
