"""Run small test suites that use the plug-in, as their authors would, and look at what pytest says of them."""

import os
from importlib.metadata import entry_points
from typing import Final

import pytest

from tests.unit.cli.program import ROOT

IS_INSTALLED: Final = any(point.name == "hubbub" for point in entry_points(group="pytest11"))
PLUGIN: Final = () if IS_INSTALLED else ("-p", "hubbub.testing.plugin")
"""What loads it: nothing needs to where Hubbub was installed with its entry point, as users have it."""

ALONE: Final = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""For suites in processes of their own: without all the plug-ins that are installed here, which take their time."""
NAMED: Final = ("-p", "hubbub.testing.plugin", "-p", "anyio", "-p", "no:cacheprovider")
"""The flags that go with it."""

KEPT: Final = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "PYTEST_CURRENT_TEST")
"""What of the environment the suites see. pytest says other things, and in other words, with CI, COLUMNS, PYTEST_ADDOPTS and more."""


def environment_alone(**variables: str) -> dict[str, str]:
    """The environment of such a suite in a process of its own: the same wherever it runs."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | ALONE | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", **variables}


def alone(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """The same environment for these suites wherever they run: what they cannot do without, and these variables."""
    for name in set(os.environ) - set(KEPT):
        monkeypatch.delenv(name)
    for name, value in {"COLUMNS": "100", **variables}.items():
        monkeypatch.setenv(name, value)


def run(pytester: pytest.Pytester, source: str, *flags: str) -> pytest.RunResult:
    """One suite, in this process."""
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", *flags)


def said(result: pytest.RunResult) -> str:
    """All that it printed."""
    return result.stdout.str()
