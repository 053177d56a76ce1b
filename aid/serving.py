"""Running the server: where it listens, what it says, how it stops."""

import asyncio
import os
import signal
import socket
from contextlib import nullcontext
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from aid import logs
from aid.database.choose import Chosen, opened
from aid.database.watching import kept_up
from aid.edge.setup import roles_in
from aid.errors import AidError
from aid.secrets import Keys
from aid.settings import Settings
from aid.text import Text

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where the server listens while it has no https address of its own."""


class NotLoopback(AidError):
    """Passwords and sessions travel in the clear without https: nobody else may listen in."""

    code = "NOT_LOOPBACK"


class PortTaken(AidError):
    """Another program listens there already."""

    code = "PORT_TAKEN"


class _Announcing(uvicorn.Server):
    """A server that says where it is once it may be used."""

    def __init__(self, config: uvicorn.Config, console: Console, settings: Settings) -> None:
        super().__init__(config)
        self._console, self._settings = console, settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce(self._console, self.config.host, self.config.port, self._settings)


def announce(console: Console, host: str, port: int, settings: Settings) -> None:
    """Print the addresses, and who can reach them."""
    base = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    for name, path in (("页面 pages", "/dashboards/"), ("接口 GraphQL", "/graphql"),
                       ("状态 health", "/health/ready")):
        console.print(f"  {name:<12} {base}{path}", soft_wrap=True)
    reach = Text(
        f"在 {host}:{port} 等待反向代理转发。按 Ctrl-C 停止。",
        f"Listening on {host}:{port} for your reverse proxy. Ctrl-C stops it.",
    ) if settings.public_url else Text(
        "未设置 AID_PUBLIC_URL，仅本机可访问。按 Ctrl-C 停止。",
        "AID_PUBLIC_URL is not set, so only this machine can reach it. Ctrl-C stops it.",
    )
    console.print(reach.to(settings.locale), style="dim", soft_wrap=True)


def serve_until_stopped(
    chosen: Chosen, *, host: str, port: int, workers: int, console: Console, demo: bool = False
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what runs and return. `demo`: see create_app.

    Raises NotLoopback, PortTaken and BadSecretKey before anything listens.
    """
    if host not in LOOPBACK and chosen.settings.public_url is None:
        raise NotLoopback(Text(
            f"未设置 AID_PUBLIC_URL（https 地址）时只能监听本机（127.0.0.1），不能是 {host}。",
            f"Without AID_PUBLIC_URL (an https address) the server listens on loopback only, not "
            f"on {host}."))
    key = chosen.secret_key()
    keys = Keys(key)
    roles_in(chosen.settings.totp_roles)
    _require_free(host, port)
    asyncio.run(_try(chosen))
    # uvicorn raises the signal again when it has stopped: it must not end us before our clean-up.
    signal.signal(signal.SIGTERM, _interrupt)
    said = partial(console.print, style="dim", markup=False)
    try:
        with kept_up(chosen.settings.data_dir, said) if chosen.embedded else nullcontext():
            if workers > 1:
                os.environ["AID_DATABASE_URL"] = chosen.url  # how the processes find the database
                os.environ["AID_SECRET_KEY"] = key
                announce(console, host, port, chosen.settings)
                uvicorn.run("aid.serving:app_of_worker", factory=True, host=host, port=port,
                            workers=workers, **_manner(chosen.settings))
            else:
                from aid.server import create_app  # takes seconds: no refusal waits for it

                app = create_app(chosen.database(), chosen.settings, keys, demo=demo)
                config = uvicorn.Config(app, host=host, port=port, **_manner(chosen.settings))
                _Announcing(config, console, chosen.settings).run()
    except KeyboardInterrupt:
        console.print("已停止。" if chosen.settings.locale == "zh" else "Stopped.", style="dim")


def _manner(settings: Settings) -> dict[str, Any]:
    """How uvicorn serves. Forwarded addresses are believed of the proxies that are named only."""
    behind_proxy = settings.public_url is not None
    return {
        "access_log": False, "log_config": None, "server_header": False,
        "timeout_graceful_shutdown": 10, "proxy_headers": behind_proxy,
        "forwarded_allow_ips": settings.trusted_proxies if behind_proxy else "",
    }


def app_of_worker() -> Starlette:
    """The application of one of several processes, from the environment."""
    from aid.server import create_app

    settings = Settings()
    logs.configure(settings.log_format)
    if settings.database_url is None or settings.secret_key is None:
        raise RuntimeError("a worker needs AID_DATABASE_URL and AID_SECRET_KEY")
    chosen = Chosen(settings.database_url.get_secret_value(), False, settings)
    return create_app(chosen.database(), settings, Keys(chosen.secret_key()))


async def _try(chosen: Chosen) -> None:
    """Find out whether the database will do, while it can still be said plainly."""
    async with opened(chosen):
        pass


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            raise PortTaken(
                Text(f"端口 {port} 不可用（{failure.strerror}）：请用 --port 换一个。",
                     f"Port {port} cannot be used ({failure.strerror}): "
                     "choose another with --port.")
            ) from failure


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
