"""What proves a ledger, held against other implementations of the same."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from aid.funds.offline import _meant
from aid.funds.proof import FLOWS, UNDONE, leaf, merkle, root, signed
from aid.funds.terms import FLOWS as TERMS
from aid.secrets import Keys, sealed
from aid.sheets.formulas import harmless

ORDER = 2**252 + 27742317777372353535851937790883648493
VECTORS = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
     "6bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"),
)
"""RFC 8032, 7.1."""


def test_signatures_of_the_standard_are_good() -> None:
    """And no other message has them."""
    for key, message, signature in VECTORS:
        given_ = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
        assert signed(*given_)
        assert not signed(given_[0], given_[1] + b"x", given_[2])


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.integers(0, 511),
       st.integers(0, 255))
def test_a_signature_is_good_where_the_library_says_so(
    secret: bytes, message: bytes, bit: int, key_bit: int
) -> None:
    """Whatever bit of it, of the message or of the key is another."""
    private = Ed25519PrivateKey.from_private_bytes(secret)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    other = _flipped(signature, bit)
    assert signed(key, message, signature)
    for case in ((key, message, other), (key, message + b"\0", signature),
                 (_flipped(key, key_bit), message, signature)):
        assert signed(*case) == sealed(*case) is False
    s = int.from_bytes(signature[32:], "little") + ORDER
    if s < 2**256:
        assert not signed(key, message, signature[:32] + s.to_bytes(32, "little"))


def test_what_has_not_the_length_is_no_signature() -> None:
    """Nor is it an error."""
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    for case in ((key[:31], message, signature), (key, message, signature[:63]),
                 (b"\xff" * 32, message, signature), (key, message, b"")):
        assert not signed(*case)
        assert not sealed(*case)


def _flipped(data: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(data))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_a_tree_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    """Divided at the largest power of two below its size."""
    def tree(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        half = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\1" + tree(part[:half]) + tree(part[half:])).digest()

    assert merkle(leaves) == (tree(leaves) if leaves else hashlib.sha256(b"").digest())


def test_a_leaf_says_which_project_how_far_and_what() -> None:
    """Another of any of them is another leaf; recipients are in the order of their codes."""
    one = leaf("P-1", 2, b"h" * 32)
    assert len({one, leaf("P-12", 2, b"h" * 32), leaf("P-1", 3, b"h" * 32),
                leaf("P-1", 2, b"i" * 32)}) == 4
    assert root({"b": one, "a": merkle([one])}) == root({"a": one, "b": one})


def test_flows_are_those_of_the_terms() -> None:
    """And each reversal shows what it undoes."""
    assert {kind: tuple(flow) for kind, flow in TERMS.items()} == FLOWS
    assert len(UNDONE) == len(FLOWS)


@given(st.text(alphabet="'=+-@\t\r\n＝abc", max_size=6))
def test_text_is_read_as_it_was_meant(text: str) -> None:
    """Whatever a spreadsheet would have taken it for."""
    assert _meant(harmless(text)) == text


def test_a_seal_is_of_its_key_alone() -> None:
    """The same for the same key, and made of nothing else that is derived from it."""
    one, two = Keys("k" * 32), Keys(f"{'j' * 32},{'k' * 32}")
    assert sealed(one.public_keys[0], b"m", one.seal(b"m"))
    assert not sealed(two.public_keys[0], b"m", one.seal(b"m"))
    assert two.public_keys[1] == one.public_keys[0]
    assert "k" * 32 not in repr(vars(one))
