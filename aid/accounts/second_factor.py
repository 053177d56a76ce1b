"""A second factor: six digits of an authenticator, new every half minute (TOTP, RFC 6238).

Its secret is encrypted with AID_SECRET_KEY. A code is good once. Wrong codes are counted for the
account, wherever they come from, and a right password does not make the count forgotten. Who sets
one up while signed in proves the password again: it may be somebody else at the same screen.
"""

import time

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import func

from aid.access.actor import gate
from aid.accounts import throttle
from aid.accounts.own_password import has_password, knows_password
from aid.accounts.session_rows import (
    Entered,
    Held,
    credential_of,
    end_sessions,
    held,
    moved_on,
)
from aid.accounts.sessions import last_stage
from aid.accounts.terms import Stage
from aid.accounts.throttle import TooManyAttempts
from aid.accounts.visitor import Visitor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note, record, storable
from aid.database.engine import Database
from aid.errors import AidError
from aid.secrets import Keys
from aid.text import Text

ISSUER = "aid"
_STAGES = frozenset({Stage.SECOND_FACTOR, Stage.ENROL, Stage.FULL})
"""Those of a session in which a second factor is proved or set up."""
STEP = 30
"""Seconds a code is shown; the one before and the one after are taken too, as clocks differ."""


class WrongCode(AidError):
    """Not the code of this moment, or one that was used already."""

    code = "WRONG_CODE"

    def __init__(self) -> None:
        super().__init__(Text("验证码不正确或已用过：请输入下一个。",
                              "The code is wrong or was used already: enter the next one."))


class WrongPassword(AidError):
    """Not the current password, which is asked for once more."""

    code = "WRONG_PASSWORD"

    def __init__(self) -> None:
        super().__init__(Text("现用密码不正确。", "The present password is wrong."))


class AlreadyEnrolled(AidError):
    """The account has a second factor; another is set up only after that one is reset."""

    code = "ALREADY_ENROLLED"

    def __init__(self) -> None:
        super().__init__(Text(
            "已设置第二因素：如需更换，请由负责运行本系统的管理员重置。",
            "There is a second factor already: whoever runs this system can reset it."))


class NotBegun(AidError):
    """No second factor is set up, nor begun to be."""

    code = "NO_SECOND_FACTOR"

    def __init__(self) -> None:
        super().__init__(Text("尚未开始设置第二因素。", "No second factor has been set up yet."))


async def begin(database: Database, keys: Keys, visitor: Visitor) -> str:
    """The otpauth:// address that an authenticator reads as a QR code; the same until confirmed.

    Raises AlreadyEnrolled.
    """
    async with database.writing(gate(visitor.name)) as session:
        credential = await credential_of(session, visitor.account_id)
        if credential.totp_confirmed_at is not None:
            raise AlreadyEnrolled
        if credential.totp_secret is None:
            credential.totp_secret = keys.encrypt(pyotp.random_base32())
        totp = pyotp.TOTP(keys.decrypt(credential.totp_secret))
    return totp.provisioning_uri(name=visitor.name, issuer_name=ISSUER)


async def asks_password(database: Database, visitor: Visitor) -> bool:
    """Whether the password has to be proved again to set one up."""
    return visitor.stage is Stage.FULL and await has_password(database, visitor)


async def confirm(
    database: Database, keys: Keys, visitor: Visitor, secret: str, code: str, *, address: str,
    password: str = "",
) -> Entered:
    """Prove the second factor, at sign-in or to finish setting it up, for a new session secret.

    Once one is set up, all other sessions of the account end. Raises WrongPassword where the
    password is asked for, WrongCode, TooManyAttempts, NotBegun, AlreadyEnrolled, and SessionOver
    for a session that is over.
    """
    await _prove_password(database, visitor, secret, password, address=address)
    await _attempted(database, visitor, address=address)
    async with database.writing(gate(visitor.name)) as session:
        now = await held(session, secret, at=_STAGES & {visitor.stage})
        enrolling, last = now.credential.totp_confirmed_at is None, now.credential.totp_step or 0
        step = _step(now, keys, code)
        why_not = "wrong_code" if step is None else "used_code" if step <= last else None
        await record(session, kind=AuditKind.SECOND_FACTOR,
                     outcome=Outcome.REFUSED if why_not else Outcome.DONE,
                     actor=now.account.name, role=now.account.role, address=address,
                     detail=_refusal(why_not, enrolling=enrolling) if why_not
                     else {"enrolled": enrolling})
        if why_not is None:
            now.credential.totp_step = step
            if enrolling:
                now.credential.totp_confirmed_at = func.now()
                await end_sessions(session, now.account.id, but=now.row.id)
            await throttle.succeeded(session, *_counted(visitor))
            full = now.row.stage == Stage.FULL
            stage = Stage.FULL if full else last_stage(now.row.method, now.credential)
            return await moved_on(session, now, stage)
    raise WrongCode


async def _prove_password(
    database: Database, visitor: Visitor, secret: str, password: str, *, address: str
) -> None:
    """Raise WrongPassword where the password is asked for and this is another."""
    if not await asks_password(database, visitor):
        return
    if not await knows_password(database, visitor, secret, password, address=address):
        await note(database, kind=AuditKind.SECOND_FACTOR, outcome=Outcome.REFUSED,
                   actor=visitor.name, role=visitor.actor.role.value, address=address,
                   detail=_refusal("wrong_password", enrolling=True))
        raise WrongPassword


async def _attempted(database: Database, visitor: Visitor, *, address: str) -> None:
    """Write the attempt down. Raises TooManyAttempts."""
    try:
        async with database.writing(gate(visitor.name)) as session:
            await throttle.attempt(session, *_counted(visitor))
    except TooManyAttempts as refused:
        await note(database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=visitor.name,
                   role=visitor.actor.role.value, subject="second-factor", address=address,
                   detail={"reason": refused.code})
        raise


def _refusal(why_not: str, *, enrolling: bool) -> dict[str, str]:
    """What the audit log says of a refusal: at which step, and why."""
    return {"step": "setting_up" if enrolling else "signing_in", "reason": why_not}


def _counted(visitor: Visitor) -> tuple[str, str]:
    """What failures are counted under: no name that could be typed, no address that exists."""
    return f"second factor of {visitor.account_id}", f"account {visitor.account_id}"


def _step(now: Held, keys: Keys, code: str) -> int | None:
    """The half minute a code belongs to, around this moment; None: a wrong code.

    Raises NotBegun, and AlreadyEnrolled when nothing is left to confirm.
    """
    credential = now.credential
    if credential.totp_secret is None:
        raise NotBegun
    if now.row.stage == Stage.FULL and credential.totp_confirmed_at is not None:
        raise AlreadyEnrolled
    totp = pyotp.TOTP(keys.decrypt(credential.totp_secret))
    typed = "".join(storable(code).split())
    present = int(time.time()) // STEP
    return max((step for step in (present - 1, present, present + 1)
                if strings_equal(totp.generate_otp(step), typed)), default=None)
