"""Fixtures for all tests: hubs on free ports, each with a loop in a thread of its own, that assert that no defect came up."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from hypothesis import settings as examples
from msgspec import Struct
from msgspec.structs import fields, replace

from hubbub.app import Hub, Listening
from hubbub.settings import Settings

pytest_plugins = ["tests.marks"]


# The same examples in every run: a change is judged by what it changed. `make soak` draws anew.
examples.register_profile("same", derandomize=True, deadline=None)
examples.register_profile("anew", derandomize=False, deadline=None)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Some clients (Celery) and our own command line set logging up for their whole process, which here is that of all tests."""
    loggers = logging.getLogger(), logging.getLogger("hubbub")
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers[:], logger.level, logger.propagate = handlers, level, propagate
    logging.disable(logging.NOTSET)


class HubThread:
    """A running hub. ``port("kafka")`` says where; ``call(function)`` runs a function on its loop and returns what it returns."""

    def __init__(self, settings: Settings) -> None:
        self.defects: list[Exception] = []
        self.listening: list[Listening] = []
        self._loop = asyncio.new_event_loop()
        self._settings = settings
        self._failed: list[BaseException] = []
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="hub", daemon=True)
        self._thread.start()
        started.wait()
        if self._failed:
            raise self._failed[0]

    def port(self, protocol: str) -> int:
        return next(each.port for each in self.listening if each.protocol == protocol)

    def address(self, protocol: str) -> str:
        return f"127.0.0.1:{self.port(protocol)}"

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        async def run() -> Any:
            return function(*args)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def wait(self, awaitable: Coroutine[Any, Any, Any]) -> Any:
        """Run something that waits on the hub's loop, and return what it returns."""
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result(10)

    def stop(self) -> None:
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.hub.stop(grace=1.0), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self.hub = Hub(self._settings, on_defect=self.defects.append)
        try:
            self.listening = self._loop.run_until_complete(self.hub.start())
        except BaseException as error:
            self._failed.append(error)
        started.set()
        if not self._failed:
            self._loop.run_forever()
        self._loop.close()


def on_free_ports(settings: Settings) -> Settings:
    """The same settings with every listening port that still has its default made free."""
    changes: dict[str, Any] = {}
    for section in fields(settings):
        value = getattr(settings, section.name)
        if not isinstance(value, Struct):
            continue
        ports = {
            field.name: 0
            for field in fields(value)
            if (field.name == "port" or field.name.endswith("_port"))
            and not field.name.startswith("advertised")
            and getattr(value, field.name) == field.default
        }
        if ports:
            changes[section.name] = replace(value, **ports)
    return replace(settings, **changes)


@pytest.fixture
def run_hub() -> Iterator[Callable[..., HubThread]]:
    """Start hubs with settings of your own: ``run_hub(kafka=KafkaOptions(port=0, ...))``. Rooms that are not named get port 0."""
    hubs: list[HubThread] = []

    def start(**sections: Any) -> HubThread:
        hub = HubThread(on_free_ports(Settings(**sections)))
        hubs.append(hub)
        return hub

    yield start
    for hub in hubs:
        hub.stop()
    assert [defect for hub in hubs for defect in hub.defects] == []


@pytest.fixture
def hub(run_hub: Callable[..., HubThread]) -> HubThread:
    """A hub with default settings on free ports."""
    return run_hub()
