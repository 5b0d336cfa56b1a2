"""Merkle tree arithmetic of RFC 9162 (and RFC 6962) on SHA-256: roots, proofs, and their verification.

May know: hashes and numbers. Must not know: entries, tables, signatures.
A *node* is the root of a complete subtree: ``(level, position)`` covers the leaves from ``position << level`` up to,
and without, ``(position + 1) << level``; level 0 are the leaf hashes. Every hash has 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

#: Gives the hash of the node at (level, position).
ReadNode = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two children (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tail:
    """The complete subtrees at the right edge of a growing tree: all that appending and the root need.

    ``peaks`` are their hashes, the largest subtree first, one for each bit that is set in ``size``.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("a tail has one hash for each bit that is set in its size")
        self.size = size
        self.peaks = list(peaks)

    @classmethod
    def read(cls, size: int, read: ReadNode) -> Tail:
        """The tail of a tree of ``size`` leaves whose nodes ``read`` gives."""
        return cls(size, [read(level, position) for level, position in tail_nodes(size)])

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; yields (level, position, hash) of each node above the leaves that it completes."""
        level, position, node = 0, self.size, leaf
        while position & 1:
            level, position, node = level + 1, position >> 1, node_hash(self.peaks.pop(), node)
            yield level, position, node
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the whole tree (RFC 9162, 2.1.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def tail_nodes(size: int) -> list[tuple[int, int]]:
    """(level, position) of the complete subtrees at the right edge of a tree of ``size`` leaves, largest first."""
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    return [(level, (size >> level) - 1) for level in levels]


def root(size: int, read: ReadNode) -> bytes:
    """The root of the first ``size`` leaves."""
    return Tail.read(size, read).root()


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of ``size`` leaves, the sibling first (RFC 9162, 2.1.3.1).

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError("there is no such leaf")
    return _path(index, 0, size, read)


def consistency_proof(old: int, size: int, read: ReadNode) -> list[bytes]:
    """The hashes that show that the tree of ``size`` leaves begins with that of ``old`` leaves (RFC 9162, 2.1.4.1).

    Empty when ``old`` is 0 or ``size``. Raises ValueError unless 0 <= old <= size.
    """
    if not 0 <= old <= size:
        raise ValueError("the older tree is not the larger one")
    return _subproof(old, 0, size, True, read) if 0 < old < size else []


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether ``proof`` leads from the leaf hash at ``index`` to the root ``expected`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, result = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            result = node_hash(hash_, result)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = node_hash(result, hash_)
        first, last = first >> 1, last >> 1
    return last == 0 and result == expected


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether ``proof`` shows that the newer tree begins with the older one (RFC 9162, 2.1.4.2).

    A tree is consistent with itself, and every tree with the empty one, by an empty proof.
    """
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    older = newer = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            older, newer = node_hash(hash_, older), node_hash(hash_, newer)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            newer = node_hash(newer, hash_)
        first, last = first >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _split(count: int) -> int:
    """The largest power of two below ``count`` (RFC 9162, 2.1.1)."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(start: int, end: int, read: ReadNode) -> bytes:
    """The root over the leaves from ``start`` to ``end``; ``start`` is a multiple of a power of two >= the count."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, read), _subtree(middle, end, read))


def _path(index: int, start: int, end: int, read: ReadNode) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, read), _subtree(middle, end, read)]
    return [*_path(index, middle, end, read), _subtree(start, middle, read)]


def _subproof(old: int, start: int, end: int, whole: bool, read: ReadNode) -> list[bytes]:
    if old == end:
        return [] if whole else [_subtree(start, end, read)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole, read), _subtree(middle, end, read)]
    return [*_subproof(old, middle, end, False, read), _subtree(start, middle, read)]
