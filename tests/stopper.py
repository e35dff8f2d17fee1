"""Stops a lab when whoever started this process ends, however that is: `-m tests.stopper LAB`."""

import signal
import sys
from pathlib import Path

from lab.run import control
from lab.run.directory import LabDirectory

if __name__ == "__main__":
    # Ctrl-C reaches every process of the terminal; this one has to outlive the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdin.read()
    control.stop(LabDirectory(Path(sys.argv[1])))
