import sys
from functools import partial
from importlib import metadata
from pathlib import Path

from lab.plugins.installer import install


def plugin(tmp_path: Path, name: str) -> Path:
    """Where the engine looks for the plugin in the version that the SDK asks for."""
    version = metadata.version(f"pulumi-{name}")
    return tmp_path / f"home/plugins/resource-{name}-v{version}/pulumi-resource-{name}"


def test_every_stand_in_gets_a_launcher_of_its_sdks_version(tmp_path: Path) -> None:
    install(tmp_path / "bin", tmp_path / "home", Path(sys.executable))
    for name in ("aws", "kubernetes", "random"):
        assert plugin(tmp_path, name).stat().st_mode & 0o111
    assert not (tmp_path / "bin").exists()


def test_a_plugin_that_was_built_is_used_unless_there_is_an_official_one(tmp_path: Path) -> None:
    (tmp_path / "built").write_text("ours")
    (tmp_path / "official").mkdir()
    (tmp_path / "official/pulumi-resource-github").write_text("theirs")
    place = partial(install, tmp_path / "bin", tmp_path / "home", Path(sys.executable))
    built = {"github": tmp_path / "built"}
    place(built=built)
    assert plugin(tmp_path, "github").read_text() == "ours"
    place(built=built, official={"github": tmp_path / "official"})
    assert plugin(tmp_path, "github").read_text() == "theirs"


def test_an_official_plugin_is_used_and_left_alone(tmp_path: Path) -> None:
    official = tmp_path / "official"
    official.mkdir()
    (official / "pulumi-resource-random").write_text("theirs")
    for _ in range(2):
        install(tmp_path / "bin", tmp_path / "home", Path(sys.executable), {"random": official})
    assert plugin(tmp_path, "random").read_text() == "theirs"
    install(tmp_path / "bin", tmp_path / "home", Path(sys.executable))
    assert plugin(tmp_path, "random").read_text() != "theirs"
    assert (official / "pulumi-resource-random").read_text() == "theirs"


def test_a_cli_of_ours_stands_beside_the_language_host(tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.write_text("a CLI")
    for _ in range(2):
        install(tmp_path / "bin", tmp_path / "home", Path(sys.executable), cli=built)
    assert (tmp_path / "bin/pulumi").read_text() == "a CLI"
    assert (tmp_path / "bin/pulumi-language-python").stat().st_mode & 0o111
