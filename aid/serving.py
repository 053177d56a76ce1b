"""Running the server: where it listens, what it says, how it stops."""

import asyncio
import os
import signal
import socket
from types import FrameType

import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from aid import logs
from aid.database.choose import Chosen, opened
from aid.errors import AidError
from aid.server import LOOPBACK, create_app
from aid.settings import Settings
from aid.text import Locale, Text


class NotLoopback(AidError):
    """There are no accounts yet, so nobody but this machine may reach the server."""

    code = "NOT_LOOPBACK"


class PortTaken(AidError):
    """Another program listens there already."""

    code = "PORT_TAKEN"


class _Announcing(uvicorn.Server):
    """A server that says where it is once it may be used."""

    def __init__(self, config: uvicorn.Config, console: Console, locale: Locale) -> None:
        super().__init__(config)
        self._console, self._locale = console, locale

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce(self._console, self.config.host, self.config.port, self._locale)


def announce(console: Console, host: str, port: int, locale: Locale) -> None:
    """Print the addresses, and why nobody else can reach them."""
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    zh = locale == "zh"
    for name, path in (("页面 pages", "/dashboards/"), ("接口 GraphQL", "/graphql"),
                       ("状态 health", "/health/ready")):
        console.print(f"  {name:<12} {base}{path}", soft_wrap=True)
    console.print(
        "账户功能尚未建立，仅本机可访问。按 Ctrl-C 停止。" if zh else
        "There are no accounts yet, so only this machine can reach it. Ctrl-C stops it.",
        style="dim",
    )


def serve_until_stopped(
    chosen: Chosen, *, host: str, port: int, workers: int, console: Console
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what runs and return.

    Raises NotLoopback and PortTaken before anything listens.
    """
    if host not in LOOPBACK:
        raise NotLoopback(
            Text(f"账户功能建立之前，只能监听本机（127.0.0.1），不能是 {host}。",
                 f"Until there are accounts the server listens on loopback only, not on {host}.")
        )
    _require_free(host, port)
    asyncio.run(_try(chosen))
    # uvicorn raises the signal again when it has stopped: it must not end us before our clean-up.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if workers > 1:
            _serve_many(chosen, host, port, workers, console)
        else:
            app = create_app(chosen.database(), chosen.settings)
            config = uvicorn.Config(app, host=host, port=port, access_log=False, log_config=None,
                                    timeout_graceful_shutdown=10, server_header=False)
            _Announcing(config, console, chosen.settings.locale).run()
    except KeyboardInterrupt:
        console.print("已停止。" if chosen.settings.locale == "zh" else "Stopped.", style="dim")


def _serve_many(chosen: Chosen, host: str, port: int, workers: int, console: Console) -> None:
    os.environ["AID_DATABASE_URL"] = chosen.url  # how the processes find the database
    announce(console, host, port, chosen.settings.locale)
    uvicorn.run("aid.serving:app_of_worker", factory=True, host=host, port=port, workers=workers,
                access_log=False, log_config=None, timeout_graceful_shutdown=10,
                server_header=False)


def app_of_worker() -> Starlette:
    """The application of one of several processes, from the environment."""
    settings = Settings()
    logs.configure(settings.log_format)
    if settings.database_url is None:
        raise RuntimeError("a worker needs AID_DATABASE_URL")
    return create_app(Chosen(settings.database_url.get_secret_value(), False, settings).database(),
                      settings)


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
