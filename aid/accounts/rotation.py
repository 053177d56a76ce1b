"""Encrypting all second factors anew, when AID_SECRET_KEY changes."""

from collections.abc import Sequence

from sqlalchemy import select

from aid.access.actor import gate
from aid.accounts.model import Account, Credential
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import record
from aid.database.engine import Database
from aid.errors import AidError
from aid.secrets import Keys, Unreadable
from aid.text import Text


class UnreadableFactors(AidError):
    """Some second factors were encrypted with a key that is not among today's."""

    code = "UNREADABLE_SECOND_FACTORS"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(Text(
            f"以下账户的第二因素无法用现有密钥解密：{'、'.join(names)}。"
            "请把旧密钥加在新密钥之后（逗号分隔）；旧密钥已丢失的，请先重置这些账户的第二因素。"
            "未作任何更改。",
            f"Today's keys do not decrypt the second factors of: {', '.join(names)}. Put the "
            "former key after the new one, with a comma between; if it is lost, reset the second "
            "factors of these accounts first. Nothing was changed."))


async def rotate_keys(database: Database, keys: Keys, *, actor: str) -> int:
    """Encrypt every second factor with the first of the keys; how many there were.

    All of them or none. Raises UnreadableFactors.
    """
    async with database.writing(gate(actor)) as session:
        rows = await session.execute(
            select(Credential, Account.name).join(Account, Account.id == Credential.account_id)
            .where(Credential.totp_secret.is_not(None)).order_by(Account.name)
            .with_for_update(of=Credential))
        count, unreadable = 0, []
        for credential, name in rows:
            try:
                credential.totp_secret = keys.rotate(str(credential.totp_secret))
                count += 1
            except Unreadable:
                unreadable.append(name)
        if unreadable:
            raise UnreadableFactors(unreadable)
        await record(session, kind=AuditKind.OPERATION, outcome=Outcome.DONE, actor=actor,
                     subject="key rotate",
                     detail={"second_factors": count, "key": keys.fingerprints[0]})
    return count
