"""Who keeps a partition: this node alone. What is said about lists of replicas that ask for anything else."""

from collections.abc import Sequence


def complaint(replicas: Sequence[int], node: int) -> str:
    """Why a partition cannot lie on these nodes; empty for this node alone."""
    if not replicas:
        return "a partition needs at least one replica"
    strangers = [replica for replica in replicas if replica != node]
    if strangers:
        return f"there is no broker {strangers[0]}: this is one node, with id {node}"
    return "" if len(replicas) == 1 else f"broker {node} stands in the list more than once"
