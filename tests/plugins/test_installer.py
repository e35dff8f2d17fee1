import sys
from importlib import metadata
from pathlib import Path

from lab.plugins.installer import install


def test_every_provider_gets_a_launcher_of_its_sdks_version(tmp_path: Path) -> None:
    install(tmp_path / "bin", tmp_path / "home", Path(sys.executable))
    for name in ("aws", "github", "kubernetes", "random"):
        version = metadata.version(f"pulumi-{name}")
        place = tmp_path / "home/plugins" / f"resource-{name}-v{version}"
        assert (place / f"pulumi-resource-{name}").stat().st_mode & 0o111
    assert not (tmp_path / "bin").exists()


def test_an_official_plugin_is_used_and_left_alone(tmp_path: Path) -> None:
    official = tmp_path / "official"
    official.mkdir()
    (official / "pulumi-resource-random").write_text("theirs")
    for _ in range(2):
        install(tmp_path / "bin", tmp_path / "home", Path(sys.executable), {"random": official})
    version = metadata.version("pulumi-random")
    place = tmp_path / "home/plugins" / f"resource-random-v{version}"
    assert (place / "pulumi-resource-random").read_text() == "theirs"
    install(tmp_path / "bin", tmp_path / "home", Path(sys.executable))
    assert (place / "pulumi-resource-random").read_text() != "theirs"
    assert (official / "pulumi-resource-random").read_text() == "theirs"


def test_a_cli_of_ours_stands_beside_the_language_host(tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.write_text("a CLI")
    for _ in range(2):
        install(tmp_path / "bin", tmp_path / "home", Path(sys.executable), cli=built)
    assert (tmp_path / "bin/pulumi").read_text() == "a CLI"
    assert (tmp_path / "bin/pulumi-language-python").stat().st_mode & 0o111
