"""The work of a batch on a cluster, handed out by a Dask scheduler.

A worker whose process or machine dies is Dask's business: what ran there begins again
elsewhere, as often as the scheduler allows (``distributed.scheduler.allowed-failures``, 3).
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from roster.errors import Issue, UsageError
from roster.words import Text, same

_CONNECT = 10.0
_WORKERS = 30.0
_GONE = 300.0
"""Seconds to wait for the scheduler, for a first worker, and for another when all are gone."""
_LOOK = 1.0
_TAKE_BACK = 5.0


class ClusterError(UsageError):
    """The cluster cannot be used, or no longer."""


def _refuse(what: Text, found: str = "", hint: Text | None = None) -> ClusterError:
    return ClusterError(Issue(what=what, found=found, hint=hint or same("")))


class Cluster:
    """The workers of a Dask scheduler; a `roster.batch.run.Pool`.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786`` or ``tls://host:8786``.
    solve : callable
        Does a piece of work on a worker.
    stop : callable
        Run on every worker when the batch is given up.
    program : callable
        Returns which program a worker has; it must be the one here.

    Raises
    ------
    ClusterError
        Dask is not installed, the scheduler does not answer, there is no worker, or one has
        another program.
    """

    def __init__(
        self,
        address: str,
        solve: Callable[[Any], Any],
        stop: Callable[[], None],
        program: Callable[[], str],
    ) -> None:
        try:
            from distributed import Client, KilledWorker, Security
        except ImportError:
            raise _refuse(
                Text("a cluster needs the package distributed", "集群需要 distributed 包"),
                hint=same("pip install distributed"),
            ) from None
        self.address, self._solve, self._stop, self._program = address, solve, stop, program
        self.final = (KilledWorker,)
        # What Dask says of lost connections is said here, in one sentence.
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", module="distributed")
        try:
            security = Security()  # from Dask's own settings
            if address.startswith("tls:"):
                # Client itself would say so only after a long while
                if security.get_connection_args("client").get("ssl_context") is None:
                    raise OSError("no certificates in Dask's settings")
            self._client = Client(
                address, timeout=_CONNECT, set_as_default=False, security=security
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise _refuse(
                Text("the scheduler does not answer", "调度器没有应答"),
                f"{address} ({error})",
                Text(
                    "the address that dask scheduler prints; for tls:// also the certificates "
                    "(docs/beyond-one-machine.md)",
                    "使用 dask scheduler 显示的地址；tls:// 还需配置证书"
                    "（见 docs/beyond-one-machine.md）",
                ),
            ) from None
        self._news: list[Text] = []
        self._threads: dict[str, int] = {}
        self._looked = self._last = 0.0
        try:
            self._first_look()
        except BaseException:
            self._client.close(timeout=_CONNECT)
            raise
        self._executor = self._client.get_executor(pure=False)

    def _first_look(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS)
        except TimeoutError:
            raise _refuse(
                Text("no worker is connected to the scheduler", "没有工作进程连接到调度器"),
                self.address,
                same(f"dask worker {self.address} --nthreads 1"),
            ) from None
        here = self._program()
        answers = self._client.run(self._program, on_error="return")
        for worker, there in answers.items():
            if there != here:
                raise other_program(worker, there, here)
        self._threads = dict(self._client.nthreads())
        self._looked = self._last = time.monotonic()
        versions = self._client.get_versions()
        dask = {
            str((host or {}).get("packages", {}).get("distributed"))
            for host in (
                versions["client"],
                versions["scheduler"],
                *versions["workers"].values(),
            )
        }
        if len(dask) > 1:
            found = ", ".join(sorted(dask))
            self._news.append(
                Text(
                    f"different versions of distributed in the cluster ({found}): should it "
                    "fail, install the same everywhere",
                    f"集群中 distributed 版本不一致（{found}）；若出错，请统一版本",
                )
            )

    def room(self) -> int:
        """Return how many threads the workers have now: one solve each."""
        return sum(self._threads.values())

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        self._looked = now
        lost = _refuse(
            Text("the scheduler is gone", "与调度器的连接已断开"),
            self.address,
            Text(
                "start it again and run the same command: what is done stays",
                "重新启动后再运行同一命令，已完成的不会重算",
            ),
        )
        if self._client.status != "running":
            raise lost
        try:
            threads = dict(self._client.nthreads())
        except (OSError, TimeoutError, ValueError):
            raise lost from None
        gone, new = self._threads.keys() - threads, threads.keys() - self._threads
        self._threads = threads
        for worker in sorted(gone):
            self._news.append(
                Text(
                    f"worker {worker} is gone; what ran there begins again elsewhere",
                    f"工作进程 {worker} 已断开，其上的班组将在别处重算",
                )
            )
        for worker in sorted(new):
            self._news.append(Text(f"worker {worker} has come", f"工作进程 {worker} 已加入"))
        if threads:
            self._last = now
        elif now - self._last > _GONE:
            raise _refuse(Text("all workers are gone", "所有工作进程均已断开"), self.address)

    def submit(self, job: Any) -> Future:
        """Begin a piece on some worker."""
        return self._executor.submit(self._solve, job)

    def news(self) -> list[Text]:
        """Look at the cluster, and return which workers came and went.

        Raises
        ------
        ClusterError
            When it is gone.
        """
        self._look()
        told, self._news = self._news, []
        return told

    def close(self) -> None:
        """Take back what is still running and leave the cluster."""

        def take_back() -> None:
            try:
                self._executor.shutdown(wait=False)
                self._client.run(self._stop, on_error="ignore")
            except Exception:
                pass  # a cluster that no longer answers has nothing to take back

        if self._client.status == "running":
            # Beside, since a worker that hangs must not hold up the end.
            taking = threading.Thread(target=take_back, daemon=True)
            taking.start()
            taking.join(_TAKE_BACK)
        self._client.close(timeout=_CONNECT)


def other_program(worker: str, there: object, here: str) -> ClusterError:
    """Return the fault of a worker that has another program, or none (then `there` says it)."""
    return _refuse(
        Text(
            f"worker {worker} has another version of this program, or none: {there}; "
            f"here {here}",
            f"工作进程 {worker} 的程序版本不同或未安装：{there}；本机为 {here}",
        ),
        hint=Text("install the same version on all machines", "请在所有机器上安装同一版本"),
    )
