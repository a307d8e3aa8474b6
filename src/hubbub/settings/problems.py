"""Settings that cannot be used."""

from hubbub.documents.problems import BadDocument


class BadSettings(BadDocument):
    """The settings cannot be used. Holds every problem that was found, in the order of the sources."""
