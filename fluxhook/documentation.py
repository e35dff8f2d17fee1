"""Writes docs/cli.md from the verbs themselves: `make docs`."""

from pathlib import Path
from typing import Any

from typer.cli import get_docs_for_click
from typer.main import get_command

from fluxhook.cli import app
from fluxhook.errors import MEANINGS

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """\
# The command line

`make docs` writes this page from `fluxhook/`. Where `pulumi install` made `.venv`, the command line is
`.venv/bin/python -m fluxhook`; the package brings the script `fluxhook`.

- A verb for a real stack runs the `pulumi` on PATH and sees what `pulumi up` sees: backend, stack file, passphrase.
- Output is plain text without colours, boxes and progress bars when it does not go to a terminal. Errors go to stderr.
- No verb shows a secret unless it has `--show-secrets` and it is given.
- `fluxhook --install-completion` completes verbs, options and stacks in bash, zsh, fish and PowerShell.
- `fluxhook schema > stack.schema.json` is for editors: by `# yaml-language-server: $schema=stack.schema.json` as first
  line of a stack file, they complete keys and mark mistakes of shape. The rest is found by `pulumi preview`.
- `fluxhook plugin` makes it a plugin of the Flux CLI: `flux hook graph`, completions included.

| exit code | meaning |
| ---: | --- |
"""


def page() -> str:
    """Return the content of docs/cli.md."""
    codes = "".join(f"| {code.value} | {MEANINGS[code]} |\n" for code in MEANINGS)
    command = get_command(app)
    context: Any = command.make_context("fluxhook", [], resilient_parsing=True)
    verbs = get_docs_for_click(obj=command, ctx=context, name="fluxhook", indent=1)
    return f"{HEAD}{codes}\n{verbs.strip()}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
