"""`flux hook …`: what the Flux CLI runs is this command line, completions included."""

import subprocess
from pathlib import Path

import pytest

from fluxhook.files.plugin import MARK
from tests.unit.cli.conftest import fluxhook


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the Flux CLI looks for plugins."""
    monkeypatch.delenv("FLUXCD_PLUGINS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".fluxcd" / "plugins"


def run(plugin: Path, *arguments: str) -> str:
    """Run the plugin as the Flux CLI does, in a directory that has nothing of ours."""
    done = subprocess.run(
        [plugin, *arguments], cwd=plugin.parent, capture_output=True, text=True, check=True
    )
    return done.stdout


def completions(plugin: Path, *arguments: str) -> tuple[list[str], str]:
    *lines, directive = run(plugin, "__complete", *arguments).splitlines()
    # The Flux CLI skips an empty line.
    return [line.partition("\t")[0] for line in lines if line], directive


def test_the_linked_plugin_runs_this_command_line(plugins: Path) -> None:
    printed = fluxhook("plugin").stdout
    plugin = plugins / "flux-hook"
    assert str(plugin) in printed
    # The Flux CLI takes regular files with an executable bit.
    assert plugin.is_file() and plugin.stat().st_mode & 0o111
    assert run(plugin, "--version") == fluxhook("--version").stdout


def test_the_flux_cli_gets_completions_in_the_form_of_cobra(plugins: Path) -> None:
    fluxhook("plugin")
    plugin = plugins / "flux-hook"
    (plugins / "Pulumi.shop.yaml").touch()
    words, directive = completions(plugin, "")
    assert {"init", "add", "graph"} <= set(words) and directive == ":4"
    assert completions(plugin, "gra") == (["graph"], ":4")
    assert completions(plugin, "graph", "--format", "") == (["mermaid", "dot", "svg"], ":4")
    assert completions(plugin, "graph", "--stack", "") == (["shop"], ":4")
    assert completions(plugin, "graph", "--cwd", "./") == ([], ":0")


def test_linking_again_renews_the_plugin_and_remove_deletes_it(plugins: Path) -> None:
    fluxhook("plugin")
    plugin = plugins / "flux-hook"
    plugin.write_text(f"#!/no/longer/there\n{MARK}\n")
    fluxhook("plugin")
    assert "/no/longer/there" not in plugin.read_text()
    fluxhook("plugin", "--remove")
    assert not plugin.exists()
    fluxhook("plugin", "--remove")


@pytest.mark.parametrize("flag", [[], ["--remove"]])
def test_a_plugin_of_somebody_else_is_left_alone(flag: list[str], plugins: Path) -> None:
    plugins.mkdir(parents=True)
    plugin = plugins / "flux-hook"
    plugin.write_text("#!/bin/sh\n")
    assert "is not from `fluxhook plugin`" in fluxhook("plugin", *flag, code=1).stderr
    assert plugin.read_text() == "#!/bin/sh\n"


def test_the_directory_that_the_user_named_is_used(
    plugins: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLUXCD_PLUGINS", str(tmp_path / "mine"))
    fluxhook("plugin")
    assert (tmp_path / "mine" / "flux-hook").exists() and not plugins.exists()
