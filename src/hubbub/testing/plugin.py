"""What pytest loads: fixtures and options. All that they need is imported when a test asks for one of them.

    def test_an_order_is_announced(hub):
        place_order(hub.kafka.bootstrap)
        hub.expect("kafka:orders.created").with_json({"total": 99.99}).within(2)

``hub`` is one hub for the session, in a thread of its own, and as new for each test; under xdist each worker has its own. A test with
``@pytest.mark.hubbub(kafka={"default_partitions": 1})`` gets a hub of its own with these settings. ``hub_process`` starts hubs as processes.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from hubbub.client.choices import Choice
    from hubbub.testing.apart import HubApart, SceneApart
    from hubbub.testing.hub import HubUnderTest, Scene
    from hubbub.testing.session import SharedHub

SCENES: Final = pytest.StashKey["list[Scene | SceneApart]"]()
"""Of one test: of its hub, and of its hub in a process."""
RECORDS: Final = ("failed", "always", "never")
LONGEST_NAME: Final = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hubbub", "Hubbub: event brokers for tests")
    group.addoption("--hubbub-config", metavar="FILE", help="configuration of the hubs of this session")
    group.addoption(
        "--hubbub-record",
        choices=RECORDS,
        help="write what a test's hub saw to a file: of tests that failed (the default), always, never",
    )
    group.addoption("--hubbub-record-dir", metavar="FOLDER", help="where to (default: in pytest's cache)")
    parser.addini(
        "hubbub_config", "configuration of the hubs of this session, from the root folder", default=""
    )
    parser.addini("hubbub_within", "how long is waited where no test says, in seconds", default="2")
    parser.addini("hubbub_reset", "when the hub is made as new: test (before each) or never", default="test")
    parser.addini("hubbub_record", "failed, always or never", default="failed")
    parser.addini("hubbub_record_dir", "where records are written, from the root folder", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "hubbub(**settings): a hub with these settings, for this test alone")


# fixtures


@pytest.fixture(scope="session")
def hubbub_settings() -> "Mapping[str, Choice]":
    """Settings of the session's hub, as keyword arguments of `hubbub.running`; override it in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def hubbub_session(
    hubbub_settings: "Mapping[str, Choice]", pytestconfig: pytest.Config
) -> "Iterator[SharedHub]":
    """The session's hub; under xdist, the worker's."""
    from hubbub.testing.session import shared

    with shared(chosen_file(pytestconfig), hubbub_settings) as session:
        yield session


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> "Iterator[HubUnderTest]":
    """A hub as new, and all that it sees during this test."""
    from hubbub.testing.session import shared

    config = request.config
    mark = request.node.get_closest_marker("hubbub")
    with ExitStack() as stack:
        if mark is None:
            session: SharedHub = request.getfixturevalue("hubbub_session")
        else:
            session = stack.enter_context(shared(chosen_file(config), mark.kwargs))
        resets = config.getini("hubbub_reset") != "never"
        scene = stack.enter_context(session.scene(float(config.getini("hubbub_within")), resets=resets))
        request.node.stash.setdefault(SCENES, []).append(scene)
        yield scene.hub


@pytest.fixture
def hub_process(request: pytest.FixtureRequest) -> "Iterator[HubApart]":
    """A hub in a process of its own, on free ports, as new, and all that it sees during this test."""
    from hubbub.testing.apart import scene_apart

    config = request.config
    with scene_apart(chosen_file(config), float(config.getini("hubbub_within"))) as scene:
        request.node.stash.setdefault(SCENES, []).append(scene)
        yield scene.hub


# what happens around a test


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """What a test expected and did not ask is asked while it still may fail."""
    __tracebackhide__ = True
    result = yield
    scenes = item.stash.get(SCENES, [])
    if scenes:
        from hubbub.testing.patience import Unmet

        try:
            for scene in scenes:
                scene.settle()
        except Unmet as why:  # no line of the test raised it, so no lines are shown
            raise pytest.fail.Exception(str(why), pytrace=False) from None
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what came; a file keeps all of it."""
    report = yield
    scenes = item.stash.get(SCENES, [])
    if not scenes or not (report.when == "call" or (report.when == "setup" and report.failed)):
        return report
    mode = chosen(item.config, "hubbub_record")
    for number, scene in enumerate(scenes):
        if report.failed and not (call.excinfo is not None and tells_what_came(call.excinfo.value)):
            report.sections.append((scene.title, "\n".join(scene.hub.timeline())))
        if mode == "always" or (mode == "failed" and report.failed):
            report.sections.append((scene.title, recorded(item, scene, number)))
    return report


def tells_what_came(error: BaseException) -> bool:
    """Whether the words of a failure do so already."""
    from hubbub.testing.patience import TooLate, Unmet

    unmet = error.__context__ if isinstance(error, pytest.fail.Exception) else error
    return isinstance(unmet, Unmet) and not isinstance(unmet, TooLate)


def recorded(item: pytest.Item, scene: "Scene | SceneApart", number: int) -> str:
    """Write the record of a test's first, second hub; a line on where it is."""
    folder = chosen(item.config, "hubbub_record_dir")
    if folder:
        place = item.config.rootpath / folder
    elif item.config.pluginmanager.hasplugin("cacheprovider"):
        place = item.config.cache.mkdir("hubbub")
    else:
        return "not recorded: pytest's cache is off, so name a folder with --hubbub-record-dir"
    name = re.sub(r"[^\w.-]+", "-", item.nodeid).strip("-")[-LONGEST_NAME:] + (
        f"-{number + 1}" if number else ""
    )
    try:
        count = scene.hub.record(place / f"{name}.jsonl")
    except OSError as why:
        return f"not recorded: {why}"
    return f"{count} messages recorded in {place / name}.jsonl"


# options


def chosen(config: pytest.Config, name: str) -> str:
    """What the command line says, else the configuration of pytest."""
    return str(config.getoption(name) or config.getini(name))


def chosen_file(config: pytest.Config) -> Path | None:
    """The configuration of hubs, if there is one."""
    name = chosen(config, "hubbub_config")
    return config.rootpath / name if name else None
