"""A child that must not outlive its parent."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Only Linux can; elsewhere a killed parent leaves its children.
_prctl = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None


def end_with(parent: int, last_will: signal.Signals) -> None:
    """Called by a new child: the kernel is to send it `last_will` when the process `parent` ends, however it ends."""
    if _prctl is None:
        return
    _prctl(PR_SET_PDEATHSIG, int(last_will))
    if os.getppid() != parent:
        os.kill(os.getpid(), last_will)
