"""All routes. The document at ``/openapi.json``, the page docs/admin-api.md and the app itself are made from this table."""

from typing import Final

from hubbub.console.route import Route, delete, get, post, put
from hubbub.console.views import (
    clients,
    configuration,
    groups,
    live,
    publishing,
    queues,
    records,
    reset,
    status,
    tap,
    topics,
)

V1: Final = "/api/v1"

ROUTES: Final[tuple[Route, ...]] = (
    get(f"{V1}/status", status.status),
    get(f"{V1}/protocols", status.protocols),
    get(f"{V1}/listeners", status.listeners),
    get(f"{V1}/clients", clients.listing),
    delete(f"{V1}/clients/{{room}}/{{client}}", clients.kick),
    get(f"{V1}/topics", topics.listing),
    post(f"{V1}/topics", topics.create),
    get(f"{V1}/topics/{{topic}}", topics.topic),
    delete(f"{V1}/topics/{{topic}}", topics.delete),
    get(f"{V1}/topics/{{topic}}/partitions", topics.partitions),
    get(f"{V1}/topics/{{topic}}/records", records.records),
    get(f"{V1}/groups", groups.listing),
    get(f"{V1}/groups/{{group}}", groups.group),
    delete(f"{V1}/groups/{{group}}", groups.delete),
    get(f"{V1}/groups/{{group}}/members", groups.members),
    get(f"{V1}/groups/{{group}}/offsets", groups.offsets),
    put(f"{V1}/groups/{{group}}/offsets", groups.move),
    delete(f"{V1}/groups/{{group}}/offsets", groups.forget),
    get(f"{V1}/subscriptions", live.subscriptions),
    get(f"{V1}/sessions", live.sessions),
    delete(f"{V1}/sessions/{{room}}/{{session}}", live.end_session),
    get(f"{V1}/retained", live.retained),
    delete(f"{V1}/retained/{{address}}", live.release),
    get(f"{V1}/exchanges", queues.exchanges),
    post(f"{V1}/exchanges", queues.create_exchange),
    get(f"{V1}/bindings", queues.bindings),
    post(f"{V1}/bindings", queues.create_binding),
    get(f"{V1}/queues", queues.queues),
    post(f"{V1}/queues", queues.create_queue),
    get(f"{V1}/queues/{{queue}}", queues.queue),
    delete(f"{V1}/queues/{{queue}}", queues.delete),
    get(f"{V1}/queues/{{queue}}/messages", queues.peek),
    delete(f"{V1}/queues/{{queue}}/messages", queues.purge),
    post(f"{V1}/publish", publishing.publish),
    get(f"{V1}/tap", tap.tap),
    get(f"{V1}/configuration", configuration.configuration),
    post(f"{V1}/reset", reset.reset),
)
