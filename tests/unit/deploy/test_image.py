"""The image and the compose file, as far as they go without Docker: linted, checked, and what they run is run."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from hubbub.settings import Settings
from hubbub.settings.options import options
from tests.unit.cli.program import PATIENCE, ROOT, Serving, environment
from tests.unit.deploy.dockerfile import Image, Instruction, image, instructions

DOCKERFILE: Final = ROOT / "deploy" / "Dockerfile"
COMPOSE: Final = ROOT / "deploy" / "compose.yaml"
STEPS: Final[list[Instruction]] = instructions(DOCKERFILE)
IMAGE: Final[Image] = image(STEPS)
NOBODY: Final = 10001
FREE_VARIABLES: Final = {
    option.variable: "0"
    for option in options(Settings)
    if option.path[-1] in ("port", "websocket_port") and option.path[0] != "admin"
}


def tool(name: str) -> str:
    """A program that the development's requirements bring."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"skipped: no {name} here")
    return found


def test_hadolint_finds_nothing() -> None:
    result = subprocess.run(
        [tool("hadolint"), "--failure-threshold", "style", str(DOCKERFILE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "")


def test_the_image_listens_for_others_as_nobody_in_particular_and_keeps_what_it_gets() -> None:
    assert IMAGE.user == f"{NOBODY}:{NOBODY}"
    assert IMAGE.volumes == [IMAGE.environment["HUBBUB_DATA_DIR"]]
    usual = Settings()
    assert IMAGE.ports == {usual.kafka.port, usual.mqtt.port, usual.mqtt.websocket_port, usual.amqp.port}
    variables = {option.variable for option in options(Settings)}
    assert {name for name in IMAGE.environment if name.startswith("HUBBUB_")} <= variables
    assert (
        "HUBBUB_ADMIN_HOST" not in IMAGE.environment
    )  # the admin port is the container's own until somebody opens it
    assert (IMAGE.entry, IMAGE.command, IMAGE.health) == (["hubbub"], ["serve"], ["hubbub", "health"])


def sent(path: str) -> bool:
    """Whether .dockerignore lets a file go to Docker: the last line that fits decides."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    goes = True
    for line in [line for line in lines if line and not line.startswith("#")]:
        pattern = line.removeprefix("!")
        parts = Path(path).parts
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if any(fits(each, pattern) for each in above):
            goes = line.startswith("!")
    return goes


def fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatch(path.rpartition("/")[2], pattern[3:])
    return "/" not in path and fnmatch.fnmatch(path, pattern)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first stage: what Docker is sent and copies, built by pip and unpacked where another Python finds it."""
    folder = tmp_path_factory.mktemp("build")
    for step in STEPS:
        if (step.stage, step.name) == (0, "COPY"):
            *sources, _ = step.words.split()
            for source in sources:
                copy(ROOT / source, folder / source)
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--disable-pip-version-check",
            "--wheel-dir",
            str(folder / "dist"),
            str(folder),
        ],
        env=environment({"PYTHONWARNINGS": "default"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    (wheel,) = (folder / "dist").glob("hubbub-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def copy(source: Path, to: Path) -> None:
    files = [source] if source.is_file() else [file for file in source.rglob("*") if file.is_file()]
    for file in files:
        if sent(str(file.relative_to(ROOT))):
            place = to if source.is_file() else to / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    assert to.exists(), f"{source}: .dockerignore keeps it from Docker"


def test_what_is_no_part_of_the_image_does_not_go_to_docker() -> None:
    for path in (
        ".git/config",
        "tests/conftest.py",
        ".venv/bin/python",
        "data/lock",
        "src/hubbub/__pycache__/a.pyc",
        "hubbub.yaml",
    ):
        assert not sent(path), path
    for path in ("pyproject.toml", "src/hubbub/__init__.py", "src/hubbub/py.typed"):
        assert sent(path), path


def test_the_image_holds_the_whole_package(package: Path) -> None:
    wanted = {
        str(file.relative_to(ROOT / "src"))
        for file in (ROOT / "src").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert wanted <= {str(file.relative_to(package)) for file in package.rglob("*") if file.is_file()}


@pytest.fixture
def contained(package: Path, tmp_path: Path) -> Iterator[tuple[Serving, dict[str, str]]]:
    """What the image runs, with its variables, on a volume; and the variables."""
    volume = tmp_path / "volume"
    volume.mkdir()
    variables = {
        **{name: value for name, value in IMAGE.environment.items() if name.startswith("HUBBUB_")},
        **FREE_VARIABLES,
        "HUBBUB_DATA_DIR": str(volume),
        "HUBBUB_ADMIN_PORT": "0",
        "PYTHONPATH": str(package),
        "container": "docker",
    }
    command = [sys.executable, "-m", *IMAGE.entry]
    with Serving(folder=volume, command=command, **variables) as hub:
        yield hub, {**variables, "HUBBUB_ADMIN_PORT": str(hub.port("admin"))}


def test_what_the_image_runs_serves_is_found_healthy_and_stops(
    contained: tuple[Serving, dict[str, str]], tmp_path: Path
) -> None:
    hub, variables = contained
    hosts = {each["protocol"]: each["host"] for each in hub.ready["listening"]}
    assert (hosts["kafka"], hosts["mqtt"], hosts["amqp"], hosts["admin"]) == (
        "0.0.0.0",
        "0.0.0.0",
        "0.0.0.0",
        "localhost",
    )
    check = [sys.executable, "-m", *IMAGE.health]
    healthy = subprocess.run(
        check, env=environment(variables), capture_output=True, timeout=PATIENCE, check=False
    )
    assert healthy.returncode == 0, healthy.stderr
    code, said = hub.stop()
    assert code == 0
    assert "this is a container, and kafka.advertised_host is not set" in said
    gone = subprocess.run(
        check, env=environment(variables), capture_output=True, timeout=PATIENCE, check=False
    )
    assert gone.returncode != 0
    assert (tmp_path / "volume" / "FORMAT").is_file()


def as_nobody() -> list[str]:
    """How to run something as the image's user. Skips where that cannot be done here."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("skipped: only root may be somebody else, with setpriv")
    words = [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
    ]
    if subprocess.run(
        [*words, sys.executable, "-c", "import click, msgspec"], capture_output=True, check=False
    ).returncode:
        pytest.skip("skipped: this Python is in a folder that others may not read")
    return words


def test_nobody_in_particular_needs_its_volume_and_no_more(package: Path) -> None:
    words = as_nobody()
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are for their owner alone
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(package, folder / "site")
        volume = folder / "volume"
        volume.mkdir(mode=0o750)
        os.chown(volume, NOBODY, NOBODY)
        variables = {
            **FREE_VARIABLES,
            "HUBBUB_DATA_DIR": str(volume),
            "HUBBUB_ADMIN_PORT": "0",
            "PYTHONPATH": str(folder / "site"),
        }
        with Serving(folder=volume, command=[*words, sys.executable, "-m", "hubbub"], **variables) as hub:
            assert hub.stop()[0] == 0
        assert (volume / "FORMAT").stat().st_uid == NOBODY


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The compose file as Compose itself reads it, with all that is filled in."""
    folder = tmp_path_factory.mktemp("home")
    result = subprocess.run(
        [tool("docker-compose"), "--file", str(COMPOSE), "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_every_compose_file_is_one(tmp_path: Path) -> None:
    """The examples' too."""
    files = [COMPOSE, *sorted((ROOT / "examples").rglob("docker-compose.yml"))]
    assert len(files) > 5
    for file in files:
        result = subprocess.run(
            [tool("docker-compose"), "--file", str(file), "config", "--quiet"],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, ""), file


def test_all_files_that_containers_are_given_are_there(composed: Any) -> None:
    mounts = [mount for service in composed["services"].values() for mount in service.get("volumes", ())]
    bound = [Path(mount["source"]) for mount in mounts if mount["type"] == "bind"]
    assert bound
    assert [file for file in bound if not file.exists()] == []
    build = composed["services"]["hub"]["build"]
    assert Path(build["context"], build["dockerfile"]) == DOCKERFILE


def test_what_the_hub_is_told_there_lets_all_reach_it(composed: Any, package: Path, tmp_path: Path) -> None:
    """Its variables, on free ports: the names that clients are given, the admin port for Prometheus, a token for all else."""
    hub = composed["services"]["hub"]
    told = dict(hub["environment"])
    assert {int(port["target"]) for port in hub["ports"]} == IMAGE.ports | {Settings().admin.port}
    (admin,) = [port for port in hub["ports"] if port["target"] == Settings().admin.port]
    assert admin["host_ip"] == "127.0.0.1"
    listeners = json.loads(told["HUBBUB_KAFKA_LISTENERS"])
    assert [each["advertised_host"] for each in listeners] == ["hub"]
    told["HUBBUB_KAFKA_LISTENERS"] = json.dumps([{**each, "port": 0} for each in listeners])
    variables = {
        **told,
        **FREE_VARIABLES,
        "HUBBUB_ADMIN_PORT": "0",
        "PYTHONPATH": str(package),
        "container": "docker",
    }
    variables["HUBBUB_HOST"] = IMAGE.environment["HUBBUB_HOST"]
    with Serving(folder=tmp_path, command=[sys.executable, "-m", "hubbub"], **variables) as serving:
        assert serving.ready["admin_token"]
        scraped = subprocess.run(
            [sys.executable, "-c", SCRAPE, str(serving.port("admin"))],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert scraped.returncode == 0, scraped.stderr
        code, said = serving.stop()
    assert (code, "advertised_host" in said) == (0, False)


SCRAPE: Final = """
import sys, urllib.request
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/metrics", headers={"Host": "hub:9080"})
assert b"hubbub_ready 1" in urllib.request.urlopen(request).read()
"""


def test_prometheus_and_grafana_find_each_other_and_the_hub(composed: Any) -> None:
    services = composed["services"]
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    (scrape,) = config["scrape_configs"]
    assert scrape["job_name"] == "hubbub"  # what the rules call it
    assert scrape["static_configs"] == [{"targets": [f"hub:{Settings().admin.port}"]}]
    (source,) = yaml.safe_load(
        (ROOT / "deploy/grafana/provisioning/datasources/prometheus.yaml").read_text(encoding="utf-8")
    )["datasources"]
    assert re.fullmatch(r"http://(\w+):9090", source["url"])[1] in services  # type: ignore[index]
    (boards,) = yaml.safe_load(
        (ROOT / "deploy/grafana/provisioning/dashboards/hubbub.yaml").read_text(encoding="utf-8")
    )["providers"]
    targets = [mount["target"] for mount in services["grafana"]["volumes"]]
    assert f"{boards['options']['path']}/dashboard.json" in targets
