"""What a service manager is told, over the socket that it names."""

import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from hubbub.cli.supervisor import READY, tell
from tests.unit.cli.program import FREE, PATIENCE, Serving, hubbub

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="skipped: no sockets of this kind there")


def manager(address: str) -> socket.socket:
    """The other end, as a service manager keeps it."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(address)
    listening.settimeout(PATIENCE)
    return listening


def test_it_hears_that_the_hub_is_ready_and_then_that_it_stops(tmp_path: Path) -> None:
    with manager(str(tmp_path / "notify")) as heard:
        with Serving(*FREE, folder=tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as hub:
            assert heard.recv(100) == b"READY=1"
            code, _ = hub.stop()
            assert heard.recv(100) == b"STOPPING=1"
        assert code == 0
        heard.setblocking(False)
        with pytest.raises(BlockingIOError):
            heard.recv(100)


def test_it_hears_nothing_of_a_hub_that_cannot_start(tmp_path: Path) -> None:
    with manager(str(tmp_path / "notify")) as heard, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = hubbub(
            "serve", *FREE, "--kafka-port", port, folder=tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")
        )
        assert result.returncode == 3
        heard.setblocking(False)
        with pytest.raises(BlockingIOError):
            heard.recv(100)


@pytest.mark.skipif(sys.platform != "linux", reason="skipped: abstract names are Linux's")
def test_a_name_that_begins_with_an_at_sign_is_abstract(tmp_path: Path) -> None:
    name = f"hubbub-{tmp_path.name}-{tmp_path.parent.name}"
    with manager(f"\0{name}") as heard:
        tell({"NOTIFY_SOCKET": f"@{name}"}, READY)
        assert heard.recv(100) == b"READY=1"


def test_a_manager_that_listens_no_more_holds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = str(tmp_path / "notify")
    with manager(address) as heard, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.setblocking(False)
        with suppress(BlockingIOError):
            while other.sendto(b"x", address):  # until there is no room for another word
                pass
        tell({"NOTIFY_SOCKET": address}, READY)
        assert heard.recv(100) == b"x"
    assert "cannot be told READY=1: " in capsys.readouterr().err


def test_a_manager_that_is_not_there_is_a_line_and_no_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell({"NOTIFY_SOCKET": str(tmp_path / "nobody")}, READY)
    assert "cannot be told READY=1: " in capsys.readouterr().err
    tell({}, READY)
    assert capsys.readouterr().err == ""
