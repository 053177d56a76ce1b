"""Hashing passwords (argon2id), two at a time and never on the event loop."""

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aid.accounts.rules import LONGEST_PASSWORD

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$M22Vlhq1mYjPGRW9xtP8hw$9hGe3G"
    "JJploDBelzBHFkB+7dZCDV8qwnFFA+FjMOQPY"
)
"""The hash of a password nobody knows: checking against it takes as long as against a real one."""

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    return await asyncio.get_running_loop().run_in_executor(
        _threads, _HASHER.hash, _bytes(password))


async def verified(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; without a hash never, but no sooner."""
    return await asyncio.get_running_loop().run_in_executor(
        _threads, _verify, password_hash, password)


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def random_password() -> str:
    """A password to read aloud or copy: 99 bits, no letters that look alike."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _verify(password_hash: str | None, password: str) -> bool:
    possible = password_hash if len(password) <= LONGEST_PASSWORD else None
    try:
        _HASHER.verify(possible or _NOBODYS, _bytes(password[:LONGEST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False
    return possible is not None


def _bytes(password: str) -> bytes:
    """The same password however a keyboard composed it: half-width, accents in one character."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
