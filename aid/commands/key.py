"""`aid key`: making AID_SECRET_KEY, and changing it."""

import asyncio
import secrets

import typer

from aid.accounts.rotation import rotate_keys
from aid.commands.common import operator, out, say
from aid.database.choose import chosen_database, opened
from aid.secrets import Keys
from aid.settings import Settings
from aid.text import Text

app = typer.Typer(no_args_is_help=True, help="Make and change the key that encrypts and signs.")


@app.command()
def new() -> None:
    """Print a fresh key for AID_SECRET_KEY; nothing is changed and nothing is kept.

    `(umask 077; aid key new > key)`
    """
    key = secrets.token_urlsafe(32)
    print(key)
    fingerprint = Keys(key).fingerprints[0]
    say(Text(f"指纹 {fingerprint}", f"fingerprint {fingerprint}").to(Settings().locale))


@app.command()
def rotate() -> None:
    """Encrypt all second factors anew with the first key of AID_SECRET_KEY.

    First put the new key in front and restart the server: AID_SECRET_KEY=new,old. Then run this,
    take the old key away and restart again. All second factors are encrypted anew, or none.
    """
    settings = Settings()
    with chosen_database(settings, say) as chosen:
        keys = Keys(chosen.secret_key())

        async def run() -> int:
            async with opened(chosen) as database:
                return await rotate_keys(database, keys, actor=operator())

        count = asyncio.run(run())
    out.print(Text(
        f"{count} 个第二因素已用密钥 {keys.fingerprints[0]} 重新加密。",
        f"{count} second factors are encrypted with key {keys.fingerprints[0]}."
    ).to(settings.locale), markup=False)
