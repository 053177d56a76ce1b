"""`aid backup` and `aid restore`."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.backup import archive
from aid.backup.archive import Archive
from aid.backup.making import make_backup
from aid.backup.restoring import Restored, require_own, restore_backup
from aid.commands.common import bars, operator, out, say
from aid.commands.verify import show
from aid.database.choose import (
    Administered,
    Chosen,
    administered_database,
    embedded_database,
    opened,
)
from aid.database.provision import newest_revision
from aid.funds.checkpoints import FILE, Witness, make_checkpoint
from aid.funds.findings import Report
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.secrets import Keys, kept_key, kept_key_exists
from aid.settings import Settings
from aid.text import Text


def backup(
    path: Annotated[Path, typer.Argument(dir_okay=False, metavar="FILE",
                                         help="The file to make; it must not exist yet.")],
) -> None:
    """Write everything into one file, while the server goes on working.

    It is made beside FILE and takes that name only when it is whole and has been read again. It
    holds names, password hashes and encrypted second factors, but not AID_SECRET_KEY: keep the file
    where only few may read, and the key somewhere else.

    A PostgreSQL of your own: AID_ADMIN_DATABASE_URL has to be set.

    Every night:  `aid backup /backups/$(date +%F).aid-backup`
    Every month:  `aid restore --drill /backups/2026-11-20.aid-backup`
    """
    settings = Settings()
    with administered_database(settings, say) as found:
        chosen = Chosen(found.app_url, found.embedded, settings)
        signs = found.embedded or settings.secret_key is not None
        keys = Keys(chosen.secret_key()) if signs else None
        with bars() as progress:
            made = asyncio.run(make_backup(found.admin_url, path, keys=keys, progress=progress))
        if made.revision == newest_revision():
            asyncio.run(_note(chosen, "backup", {
                "file": path.name, "sha256": made.digests[archive.DUMP], "revision": made.revision,
                "rows": sum(made.rows.values())}))
    rows = sum(made.rows.values())
    out.print(Text(
        f"已备份 {rows:,} 行（{len(made.rows)} 张表，版本 {made.revision}）：{path}",
        f"{rows:,} rows of {len(made.rows)} tables at revision {made.revision} are in {path}"
    ).to(settings.locale), markup=False, soft_wrap=True)
    if keys is None:
        say(Text("未设置 AID_SECRET_KEY，备份没有签名。",
                 "AID_SECRET_KEY is not set, so the file is not signed.").to(settings.locale))


def restore(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE",
                                         help="A file that `aid backup` made.")],
    drill: Annotated[bool, typer.Option(
        "--drill", help="Restore into a PostgreSQL that is thrown away afterwards, to see that the "
                        "file can be restored. Touches no data.")] = False,
    other_key: Annotated[bool, typer.Option(
        "--other-key", help="Go on though the file was made under another AID_SECRET_KEY: second "
                            "factors in it can no longer be used. What is in it is executed as the "
                            "database's administrator, so only if it is certain where the file "
                            "comes from.")] = False,
    revoke_tokens: Annotated[bool, typer.Option(
        "--revoke-tokens", help="Revoke all API tokens too: those revoked since the backup would "
                                "live again.")] = False,
) -> None:
    """Put a backup back, into an empty database only.

    The file is read from end to end first; a truncated, altered or foreign one is refused. Then
    everything is restored in one transaction, the rows are counted again, and all sign-ins are
    ended: everybody signs in anew. A backup of an older program is brought forward. Then the ledger
    is verified, as `aid verify` does; exit with 1 says that it is not as it was signed.

    Embedded PostgreSQL: copy `secret.key` into a new directory, then
    `AID_DATA_DIR=/new/directory aid restore FILE`.

    A PostgreSQL of your own: `createdb` an empty database, name it in AID_DATABASE_URL and
    AID_ADMIN_DATABASE_URL, then `aid restore FILE`.
    """
    settings = Settings()
    with archive.opened(path) as file:
        keys = _known_keys(settings)
        require_own(file, keys, other_key=other_key)
        if drill:
            with tempfile.TemporaryDirectory(prefix="aid-drill-") as place:
                with embedded_database(Path(place, "data"), say) as found:
                    restored = _restore(found, file, revoke_tokens=revoke_tokens)
                    verified = _verify(found, Known(keys), settings)
        else:
            with administered_database(settings, say) as found:
                restored = _restore(found, file, revoke_tokens=revoke_tokens)
                asyncio.run(_note(Chosen(found.app_url, found.embedded, settings), "restore", {
                    "file": path.name, "sha256": file.manifest.digests[archive.DUMP],
                    "made_at": file.manifest.made_at, "other_key": other_key,
                    "from": file.manifest.revision, "revision": restored.revision,
                    "sessions_ended": restored.sessions, "tokens_revoked": restored.tokens}))
                verified = _verify(found, Known(keys, settings.data_dir / FILE), settings)
    _report(restored, drill=drill, settings=settings)
    show(verified, settings.locale)
    if verified.found:
        raise typer.Exit(1)


def _restore(found: Administered, file: Archive, *, revoke_tokens: bool) -> Restored:
    with bars() as progress:
        return asyncio.run(restore_backup(
            found.admin_url, file, app_password=found.app_password, revoke_tokens=revoke_tokens,
            say=say, progress=progress))


def _verify(found: Administered, known: Known, settings: Settings) -> Report:
    """Recompute the restored ledger, and sign it once it is found good."""
    async def run() -> Report:
        async with opened(Chosen(found.app_url, found.embedded, settings)) as database:
            report = await verify_ledger(database, known)
            if known.keys and known.file and report.movements and not report.found:
                await make_checkpoint(database, Witness(known.keys, known.file))
            return report

    return asyncio.run(run())


def _report(restored: Restored, *, drill: bool, settings: Settings) -> None:
    manifest, rows = restored.manifest, sum(restored.manifest.rows.values())
    out.print(Text(
        f"{manifest.made_at} 的备份可以恢复" if drill else f"已恢复 {manifest.made_at} 的备份",
        f"The backup of {manifest.made_at} can be restored" if drill
        else f"The backup of {manifest.made_at} is restored").to(settings.locale))
    out.print(Text(
        f"{rows:,} 行（{len(manifest.rows)} 张表）与清单一致；版本 {manifest.revision} → "
        f"{restored.revision}；结束登录 {restored.sessions} 个，吊销令牌 {restored.tokens} 个。",
        f"{rows:,} rows of {len(manifest.rows)} tables, as its manifest says; revision "
        f"{manifest.revision} → {restored.revision}; {restored.sessions} sign-ins ended, "
        f"{restored.tokens} tokens revoked.").to(settings.locale), soft_wrap=True)
    if not drill:
        say(Text("备份之后停用的账户、改过的密码、吊销的令牌恢复到了当时的状态：请核对。",
                 "Accounts, passwords and tokens are as they were then: what was disabled, changed "
                 "or revoked since has to be done again.").to(settings.locale))


def _known_keys(settings: Settings) -> Keys | None:
    """The keys there are; unlike for serving, none is made."""
    if settings.secret_key is not None:
        return Keys(settings.secret_key.get_secret_value())
    embedded = settings.database_url is None
    return Keys(kept_key(settings.data_dir)) if embedded and kept_key_exists(
        settings.data_dir) else None


async def _note(chosen: Chosen, subject: str, detail: Mapping[str, Any]) -> None:
    async with opened(chosen) as database:
        await note(database, kind=AuditKind.OPERATION, outcome=Outcome.DONE, actor=operator(),
                   subject=subject, detail=detail)
