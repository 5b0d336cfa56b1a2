"""Front door, the keys: whether they are in order, and another master key.

May know: the key store by its front name. Must not know: what a key is for.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import consent
from ..keys import Masters
from ..values import Act
from .door import Door


@dataclass(frozen=True, slots=True)
class KeyringState:
    """Where the master key comes from, how many keys there are, and what is weak or wrong, a sentence each."""

    master: str
    keys: int
    findings: tuple[str, ...]


class Keyring:
    """``archive.keys``: check, and rotate the master key."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def check(self) -> KeyringState:
        """Whether every key opens, nobody else may read the files, and no living consent lacks its key."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "keys.check")
            lacking = consent.records.lacking_keys(session, ground.keys, ground.clock())
        findings = ground.keys.check()
        if lacking:
            findings.append(
                f"{lacking} living consents lack their key: this key store is older than the archive's database."
            )
        return KeyringState(ground.keys.master_source, len(ground.keys.ids()), tuple(findings))

    def rotate_master(self, source: str) -> str:
        """Lock all keys with a new master key from ``source`` and destroy the old one; where the new one lies.

        Nothing is encrypted anew. Killed half-way, the next ``open`` tidies up. Raises UsageError, KeyStoreError.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "keys.rotate-master")
            masters = Masters(ground.keys.folder, self._door.particulars.archive_id)
            new = ground.keys.rotate_master(masters, source)
            ground.note(session, Act("keys.rotate-master", actor, facts=(("to", source),)))
        return new.source
