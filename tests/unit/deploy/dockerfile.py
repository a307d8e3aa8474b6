"""A Dockerfile as instructions, with the words of the last stage's. hadolint says whether it is a good one."""

import json
import shlex
from pathlib import Path
from typing import NamedTuple


class Instruction(NamedTuple):
    """One of them; ``stage`` counts from 0."""

    stage: int
    name: str
    words: str


def instructions(file: Path) -> list[Instruction]:
    """In order, without comments, each on one line."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found: list[Instruction] = []
    stage = -1
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, words = line.strip().partition(" ")
        if name:
            stage += name == "FROM"
            found.append(Instruction(stage, name, " ".join(words.split())))
    return found


class Image(NamedTuple):
    """What the last stage makes."""

    environment: dict[str, str]
    user: str
    ports: set[int]
    volumes: list[str]
    health: list[str]
    entry: list[str]
    command: list[str]


def image(found: list[Instruction]) -> Image:
    """Raises KeyError for an instruction that is missing."""
    last = max(each.stage for each in found)
    said = {each.name: each.words for each in found if each.stage == last}
    pairs = [
        word.partition("=")
        for each in found
        if (each.stage, each.name) == (last, "ENV")
        for word in shlex.split(each.words)
    ]
    return Image(
        environment={name: value for name, _, value in pairs},
        user=said["USER"],
        ports={int(port) for port in said["EXPOSE"].split()},
        volumes=said["VOLUME"].split(),
        health=json.loads(said["HEALTHCHECK"].partition("CMD ")[2]),
        entry=json.loads(said["ENTRYPOINT"]),
        command=json.loads(said["CMD"]),
    )
