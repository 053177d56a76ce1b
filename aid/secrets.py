"""What AID_SECRET_KEY is for: encrypting second-factor secrets, signing what browsers bring back,
sealing what anybody with the public key is to verify.

The setting is one key or several with commas between. The first encrypts and signs; all of them
decrypt and verify, so a key is changed by putting a new one in front and taking the old one away
once `aid key rotate` has encrypted everything anew.
"""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aid.errors import AidError
from aid.text import Text

MIN_LENGTH = 32


class BadSecretKey(AidError):
    """A key that is too short to be one, or none at all where one is needed."""

    code = "BAD_SECRET_KEY"


class Unreadable(AidError):
    """Something was encrypted with a key that is not among today's."""

    code = "WRONG_SECRET_KEY"

    def __init__(self) -> None:
        super().__init__(Text(
            "用现有的 AID_SECRET_KEY 无法解密：请把旧密钥加在新密钥之后（逗号分隔）。",
            "Cannot be decrypted with today's AID_SECRET_KEY: put the former key after the new "
            "one, with a comma between."))


class Keys:
    """Today's key and its predecessors."""

    def __init__(self, joined: str) -> None:
        parts = [part.strip() for part in joined.split(",") if part.strip()]
        if not parts or any(len(part) < MIN_LENGTH for part in parts):
            raise BadSecretKey(Text(
                f"AID_SECRET_KEY 的每个密钥至少 {MIN_LENGTH} 个字符，应为随机生成。",
                f"Each key of AID_SECRET_KEY has at least {MIN_LENGTH} characters, made at "
                "random."))
        self._fernet = MultiFernet([Fernet(_derived(part, b"encryption")) for part in parts])
        self._signing = [_derived(part, b"signature") for part in parts]
        self._sealing = [_sealing_key(part) for part in parts]

    def encrypt(self, plain: str) -> str:
        """The text, encrypted with today's key."""
        return self._fernet.encrypt(plain.encode()).decode()

    def decrypt(self, kept: str, *, minutes: int | None = None) -> str:
        """What was encrypted with any of the keys, `minutes` ago at the most. Raises Unreadable."""
        try:
            return self._fernet.decrypt(kept.encode(), minutes and minutes * 60).decode()
        except InvalidToken:
            raise Unreadable from None

    def rotate(self, kept: str) -> str:
        """The same, encrypted anew with today's key. Raises Unreadable."""
        try:
            return self._fernet.rotate(kept.encode()).decode()
        except InvalidToken:
            raise Unreadable from None

    def sign(self, purpose: str, message: str) -> str:
        """A signature that holds for one purpose only."""
        return _signature(self._signing[0], purpose, message)

    def signed(self, purpose: str, message: str, signature: str) -> bool:
        """Whether one of the keys signed this; takes the same time whatever is wrong with it."""
        given = signature.encode()
        agrees = [hmac.compare_digest(_signature(key, purpose, message).encode(), given)
                  for key in self._signing]
        return any(agrees)

    def seal(self, message: bytes) -> bytes:
        """Today's key's Ed25519 signature, for whoever holds the public key."""
        return self._sealing[0].sign(message)

    @property
    def public_keys(self) -> list[bytes]:
        """What verifies seals, today's first."""
        return [key.public_key().public_bytes_raw() for key in self._sealing]

    @property
    def fingerprints(self) -> list[str]:
        """By which a key is told from others without being known, today's first."""
        return [_signature(key, "fingerprint", "")[:16] for key in self._signing]


def sealed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key sealed this."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def kept_key_exists(data_dir: Path) -> bool:
    """Whether an embedded installation has made its key already."""
    return (data_dir / "secret.key").exists()


def kept_key(data_dir: Path) -> str:
    """The key of an embedded installation, made at its first use and readable by its owner only."""
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(32))
        try:
            path.hardlink_to(made)  # whoever is first wins; a link never overwrites
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()


def _derived(key: str, purpose: bytes) -> bytes:
    digest = hmac.digest(key.encode(), b"aid " + purpose, hashlib.sha256)
    return base64.urlsafe_b64encode(digest)


def _sealing_key(key: str) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"aid ledger checkpoints")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(key.encode()))


def _signature(key: bytes, purpose: str, message: str) -> str:
    said = f"{purpose}\x00{message}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, hashlib.sha256)).decode().rstrip("=")
