"""A second factor: six digits of an authenticator, new every half minute (TOTP, RFC 6238).

Its secret is encrypted with AID_SECRET_KEY. A code is good once. Wrong codes are counted for the
account, wherever they come from, and a right password does not make the count forgotten.
"""

import time

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import func

from aid.access.actor import gate
from aid.accounts import throttle
from aid.accounts.session_rows import Entered, Held, credential_of, held, moved_on
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
STEP = 30
"""Seconds a code is shown; the one before and the one after are taken too, as clocks differ."""


class WrongCode(AidError):
    """Not the code of this moment, or one that was used already."""

    code = "WRONG_CODE"

    def __init__(self) -> None:
        super().__init__(Text("验证码不正确或已用过：请输入下一个。",
                              "The code is wrong or was used already: enter the next one."))


class AlreadyEnrolled(AidError):
    """The account has a second factor; another is set up only after that one is reset."""

    code = "ALREADY_ENROLLED"

    def __init__(self) -> None:
        super().__init__(Text("已设置第二因素：如需更换，请由管理员重置。",
                              "There is a second factor already: an administrator can reset it."))


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


async def confirm(
    database: Database, keys: Keys, visitor: Visitor, secret: str, code: str, *, address: str
) -> Entered:
    """Prove the second factor, at sign-in or to finish setting it up, for a new session secret.

    Raises WrongCode, TooManyAttempts, NotBegun, and SessionOver for a session that is over.
    """
    try:
        async with database.writing(gate(visitor.name)) as session:
            await throttle.attempt(session, *_counted(visitor))
    except TooManyAttempts as refused:
        await note(database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=visitor.name,
                   role=visitor.actor.role.value, subject="second-factor", address=address,
                   detail={"reason": refused.code})
        raise
    stages = (Stage.SECOND_FACTOR, Stage.ENROL, Stage.FULL)
    async with database.writing(gate(visitor.name)) as session:
        now = await held(session, secret, at=stages)
        step = _step(now, keys, code)
        outcome = Outcome.DONE if step is not None else Outcome.REFUSED
        await record(session, kind=AuditKind.SECOND_FACTOR, outcome=outcome,
                     actor=now.account.name, role=now.account.role, address=address,
                     detail={"enrolled": now.credential.totp_confirmed_at is None})
        if step is not None:
            now.credential.totp_step = step
            if now.credential.totp_confirmed_at is None:
                now.credential.totp_confirmed_at = func.now()
            await throttle.succeeded(session, *_counted(visitor))
            full = now.row.stage == Stage.FULL
            stage = Stage.FULL if full else last_stage(now.row.method, now.credential)
            return await moved_on(session, now, stage)
    raise WrongCode


def _counted(visitor: Visitor) -> tuple[str, str]:
    """What failures are counted under: no name that could be typed, no address that exists."""
    return f"second factor of {visitor.account_id}", f"account {visitor.account_id}"


def _step(now: Held, keys: Keys, code: str) -> int | None:
    """The half minute a code belongs to, later than that of the last one used; None: a wrong code.

    Raises NotBegun, and AlreadyEnrolled when nothing is left to confirm.
    """
    credential = now.credential
    if credential.totp_secret is None:
        raise NotBegun
    if now.row.stage == Stage.FULL and credential.totp_confirmed_at is not None:
        raise AlreadyEnrolled
    totp = pyotp.TOTP(keys.decrypt(credential.totp_secret))
    typed, last = "".join(storable(code).split()), credential.totp_step or 0
    present = int(time.time()) // STEP
    return next((step for step in (present, present - 1, present + 1)
                 if step > last and strings_equal(totp.generate_otp(step), typed)), None)
