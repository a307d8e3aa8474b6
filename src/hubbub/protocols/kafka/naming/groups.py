"""A group's states and type, as ListGroups and DescribeGroups call them."""

from typing import Final

from hubbub.core.groups import State

STATES: Final[dict[State, str]] = {
    State.EMPTY: "Empty",
    State.PREPARING: "PreparingRebalance",
    State.COMPLETING: "CompletingRebalance",
    State.STABLE: "Stable",
    State.DEAD: "Dead",
}
CLASSIC: Final = "classic"
"""Groups whose members assign among themselves."""
