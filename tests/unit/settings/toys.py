"""Options of a pretend hub, with one of every kind that the machinery knows."""

from enum import Enum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from hubbub.settings.spellings import Dialect


class Policy(Enum):
    KEEP = "keep"
    DROP = "drop"


class Shelf(Struct, frozen=True):
    name: str
    boards: Annotated[int, Meta(ge=1)] = 1
    labels: dict[str, str] = {}


class Bakery(Struct, frozen=True):
    """Bread."""

    enabled: Annotated[bool, Meta(description="Whether there is a bakery.")] = True
    port: Annotated[int, Meta(description="Where it sells.", ge=0, le=65535)] = 8001
    oven_count: Annotated[int, Meta(description="How many ovens.", ge=1)] = 2
    flour: Annotated[Literal["rye", "wheat"], Meta(description="What it bakes with.")] = "wheat"
    policy: Policy = Policy.KEEP
    shelves: tuple[Shelf, ...] = ()
    sorts: list[str] = []
    heat: Annotated[float, Meta(gt=0)] = 220.5
    boss: str | None = None
    key: Annotated[str, Meta(description="To the door.", extra={"secret": True})] = "hidden"

    def __post_init__(self) -> None:
        if self.oven_count == 13:
            raise ValueError("thirteen ovens bring bad luck")


class Sauna(Struct, frozen=True):
    """Heat."""

    port: Annotated[int, Meta(ge=0, le=65535)] = 8002
    heat: float = 90.0


class Town(Struct, frozen=True):
    """A town."""

    host: Annotated[str, Meta(description="Where it lies.")] = "localhost"
    bakery: Bakery = Bakery()
    sauna: Sauna = Sauna()


DIALECT = Dialect(
    Town,
    aliases={
        ("bakery", "ovens"): ("bakery", "oven_count"),
        ("baker",): ("bakery",),
        ("flour",): ("bakery", "flour"),
    },
    pending={("zoo",): "there are no animals yet", ("sauna", "ice"): "it is too warm"},
    refused={("alarm",): "nobody would come"},
    wrappers=("server",),
    dormant={("sauna", "heat"): "the stove is not there yet"},
    variables={"TOWN_BAKERY_PORT": ("bakery", "port")},
)
