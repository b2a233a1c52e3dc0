"""Merkle trees against the known vectors of RFC 6962 implementations, and against false proofs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    inclusion_parts,
    joined,
    leaf_hash,
    node_hash,
    root,
    verify_inclusion,
)
from tests.support.plain_ledger import inclusion_proof

# The eight leaves and their roots that Certificate Transparency has been tested with since 2012.
LEAVES = [
    leaf_hash(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (index, size): the siblings, from the leaf upwards.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


OTHER = leaf_hash(b"other")


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("place", INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(place: tuple[int, int]) -> None:
    index, size = place
    assert [h.hex() for h in inclusion_proof(LEAVES[:size], index)] == INCLUSION[place]


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(size)]


def by_definition(hashes: list[bytes]) -> bytes:
    """MTH as RFC 6962 2.1 writes it."""
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY_ROOT
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


def test_a_frontier_has_the_root_of_its_leaves_at_every_size() -> None:
    frontier = Frontier()
    for size in range(70):
        assert frontier.size == size
        assert frontier.root() == by_definition(leaves(size))
        frontier.append(leaf_hash(bytes([size])))


def test_a_frontier_gives_each_subtree_when_its_last_leaf_comes() -> None:
    frontier, all_leaves = Frontier(), leaves(70)
    for size, leaf in enumerate(all_leaves, 1):
        completed = frontier.append(leaf)
        ends_here = [level for level in range(1, 8) if size % (1 << level) == 0]
        assert completed == [by_definition(all_leaves[size - (1 << level) : size]) for level in ends_here]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 13, 64, 65, 200])
def test_a_proof_can_be_put_together_from_a_few_complete_subtrees(size: int) -> None:
    all_leaves = leaves(size)
    for index in range(size):
        parts = inclusion_parts(index, size)
        assert sum(map(len, parts)) <= 2 * size.bit_length()
        proof = [
            joined([root(all_leaves[upto - (1 << level) : upto]) for upto, level in sibling])
            for sibling in parts
        ]
        assert proof == inclusion_proof(all_leaves, index)


@given(st.integers(0, 200), st.integers(0, 50))
def test_a_frontier_goes_on_where_another_stopped(first: int, more: int) -> None:
    all_leaves = leaves(first + more)
    early = Frontier()
    for leaf in all_leaves[:first]:
        early.append(leaf)
    late = Frontier(early.size, early.peaks)
    for leaf in all_leaves[first:]:
        late.append(leaf)
    assert (late.size, late.root()) == (first + more, root(all_leaves))
    assert len(late.peaks) == late.size.bit_count()


@pytest.mark.parametrize(
    ("size", "peaks"), [(1, []), (2, [OTHER, OTHER]), (0, [OTHER]), (1, [b"short"]), (-1, [OTHER])]
)
def test_peaks_that_do_not_belong_to_the_size_are_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(Invalid):
        Frontier(size, peaks)


def test_every_leaf_of_every_small_tree_is_proved_and_nothing_else() -> None:
    for size in range(1, 18):
        hashes = leaves(size)
        expected = root(hashes)
        for index in range(size):
            proof = inclusion_proof(hashes, index)
            assert verify_inclusion(index, size, hashes[index], proof, expected)
            assert not verify_inclusion(index, size, OTHER, proof, expected)
            assert not verify_inclusion(index, size, hashes[index], proof, OTHER)
            assert not verify_inclusion(index, size, hashes[index], [*proof, OTHER], expected)
            assert not verify_inclusion(index, size, hashes[index], [OTHER, *proof], expected)
            assert not verify_inclusion(index, size, hashes[index], [*proof, b""], expected)
            for other in set(range(-1, size + 1)) - {index}:
                assert not verify_inclusion(other, size, hashes[index], proof, expected)
            for at in range(len(proof)):
                assert not verify_inclusion(
                    index, size, hashes[index], proof[:at] + proof[at + 1 :], expected
                )
                assert not verify_inclusion(
                    index, size, hashes[index], [*proof[:at], OTHER, *proof[at + 1 :]], expected
                )


@pytest.mark.parametrize("hashes", [(b"", OTHER), (OTHER, b"")])
def test_values_that_are_no_hashes_prove_nothing(hashes: tuple[bytes, bytes]) -> None:
    assert not verify_inclusion(0, 1, hashes[0], [], hashes[1])


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int) -> None:
    with pytest.raises(Invalid):
        inclusion_proof(LEAVES, index)
