"""A supervisor with a world of small servers: `-m tests.runtime.fake_world {ready|failing|stuck} LAB`.

`first` and `second` serve HTTP; `last` depends on both and does as the first argument says.
"""

import sys
from pathlib import Path

from lab.run.directory import LabDirectory
from lab.run.process import Process, Step
from lab.run.state import LabState
from lab.run.supervisor import main
from lab.run.world_processes import World

LAST = {
    "failing": "print('no space left on device'); raise SystemExit(3)",
    "stuck": "import signal; print('waiting'); signal.pause()",
}


def build(lab: LabDirectory, state: LabState) -> World:
    def server(name: str, *after: str) -> Process:
        port = state.ports[name]
        argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
        return Process(name, argv, port, f"http://127.0.0.1:{port}/", after)

    behaviour = sys.argv[1]
    last = server("last", "between")
    if behaviour in LAST:
        argv = [sys.executable, "-u", "-c", LAST[behaviour]]
        last = Process("last", argv, last.port, f"tcp://127.0.0.1:{last.port}", ["between"])
    mark = Step("between", lambda: (lab.storage / "between").touch(), ["first", "second"])
    return [server("first"), server("second"), mark, last]


if __name__ == "__main__":
    main(LabDirectory(Path(sys.argv[2])), ["first", "second", "last"], build)
