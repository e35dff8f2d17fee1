"""`python -m fluxhook`: the command line where the script `fluxhook` is not installed."""

from fluxhook.cli import main

main()
