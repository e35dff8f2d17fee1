"""`python -m lab.github CONFIG.json`: serves the GitHub double until SIGTERM or SIGINT."""

import sys
from pathlib import Path

from lab.github.model.config import read_config
from lab.github.serving.double import Double


def main() -> None:
    """Serves; ends with status 2 where the command line is not one CONFIG file."""
    if len(sys.argv) != 2:
        print("usage: python -m lab.github CONFIG.json", file=sys.stderr)
        raise SystemExit(2)
    Double(read_config(Path(sys.argv[1]))).server().run()


if __name__ == "__main__":
    main()
