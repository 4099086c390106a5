"""A kernel as an editor starts it, and every message that it sends below a cell."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SECONDS = 120.0
SHOWN = ("stream", "display_data", "update_display_data", "error")
OF_JUPYTER = ("JPY_SESSION_NAME", "JPY_PARENT_PID")


@dataclass(frozen=True)
class Output:
    """What a kernel sends below a cell: its kind, its text, its HTML, and what it stands in for."""

    kind: str
    text: str
    html: str
    display: str


@dataclass
class RealKernel:
    """A kernel that runs."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str, silent: bool = False, until: str = "") -> list[Output]:
        """Run a cell; return all that it shows, or, interrupted, from `until` in a text on."""
        message = self.client.execute(code, silent=silent, store_history=not silent)
        outputs = []
        for kind, content in self._follow(message):
            outputs.append(read_output(kind, content))
            if until and until in outputs[-1].text:
                self.manager.interrupt_kernel()
                until = ""
        return outputs

    def _follow(self, message: str) -> Iterator[tuple[str, Any]]:
        while True:
            came = self.client.get_iopub_msg(timeout=SECONDS)
            if came["parent_header"].get("msg_id") != message:
                continue
            if came["content"].get("execution_state") == "idle":
                return
            if came["msg_type"] in SHOWN:
                yield came["msg_type"], came["content"]

    def print(self, code: str) -> str:
        """Return what a cell prints."""
        return "".join(output.text for output in self.run(code)).strip()


def read_output(kind: str, content: Any) -> Output:
    data = content.get("data", {})
    text = content.get("text") or content.get("evalue") or data.get("text/plain", "")
    display = content.get("transient", {}).get("display_id", "")
    return Output(kind, text, data.get("text/html", ""), display)


@contextmanager
def start_kernel(folder: Path) -> Iterator[RealKernel]:
    """Start ``python -m ipykernel_launcher`` in `folder`, and nothing of Jupyter around it."""
    manager = KernelManager(kernel_name="python3")
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "--f={connection_file}"]
    env = {name: value for name, value in os.environ.items() if name not in OF_JUPYTER}
    manager.start_kernel(cwd=str(folder), env=env)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield RealKernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
