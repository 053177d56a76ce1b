"""`aid verify` and `aid checkpoint`: whether the ledger is what was recorded and signed."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from aid.commands.common import bars, err, out, say
from aid.database.choose import Chosen, chosen_database, opened
from aid.funds import offline
from aid.funds.checkpoint_model import Checkpoint
from aid.funds.checkpoints import FILE, Witness, make_checkpoint
from aid.funds.findings import Report
from aid.funds.proof import Finding
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.secrets import BadSecretKey, Keys
from aid.settings import Settings
from aid.text import Locale, Text

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def verify(
    export: Annotated[Path | None, typer.Argument(
        exists=True, metavar="EXPORT", help="An export of movements, a ZIP or its unpacked "
        "folder; without: the database.")] = None,
    project: Annotated[str | None, typer.Option(
        metavar="CODE", help="Of the database, this project's chain alone.")] = None,
    checkpoints: Annotated[Path | None, typer.Option(
        exists=True, dir_okay=False, metavar="FILE", help="A copy of checkpoints.jsonl kept "
        "elsewhere; without: the one in AID_DATA_DIR.")] = None,
    key: Annotated[str, typer.Option(
        metavar="FINGERPRINT", help="Of an export: the public key it must be signed with.")] = "",
    as_json: AsJson = False,
) -> None:
    """Recompute the ledger and name what is not as it was recorded and signed; then exit with 1.

    Every night, and after every restore:  `aid verify`

    An export, wherever it lies:  `aid verify 流水.zip`
    """
    settings = Settings()
    if export is not None:
        _verify_export(export, key, settings.locale, as_json=as_json)
        return
    with chosen_database(settings, say) as chosen:
        report = verified(chosen, project=project, file=checkpoints)
    if as_json:
        print(json.dumps(_told(report, settings.locale), ensure_ascii=False, indent=2))
    else:
        show(report, settings.locale)
    raise typer.Exit(1 if report.found else 0)


def checkpoint(as_json: AsJson = False) -> None:
    """Sign the heads of all chains now, into the database and into AID_DATA_DIR/checkpoints.jsonl.

    The server does so by itself while money moves. Keep a copy of the file on another machine.
    """
    settings = Settings()
    with chosen_database(settings, say) as chosen:
        made = signed(chosen)
    if as_json:
        print(json.dumps({"body": json.loads(made.body), "key": made.key,
                          "signature": made.signature.hex()}, indent=2))
    else:
        out.print(Text(
            f"第 {made.number} 个检查点：{made.chains} 条链 {made.movements} 笔，"
            f"根 {made.root.hex()}，公钥指纹 {made.key}",
            f"Checkpoint {made.number}: {made.movements} movements of {made.chains} chains, root "
            f"{made.root.hex()}, key {made.key}").to(settings.locale), soft_wrap=True)


def witness_of(chosen: Chosen) -> Witness:
    """Who signs for the chosen database. Raises BadSecretKey."""
    return Witness(Keys(chosen.secret_key()), chosen.settings.data_dir / FILE)


def signed(chosen: Chosen) -> Checkpoint:
    """A checkpoint of the chosen database. Raises BadSecretKey, LedgerBroken."""
    async def run() -> Checkpoint:
        async with opened(chosen) as database:
            made = await make_checkpoint(database, witness_of(chosen))
            assert made is not None  # noqa: S101  it was asked for
            return made

    return asyncio.run(run())


def verified(chosen: Chosen, *, project: str | None = None, file: Path | None = None) -> Report:
    """What verifying the chosen database came to."""
    try:
        keys = Keys(chosen.secret_key())
    except BadSecretKey:
        keys = None
    known = Known(keys, file or chosen.settings.data_dir / FILE)
    name = Text("资金流水", "Movements").to(chosen.settings.locale)

    async def run() -> Report:
        async with opened(chosen) as database:
            with bars() if err.is_terminal else nullcontext() as shown:
                watch = (lambda done, total: shown(name, done, total)) if shown else _unwatched
                return await verify_ledger(database, known, project=project, progress=watch)

    return asyncio.run(run())


def _unwatched(_: int, __: int) -> None:
    """Nobody looks on."""


def show(report: Report, locale: Locale) -> None:
    """Say what was found, for people."""
    _name(report.findings, locale)
    for remark in report.remarks:
        err.print(f"· {remark.to(locale)}", markup=False, soft_wrap=True, style="yellow")
    out.print(Text(
        f"{report.chains} 条链 {report.movements} 笔流水，{report.checkpoints} 个检查点",
        f"{report.movements} movements of {report.chains} chains, {report.checkpoints} checkpoints"
    ).to(locale))
    for key in report.keys:
        out.print(Text(f"公钥指纹 {key}", f"key {key}").to(locale), soft_wrap=True)
    if report.found:
        err.print(Text(f"发现 {report.found} 处不符。",
                       f"{report.found} findings.").to(locale), style="bold red")
    else:
        out.print(Text("核验通过，与登记和签名一致。",
                       "All is as it was recorded and signed.").to(locale))


def _name(findings: Sequence[Finding], locale: Locale) -> None:
    for one in findings:
        where = " ".join(filter(None, (one.project, f"#{one.seq}" if one.seq else "")))
        err.print(f"✗ {where} {one.zh if locale == 'zh' else one.en} [{one.what}]", markup=False,
                  soft_wrap=True, style="red")


def _told(report: Report, locale: Locale) -> dict[str, Any]:
    return {
        "movements": report.movements, "chains": report.chains, "found": report.found,
        "checkpoints": report.checkpoints, "incarnation": report.incarnation,
        "keys": list(report.keys), "remarks": [remark.to(locale) for remark in report.remarks],
        "findings": _listed(report.findings, locale),
    }


def _listed(findings: Sequence[Finding], locale: Locale) -> list[dict[str, Any]]:
    return [{"what": one.what, "project": one.project or None, "seq": one.seq,
             "said": one.zh if locale == "zh" else one.en} for one in findings]


def _verify_export(place: Path, key: str, locale: Locale, *, as_json: bool) -> None:
    if not as_json:
        arguments = [str(place), "--key", key, *(["--en"] if locale == "en" else [])]
        raise typer.Exit(offline.main(arguments))
    findings, found = offline.verify(place, key)
    json.dump({"movements": found.movements, "projects": found.projects, "key": found.key,
               "checkpoint": found.checkpoint, "uncovered": found.uncovered,
               "findings": _listed(findings, locale)}, sys.stdout, ensure_ascii=False, indent=2)
    print()
    raise typer.Exit(1 if findings else 0)
