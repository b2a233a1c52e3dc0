"""Checkpoints: the published vectors, hostile notes, and every flipped bit."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid, Tampered
from docctl.ledger import keys
from docctl.ledger.checkpoint import (
    MAX_NOTE,
    Checkpoint,
    parse,
    parse_note,
    parse_vkey,
    sign,
    verify,
    verify_note,
    vkey,
)
from docctl.ledger.merkle import leaf_hash

ORIGIN = "docctl.example/plant1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VKEY = "docctl.example/plant1+f3b06ebc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
ROOT = base64.b64decode("umboJBcCXBCMsJdoXP/jKzoc1o/oPTf744wVihw9S7c=")
SIGNATURE = "87BuvNi3Fx2r8JWOuE9ldb5wrD/C5P9g39MuAUtb23fnwySxm8T3lrM47ho4Bmrq7u0RJyD4MzIfq+hS4QMNX03wyAc="
BODY = f"{ORIGIN}\n40\numboJBcCXBCMsJdoXP/jKzoc1o/oPTf744wVihw9S7c=\n"
NOTE = f"{BODY}\n— {ORIGIN} {SIGNATURE}\n".encode()
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))

# Example of Go's golang.org/x/mod/sumdb/note, from which the C2SP format comes.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_the_known_key_has_the_known_name() -> None:
    assert vkey(ORIGIN, keys.public_bytes(KEY)) == VKEY
    assert parse_vkey(VKEY).key_id.hex() == "f3b06ebc"
    assert str(parse_vkey(VKEY)) == VKEY


def test_the_known_key_signs_the_known_note() -> None:
    assert sign(ORIGIN, 40, ROOT, KEY) == NOTE


def test_a_note_of_another_implementation_verifies() -> None:
    assert verify_note(GO_NOTE, [GO_VKEY]) == {"PeterNeumann"}


def test_a_checkpoint_is_read_back() -> None:
    assert parse(NOTE) == verify(NOTE, [VKEY]) == Checkpoint(ORIGIN, 40, ROOT)


def test_an_empty_log_can_be_signed() -> None:
    assert verify(sign(ORIGIN, 0, ROOT, KEY), [VKEY]).size == 0


def test_every_single_bit_of_a_note_is_guarded() -> None:
    for bit in range(len(NOTE) * 8):
        note = bytearray(NOTE)
        note[bit // 8] ^= 1 << bit % 8
        try:
            verify(bytes(note), [VKEY])
        except (Invalid, Tampered):
            continue
        pytest.fail(f"bit {bit} can be flipped unseen")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_hostile_bytes_are_refused_in_an_orderly_way(data: bytes) -> None:
    with pytest.raises(Invalid):
        parse(data)


@given(st.lists(st.sampled_from(["—", " ", "\n", "\n\n", ORIGIN, "40", "00", "+", "QQ==", SIGNATURE, "\r"])))
def test_pieces_of_notes_in_any_order_are_refused_or_unsigned(parts: list[str]) -> None:
    with pytest.raises((Invalid, Tampered)):
        verify("".join(parts).encode(), [VKEY])


ROOT_LINE = BODY.split("\n")[2]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"\n40\n{ROOT_LINE}\n", id="no origin"),
        pytest.param(f"{ORIGIN}\n040\n{ROOT_LINE}\n", id="leading nought"),
        pytest.param(f"{ORIGIN}\n-1\n{ROOT_LINE}\n", id="negative"),
        pytest.param(f"{ORIGIN}\n+1\n{ROOT_LINE}\n", id="sign"),
        pytest.param(f"{ORIGIN}\n４０\n{ROOT_LINE}\n", id="digits of another script"),
        pytest.param(f"{ORIGIN}\n{'9' * 19}\n{ROOT_LINE}\n", id="too great"),
        pytest.param(f"{ORIGIN}\n40\n", id="no root"),
        pytest.param(f"{ORIGIN}\n40\n{ROOT_LINE}\nmore\n", id="extension line"),
        pytest.param(f"{ORIGIN}\n40\n{ROOT_LINE[:-4]}\n", id="short root"),
        pytest.param(f"{ORIGIN}\n40\n {ROOT_LINE}\n", id="blank before the root"),
        pytest.param(f"{ORIGIN}\n40\n{ROOT_LINE[:-2]}f=\n", id="root with unused bits set"),
        pytest.param(f"{ORIGIN}\n40\n{ROOT_LINE[:-1]}\n", id="root without padding"),
        pytest.param(f"{ORIGIN}\n40\né{ROOT_LINE}\n", id="root that is not ASCII"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(Invalid):
        parse(f"{body}\n— {ORIGIN} {SIGNATURE}\n".encode())


@pytest.mark.parametrize(
    "below",
    [
        pytest.param("", id="no signature"),
        pytest.param("\n", id="no blank line"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE}", id="no newline at the end"),
        pytest.param(f"\n– {ORIGIN} {SIGNATURE}\n", id="another dash"),
        pytest.param(f"\n—{ORIGIN} {SIGNATURE}\n", id="no blank"),
        pytest.param(f"\n— {ORIGIN}  {SIGNATURE}\n", id="two blanks"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE} \n", id="blank behind"),
        pytest.param(f"\n—  {SIGNATURE}\n", id="empty name"),
        pytest.param(f"\n— a+b {SIGNATURE}\n", id="plus in the name"),
        pytest.param(f"\n— a\u3000b {SIGNATURE}\n", id="ideographic blank in the name"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE[:-1]}\n", id="broken base64"),
        pytest.param(f"\n— {ORIGIN} QUJDRA==\n", id="key id without signature"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE}\n\n", id="another blank line"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE}\r\n", id="carriage return"),
        pytest.param(f"\n— {ORIGIN} {SIGNATURE}\n" + f"— {ORIGIN} {SIGNATURE}\n" * 100, id="101 signatures"),
    ],
)
def test_a_note_with_malformed_signatures_is_refused(below: str) -> None:
    with pytest.raises(Invalid):
        parse_note((BODY + below).encode())


def test_a_note_of_signatures_without_text_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_note(f"\n\n— {ORIGIN} {SIGNATURE}\n".encode())


def test_a_note_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="1 MiB"):
        parse_note(b"a" * (MAX_NOTE + 1))


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    witness = sign("witness.example", 40, ROOT, STRANGER).decode().rpartition("\n\n")[2]
    assert verify(NOTE + witness.encode(), [VKEY]).size == 40


def test_a_note_without_a_known_key_is_refused() -> None:
    with pytest.raises(Tampered, match="not signed by a known key"):
        verify(NOTE, [vkey(ORIGIN, keys.public_bytes(STRANGER))])
    with pytest.raises(Tampered):
        verify(NOTE, [])


def test_a_false_signature_of_a_known_key_spoils_the_note() -> None:
    other = sign(ORIGIN, 41, ROOT, KEY).decode().rpartition("\n\n")[2]
    with pytest.raises(Tampered, match="does not fit"):
        verify(NOTE + other.encode(), [VKEY])


def test_the_key_of_another_log_vouches_for_nothing() -> None:
    other = "docctl.example/plant2"
    line = sign(other, 40, ROOT, STRANGER)
    foreign = line.replace(f"{other}\n40".encode(), f"{ORIGIN}\n40".encode())
    text = foreign.partition(b"\n\n")[0] + b"\n"
    signed = parse_vkey(vkey(other, keys.public_bytes(STRANGER))).key_id + STRANGER.sign(text)
    note = text + f"\n— {other} {base64.b64encode(signed).decode()}\n".encode()
    assert verify_note(note, [vkey(other, keys.public_bytes(STRANGER))]) == {other}
    with pytest.raises(Tampered):
        verify(note, [vkey(other, keys.public_bytes(STRANGER))])


def test_old_and_new_key_of_a_log_are_both_known_after_a_change() -> None:
    new = vkey(ORIGIN, keys.public_bytes(STRANGER))
    assert verify(NOTE, [new, VKEY]) == verify(sign(ORIGIN, 40, ROOT, STRANGER), [new, VKEY])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+f3b06ebc",
        f"+f3b06ebc+{VKEY.rpartition('+')[2]}",
        f"other+f3b06ebc+{VKEY.rpartition('+')[2]}",
        VKEY.replace("f3b06ebc", "F3B06EBC"),
        VKEY.replace("+AQ", "+BA"),
        VKEY[:-4],
        VKEY + "\n",
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_vkey(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a b", 1, ROOT), ("a+b", 1, ROOT), (ORIGIN, -1, ROOT), (ORIGIN, 1, b"")],
)
def test_what_could_not_be_read_back_is_not_signed(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(Invalid):
        sign(origin, size, root, KEY)


def test_a_public_key_has_32_bytes() -> None:
    with pytest.raises(Invalid):
        vkey(ORIGIN, leaf_hash(b"")[:31])
