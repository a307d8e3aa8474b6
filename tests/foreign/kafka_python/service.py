"""What kafka-python's fixtures import as ``test.service``; its source distribution leaves that file out.

Only a broker that runs already is of interest here, and nobody here starts or stops one.
"""


class ExternalService:
    """A broker that somebody else runs."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def stop(self) -> None:
        """Somebody else does."""


class SpawnedService:
    """A broker to be started: never here."""

    def __init__(self, *_: object) -> None:
        raise NotImplementedError("these tests run against a hub that is there already")
