"""The server: one socket, one address with a token, until Ctrl-C."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from justright.errors import LabError
from justright.lab.store import Store
from justright.lab.web.app import build
from justright.lab.web.jobs import Jobs
from justright.lab.web.kept import Kept
from justright.lab.web.play import Player
from justright.lab.web.security import LOOPBACK, Rules, new_token
from justright.lab.web.services import Services
from justright.lab.web.site import Site

KEEP_ALIVE_S = 30  # seconds that an idle connection stays open (house convention)
LAST_S = 3  # seconds that requests have to end when the server does (house convention)
HEAD_BYTES = 262_144  # of a request's first line and headers together: numbers of many runs
QUEUE = 64  # connections that wait to be taken (house convention)
_ANYWHERE = ("0.0.0.0", "::", "")


class Server:
    """One lab, served.

    Example:
        >>> import tempfile, threading, urllib.request
        >>> from justright.lab import Lab
        >>> file = Path(tempfile.mkdtemp(), "runs.db")
        >>> with Lab(file) as lab:
        ...     lab.run("first").finish()
        >>> with Server(file, Services()) as server:
        ...     thread = threading.Thread(target=server.run)
        ...     thread.start()
        ...     asked = urllib.request.Request(f"{server.root}/api/runs")
        ...     asked.add_header("Authorization", f"Bearer {server.token}")
        ...     with urllib.request.urlopen(asked) as reply:
        ...         told = reply.read()
        ...     server.stop()
        ...     thread.join()
        >>> b'"name":["first"]' in told
        True
    """

    def __init__(
        self,
        file: Path,
        services: Services,
        *,
        folder: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        beyond_loopback: bool = False,
    ) -> None:
        """Open the file and take the port; nothing is answered before `run`.

        Args:
            file: The lab's file.
            services: What other rooms do for it.
            folder: Tables below it can be asked about; the working folder by default.
            host: Where it listens.
            port: On which port; 0 for a free one.
            beyond_loopback: Whether other machines may be let in, if `host` is for them.

        Raises:
            LabError: If the file or the port cannot be used, or `host` is beyond loopback
                without being asked for.
        """
        _refuse_beyond(host, beyond_loopback)
        here = (folder or Path.cwd()).resolve()
        self._socket = _listening(host, port)
        try:
            store = Store(file)
        except BaseException:
            self._socket.close()
            raise
        self.token = new_token()
        self.port: int = self._socket.getsockname()[1]
        self._site = _site(store, here, services, lambda: self._server.should_exit)
        rules = _rules(self.token, host, beyond_loopback)
        self._server = uvicorn.Server(_config(build(self._site, rules)))
        self.root = f"http://{_shown_host(host)}:{self.port}"

    @property
    def address(self) -> str:
        """What to open in a browser: the token is in it."""
        return f"{self.root}/?token={self.token}"

    def run(self) -> None:
        """Answer until Ctrl-C, the end of the terminal, or `stop`."""
        with _signals(self._server):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End `run`, from another thread."""
        self._server.should_exit = True

    def close(self) -> None:
        """Let go of the port, end the processes, and close the file."""
        self._socket.close()
        self._site.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _site(store: Store, here: Path, services: Services, ending: Callable[[], bool]) -> Site:
    names = [one.name for one in services.questions if not one.needs]
    return Site(
        store=store,
        folder=here,
        services=services,
        jobs=Jobs(services.ask, names, here, store.path),
        player=Player(services.play, here),
        kept=Kept(store),
        ending=ending,
    )


def _rules(token: str, host: str, beyond_loopback: bool) -> Rules:
    """Who is let in: by names of loopback, the host's, and beyond it the machine's."""
    own = {host.lower(), f"[{host.lower()}]"}
    if beyond_loopback:
        own |= {socket.gethostname().lower(), f"{socket.gethostname().lower()}.local"}
    names = LOOPBACK | (own - set(_ANYWHERE) - {"[]"})
    return Rules(token=token, names=names, any_address=beyond_loopback)


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        log_level="error",  # what others send amiss is theirs to see
        access_log=False,
        lifespan="on",
        loop="asyncio",
        http="h11",
        ws="none",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=LAST_S,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )


def _refuse_beyond(host: str, allowed: bool) -> None:
    if allowed or host == "localhost" or host == "::1" or host.startswith("127."):
        return
    raise LabError(
        f"{host or 'every address'} can be reached by other machines",
        "127.0.0.1, or to be told that this is meant",
        try_=f"justright lab --host {host} --beyond-loopback",
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        LabError: If the port is taken, or the host is not this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by name: asyncio sends small answers at once only where it reads there "TCP".
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(QUEUE)
    except (OSError, OverflowError) as error:
        found.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LabError(
            f"cannot listen on {host}, port {port}: {reason}",
            "a port that is free, on this machine",
            try_="justright lab --port 0",
        ) from None
    return found


def _shown_host(host: str) -> str:
    if host in _ANYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


@contextmanager
def _signals(server: uvicorn.Server) -> Iterator[None]:
    """End in order also where the terminal is closed, or the process is told to end.

    uvicorn takes SIGINT and SIGTERM, and raises them anew when it has ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
