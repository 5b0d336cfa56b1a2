"""The tree against RFC 6962's published vectors, an independent implementation, and itself turned inside out."""

from __future__ import annotations

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.ledger import merkle
from sayso.ledger.merkle import ReadNode, Tail, leaf_hash, node_hash

quick = settings(max_examples=50, deadline=None)

# The reference leaves, roots and proofs of Certificate Transparency's own tests.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grow(leaves: list[bytes]) -> tuple[Tail, ReadNode]:
    """A tree in memory: its tail, and its nodes."""
    nodes: dict[tuple[int, int], bytes] = {}
    tail = Tail()
    for index, entry in enumerate(leaves):
        nodes[0, index] = leaf_hash(entry)
        nodes.update({(level, position): node for level, position, node in tail.append(leaf_hash(entry))})
    return tail, lambda level, position: nodes[level, position]


def numbered(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def test_the_hashes_of_rfc_6962() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_rfc_6962(size: int) -> None:
    tail, read = grow(LEAVES[:size])
    assert tail.root().hex() == ROOTS[size - 1]
    assert merkle.root(size, grow(LEAVES)[1]).hex() == ROOTS[size - 1]
    assert Tail.read(size, read).peaks == tail.peaks


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_inclusion_proofs_of_rfc_6962(index: int, size: int, expected: list[str]) -> None:
    proof = merkle.inclusion_proof(index, size, grow(LEAVES)[1])
    assert [hash_.hex() for hash_ in proof] == expected
    root = bytes.fromhex(ROOTS[size - 1])
    assert merkle.verify_inclusion(index, size, leaf_hash(LEAVES[index]), proof, root)


@pytest.mark.parametrize(
    ("old", "size", "expected"),
    [
        (1, 1, []),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_consistency_proofs_of_rfc_6962(old: int, size: int, expected: list[str]) -> None:
    proof = merkle.consistency_proof(old, size, grow(LEAVES)[1])
    assert [hash_.hex() for hash_ in proof] == expected
    old_root, root = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1])
    assert merkle.verify_consistency(old, size, proof, old_root, root)


def test_roots_and_inclusion_agree_with_another_implementation() -> None:
    leaves = numbered(64)
    other = pymerkle.InmemoryTree.init_from_entries(leaves, algorithm="sha256")
    _, read = grow(leaves)
    for size in range(1, 65):
        assert merkle.root(size, read) == other.get_root(size)
        for index in range(size):
            # pymerkle counts leaves from 1 and puts the leaf itself first.
            assert merkle.inclusion_proof(index, size, read) == other.prove_inclusion(index + 1, size).path[1:]


def test_every_leaf_of_every_tree_proves_its_place_and_no_other() -> None:
    leaves = numbered(64)
    _, read = grow(leaves)
    for size in range(1, 65):
        root = merkle.root(size, read)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, read)
            leaf = leaf_hash(leaves[index])
            assert merkle.verify_inclusion(index, size, leaf, proof, root)
            assert not merkle.verify_inclusion(index, size, leaf_hash(b"other"), proof, root)
            assert not merkle.verify_inclusion(index, size, leaf, [*proof, root], root)
            assert not merkle.verify_inclusion(index, size, leaf, proof[:-1], root) or not proof
            assert not any(
                merkle.verify_inclusion(other, size, leaf, proof, root) for other in range(size) if other != index
            )


def test_every_older_tree_is_the_beginning_of_every_newer_one() -> None:
    _, read = grow(numbered(64))
    roots = [merkle.root(size, read) for size in range(65)]
    for size in range(65):
        for old in range(size + 1):
            proof = merkle.consistency_proof(old, size, read)
            assert merkle.verify_consistency(old, size, proof, roots[old], roots[size])
            if old:
                # Every tree begins with the empty one, so there is nothing to refuse.
                assert not merkle.verify_consistency(old, size, proof, roots[old], leaf_hash(b"other"))
            assert not merkle.verify_consistency(old, size, proof, leaf_hash(b"other"), roots[size])
            assert not merkle.verify_consistency(old, size, [*proof, roots[1]], roots[old], roots[size])
            if proof:
                assert not merkle.verify_consistency(old, size, proof[:-1], roots[old], roots[size])


@quick
@given(size=st.integers(1, 300), data=st.data())
def test_a_changed_hash_breaks_an_inclusion_proof(size: int, data: st.DataObject) -> None:
    leaves = numbered(size)
    tail, read = grow(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, read)
    assert merkle.verify_inclusion(index, size, leaf_hash(leaves[index]), proof, tail.root())
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        proof[place] = bytes([proof[place][0] ^ data.draw(st.integers(1, 255))]) + proof[place][1:]
        assert not merkle.verify_inclusion(index, size, leaf_hash(leaves[index]), proof, tail.root())


@quick
@given(size=st.integers(1, 300), data=st.data())
def test_a_rewritten_past_is_not_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    leaves = numbered(size)
    old_root = merkle.root(old, grow(leaves)[1])
    leaves[changed] = b"rewritten"
    tail, read = grow(leaves)
    proof = merkle.consistency_proof(old, size, read)
    assert not merkle.verify_consistency(old, size, proof, old_root, tail.root())


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    tail, read = grow(numbered(size))
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(index, size, read)
    assert not merkle.verify_inclusion(index, size, leaf_hash(b""), [], tail.root())


def test_a_larger_tree_is_never_the_older_one() -> None:
    tail, read = grow(numbered(4))
    with pytest.raises(ValueError, match="not the larger"):
        merkle.consistency_proof(5, 4, read)
    assert not merkle.verify_consistency(5, 4, [], tail.root(), tail.root())
    with pytest.raises(ValueError, match="each bit"):
        Tail(3, [b""])
