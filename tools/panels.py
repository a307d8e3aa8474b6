"""What Grafana's dashboard shows, row by row. `tools.dashboard` makes its file of it.

In a query ``{*}`` stands for the hubs that are chosen at the top of the dashboard.
"""

from typing import Final

from msgspec import Struct

MOST: Final = 10
"""Lines of a panel whose names others choose."""
WAITING: Final = "Fetch|JoinGroup|SyncGroup"
"""Requests of Kafka that wait on purpose."""


class Query(Struct, frozen=True):
    """What is drawn, and what each line is called."""

    expression: str
    legend: str


class Panel(Struct, frozen=True):
    """A graph over time; ``is_number``: one large number. ``alarm``: the value from which on it is red, ``is_low_bad``: below which."""

    title: str
    unit: str
    queries: tuple[Query, ...]
    about: str = ""
    width: int = 8
    is_number: bool = False
    alarm: float | None = None
    is_low_bad: bool = False
    words: tuple[tuple[str, str], ...] = ()
    """Words for values."""


class Row(Struct, frozen=True):
    """Panels under a title."""

    title: str
    panels: tuple[Panel, ...]


def rate(metric: str, by: str = "", more: str = "") -> str:
    """Per second, summed up."""
    return f"sum{f' by ({by})' if by else ''} (rate({metric}{{*{more}}}[$__rate_interval]))"


def most(expression: str) -> str:
    """The greatest of many."""
    return f"topk({MOST}, {expression})"


def quantile(share: float, metric: str, by: str = "", more: str = "") -> str:
    """Of a histogram, over all hubs that are chosen."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', labels, more)})"


def spread(metric: str) -> tuple[Query, ...]:
    """Half, nearly all, all but one in a hundred."""
    return tuple(Query(quantile(share, metric), f"p{100 * share:.0f}") for share in (0.5, 0.95, 0.99))


def answers(protocol: str, but: str = "") -> tuple[Query, ...]:
    """How long requests take, by their name."""
    more = f',protocol="{protocol}"' + (f',request!~"{but}"' if but else "")
    name = "hubbub_request_seconds"
    return (
        Query(most(quantile(0.99, name, "request", more)), "p99 {{request}}"),
        Query(quantile(0.5, name, "", more), "p50 of all"),
    )


def in_all(*expressions: str) -> str:
    """A sum, also where one of them has no number yet."""
    return " + ".join(f"({expression} or vector(0))" for expression in expressions)


ROWS: Final = (
    Row(
        "Overview",
        (
            Panel(
                "Ready",
                "none",
                (Query("min(hubbub_ready{*})", ""),),
                about="Whether clients may come, as /health/ready says. With several hubs: whether they may to all.",
                width=3,
                is_number=True,
                alarm=1,
                is_low_bad=True,
                words=(("0", "not ready"), ("1", "ready")),
            ),
            Panel(
                "Up for",
                "s",
                (Query("min(time() - hubbub_start_time_seconds{*})", ""),),
                about="Since the hub was started last.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Version",
                "none",
                (Query("hubbub_build_info{*}", "{{version}} in {{storage}}"),),
                about="What runs, and where it keeps records.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Connections",
                "short",
                (Query("sum(hubbub_connections{*})", ""),),
                about="Open ones, of all protocols.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Messages in",
                "cps",
                (
                    Query(
                        in_all(
                            rate("kafka_messages_produced_total"),
                            rate("mqtt_messages_published_total"),
                            rate("amqp_messages_published_total"),
                        ),
                        "",
                    ),
                ),
                about="Published by all protocols.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Messages out",
                "cps",
                (
                    Query(
                        in_all(
                            rate("kafka_messages_consumed_total"),
                            rate("mqtt_messages_delivered_total"),
                            rate("amqp_messages_consumed_total"),
                        ),
                        "",
                    ),
                ),
                about="Handed to consumers of all protocols.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Largest lag",
                "short",
                (Query("max(sum by (instance, group, topic) (kafka_consumer_lag{*}))", ""),),
                about="Of any group of Kafka's, over the partitions of a topic.",
                width=3,
                is_number=True,
            ),
            Panel(
                "Defects",
                "none",
                (Query("sum(increase(hubbub_defects_total{*}[$__range]))", ""),),
                about="Bugs of Hubbub in the time that is shown. Each has its traceback in the log; please report them.",
                width=3,
                is_number=True,
                alarm=1,
            ),
            Panel(
                "Messages in, by protocol",
                "cps",
                (
                    Query(rate("kafka_messages_produced_total"), "kafka"),
                    Query(rate("mqtt_messages_published_total"), "mqtt"),
                    Query(rate("amqp_messages_published_total"), "amqp"),
                ),
            ),
            Panel(
                "Messages out, by protocol",
                "cps",
                (
                    Query(rate("kafka_messages_consumed_total"), "kafka"),
                    Query(rate("mqtt_messages_delivered_total"), "mqtt"),
                    Query(rate("amqp_messages_consumed_total"), "amqp"),
                ),
            ),
            Panel(
                "Octets on the wire",
                "Bps",
                (
                    Query(rate("hubbub_received_bytes_total", "protocol"), "{{protocol}} in"),
                    Query(f"-{rate('hubbub_sent_bytes_total', 'protocol')}", "{{protocol}} out"),
                ),
                about="All that came and went, protocols' own words included. What goes out is below zero.",
            ),
            Panel(
                "Connections, by protocol",
                "short",
                (Query("sum by (protocol) (hubbub_connections{*})", "{{protocol}}"),),
            ),
            Panel(
                "Connections, of what is allowed",
                "percentunit",
                (
                    Query(
                        "hubbub_connections{*} / hubbub_connections_limit{*}",
                        "{{protocol}} {{port}} {{instance}}",
                    ),
                ),
                about="A port that is full takes no more.",
                alarm=0.9,
            ),
            Panel(
                "Connections that came, were refused, broke the protocol",
                "cps",
                (
                    Query(rate("hubbub_connections_accepted_total", "protocol"), "{{protocol}} came"),
                    Query(rate("hubbub_connections_refused_total", "protocol"), "{{protocol}} refused"),
                    Query(
                        rate("hubbub_protocol_errors_total", "protocol"), "{{protocol}} broke the protocol"
                    ),
                ),
                about="Refused: too many were open.",
            ),
            Panel(
                "Parts that are not well",
                "none",
                (Query("1 - hubbub_part_healthy{*}", "{{part}} {{instance}}"),),
                about="1 while a part of a hub is not healthy; /health says why.",
                width=24,
                alarm=1,
            ),
        ),
    ),
    Row(
        "Kafka",
        (
            Panel(
                "Lag",
                "short",
                (Query(most("sum by (group, topic) (kafka_consumer_lag{*})"), "{{group}} on {{topic}}"),),
                about="Records behind what a group has committed.",
                width=12,
            ),
            Panel(
                "Produced, by topic",
                "cps",
                (Query(most(rate("kafka_messages_produced_total", "topic")), "{{topic}}"),),
                width=6,
            ),
            Panel(
                "Consumed, by topic",
                "cps",
                (Query(most(rate("kafka_messages_consumed_total", "topic")), "{{topic}}"),),
                width=6,
            ),
            Panel(
                "Octets of batches, by topic",
                "Bps",
                (
                    Query(most(rate("kafka_topic_received_bytes_total", "topic")), "{{topic}} in"),
                    Query(f"-{most(rate('kafka_topic_sent_bytes_total', 'topic'))}", "{{topic}} out"),
                ),
                about="What is read is below zero.",
            ),
            Panel("Requests", "reqps", (Query(rate("kafka_requests_total", "api"), "{{api}}"),)),
            Panel(
                "How long answers take",
                "s",
                answers("kafka", WAITING),
                about="Without those that wait on purpose: fetches and joins.",
            ),
            Panel(
                "Answers that said no",
                "cps",
                (Query(rate("kafka_errors_total", "api, code"), "{{api}} {{code}}"),),
                about="Some are part of a client's life: a rebalance, a topic that is not there yet.",
            ),
            Panel(
                "Groups",
                "short",
                (Query("sum by (state) (kafka_consumer_groups{*})", "{{state}}"),),
                about="By their state.",
                width=4,
            ),
            Panel(
                "Members of groups",
                "short",
                (Query(most("sum by (group) (kafka_consumer_group_members{*})"), "{{group}}"),),
                width=6,
            ),
            Panel(
                "Rebalances",
                "cps",
                (Query(most(rate("kafka_consumer_group_rebalances_total", "group")), "{{group}}"),),
                about="A group that has one after the other does no work.",
                width=6,
            ),
            Panel(
                "What topics keep",
                "bytes",
                (Query(most("sum by (topic) (kafka_topic_size_bytes{*})"), "{{topic}}"),),
            ),
            Panel(
                "Records, by topic",
                "short",
                (Query(most("sum by (topic) (kafka_topic_messages{*})"), "{{topic}}"),),
                about="Offsets that are kept.",
            ),
            Panel(
                "Topics and partitions",
                "short",
                (
                    Query("sum(kafka_topics{*})", "topics"),
                    Query("sum(kafka_partitions{*})", "partitions"),
                    Query("sum(kafka_connections_active{*})", "connections"),
                ),
                width=4,
            ),
            Panel(
                "Records that are gone",
                "cps",
                (Query(rate("kafka_messages_dropped_total", "reason"), "{{reason}}"),),
                about="Retention at work.",
                width=4,
            ),
        ),
    ),
    Row(
        "MQTT",
        (
            Panel(
                "Published, by topic",
                "cps",
                (Query(most(rate("mqtt_messages_published_total", "topic")), "{{topic}}"),),
            ),
            Panel(
                "Delivered",
                "cps",
                (Query(rate("mqtt_messages_delivered_total"), "delivered"),),
                about="To all subscribers together.",
            ),
            Panel(
                "Dropped, by reason",
                "cps",
                (Query(rate("mqtt_messages_dropped_total", "reason"), "{{reason}}"),),
                about="queue_full: a subscriber's queue; not_reading: QoS 0 for one that does not read; expired: its own time was over; too_large: for that client; not_kept: no room for a retained message.",
            ),
            Panel(
                "Waiting for subscribers",
                "short",
                (Query("sum(mqtt_messages_queued{*})", "messages"),),
                about="Who are away or slow.",
            ),
            Panel("Octets that wait", "bytes", (Query("sum(mqtt_messages_queued_bytes{*})", "octets"),)),
            Panel("How long answers take", "s", answers("mqtt")),
            Panel(
                "Clients, sessions, subscriptions",
                "short",
                (
                    Query("sum(mqtt_clients_connected{*})", "clients"),
                    Query("sum(mqtt_sessions{*})", "sessions"),
                    Query("sum(mqtt_subscriptions_active{*})", "subscriptions"),
                    Query("sum(mqtt_retained_messages{*})", "retained"),
                ),
            ),
            Panel(
                "Connections",
                "cps",
                (
                    Query(rate("mqtt_connections_total"), "accepted"),
                    Query(rate("mqtt_connections_refused_total"), "refused"),
                    Query(rate("mqtt_takeovers_total"), "takeovers"),
                ),
                about="Takeovers: the same client came again; two programs with one client id throw each other out.",
            ),
            Panel("Answers that said no", "cps", (Query(rate("mqtt_errors_total", "code"), "{{code}}"),)),
        ),
    ),
    Row(
        "AMQP",
        (
            Panel(
                "Waiting in queues",
                "short",
                (Query(most("sum by (vhost, queue) (amqp_queue_messages_ready{*})"), "{{vhost}} {{queue}}"),),
                about="Ready for a consumer.",
                width=12,
            ),
            Panel(
                "Handed out and not settled",
                "short",
                (
                    Query(
                        most("sum by (vhost, queue) (amqp_queue_messages_unacknowledged{*})"),
                        "{{vhost}} {{queue}}",
                    ),
                ),
                width=6,
            ),
            Panel(
                "Consumers",
                "short",
                (Query(most("sum by (vhost, queue) (amqp_queue_consumers{*})"), "{{vhost}} {{queue}}"),),
                width=6,
            ),
            Panel(
                "Published, by exchange",
                "cps",
                (Query(most(rate("amqp_messages_published_total", "exchange")), "{{exchange}}"),),
            ),
            Panel(
                "Into queues",
                "cps",
                (Query(most(rate("amqp_queue_messages_total", "vhost, queue")), "{{vhost}} {{queue}}"),),
            ),
            Panel(
                "Out of queues",
                "cps",
                (Query(most(rate("amqp_messages_consumed_total", "vhost, queue")), "{{vhost}} {{queue}}"),),
                about="Handed out, again included.",
            ),
            Panel(
                "Acknowledged, rejected, returned",
                "cps",
                (
                    Query(rate("amqp_messages_acked_total"), "acknowledged"),
                    Query(rate("amqp_messages_rejected_total"), "rejected"),
                    Query(rate("amqp_messages_returned_total"), "returned"),
                ),
            ),
            Panel(
                "Lost, and dead-lettered, by reason",
                "cps",
                (
                    Query(rate("amqp_messages_dropped_total", "reason"), "lost: {{reason}}"),
                    Query(rate("amqp_messages_dead_lettered_total", "reason"), "dead-lettered: {{reason}}"),
                ),
            ),
            Panel("How long answers take", "s", answers("amqp")),
            Panel(
                "Octets in queues",
                "bytes",
                (Query(most("sum by (vhost, queue) (amqp_queue_size_bytes{*})"), "{{vhost}} {{queue}}"),),
            ),
            Panel(
                "Connections and what they use",
                "short",
                (
                    Query("sum(amqp_connections_active{*})", "connections"),
                    Query("sum(amqp_channels_active{*})", "channels"),
                    Query("sum(amqp_queues{*})", "queues"),
                    Query("sum(amqp_exchanges{*})", "exchanges"),
                    Query("sum(amqp_bindings{*})", "bindings"),
                ),
            ),
            Panel(
                "Answers that said no",
                "cps",
                (Query(rate("amqp_errors_total", "code"), "{{code}}"),),
                width=4,
            ),
            Panel(
                "Publishers are blocked",
                "none",
                (Query("max by (instance) (amqp_publishers_blocked{*})", "{{instance}}"),),
                about="Memory or disk is short, and publishers must wait.",
                width=4,
                alarm=1,
            ),
        ),
    ),
    Row(
        "Storage",
        (
            Panel(
                "Until a write is safe",
                "s",
                spread("hubbub_commit_seconds"),
                about="What a producer waits for beside the wire. On disk alone; in memory there is nothing to wait for.",
            ),
            Panel(
                "Room on the disk",
                "bytes",
                (
                    Query("hubbub_disk_free_bytes{*}", "free {{instance}}"),
                    Query("hubbub_disk_size_bytes{*}", "size {{instance}}"),
                ),
            ),
            Panel(
                "The disk is full to",
                "percentunit",
                (Query("1 - hubbub_disk_free_bytes{*} / hubbub_disk_size_bytes{*}", "{{instance}}"),),
                about="Above 90 % the hub says that it is not healthy.",
                alarm=0.9,
            ),
            Panel(
                "Read from disks, and written",
                "Bps",
                (
                    Query(rate("hubbub_disk_read_bytes_total", "instance"), "read {{instance}}"),
                    Query(f"-{rate('hubbub_disk_written_bytes_total', 'instance')}", "written {{instance}}"),
                ),
                about="By the process. What is written is below zero.",
            ),
            Panel(
                "Memory for records",
                "bytes",
                (
                    Query("hubbub_memory_used_bytes{*}", "used {{instance}}"),
                    Query("hubbub_memory_limit_bytes{*}", "limit {{instance}}"),
                ),
                about="In memory the limit refuses new records; on disk this is a cache, and may be full.",
            ),
            Panel(
                "Writing fails",
                "none",
                (Query("hubbub_storage_failing{*}", "{{instance}}"),),
                about="1 while nothing can be written.",
                alarm=1,
            ),
            Panel(
                "The journal keeps",
                "short",
                (Query("sum by (instance) (hubbub_journal_entries{*})", "{{instance}}"),),
                width=6,
            ),
            Panel(
                "Octets of the journal",
                "bytes",
                (Query("sum by (instance) (hubbub_journal_bytes{*})", "{{instance}}"),),
                width=6,
            ),
            Panel(
                "Not seen, and forgotten, by the journal",
                "cps",
                (
                    Query(rate("hubbub_journal_left_out_total", "instance"), "not seen {{instance}}"),
                    Query(rate("hubbub_journal_forgotten_total", "instance"), "forgotten {{instance}}"),
                ),
                about="Much comes: it is a sample. Nothing is wrong.",
                width=12,
            ),
        ),
    ),
    Row(
        "Process",
        (
            Panel(
                "CPU",
                "percentunit",
                (Query(rate("process_cpu_seconds_total", "instance"), "{{instance}}"),),
                about="A hub has one core for all but writing to disks: at 1 it is at its end.",
            ),
            Panel(
                "How late the loop is",
                "s",
                spread("hubbub_timer_lateness_seconds"),
                about="How long after its time a timer fires. What is late here is late for every client.",
            ),
            Panel(
                "Memory",
                "bytes",
                (
                    Query("process_resident_memory_bytes{*}", "resident {{instance}}"),
                    Query("process_virtual_memory_bytes{*}", "virtual {{instance}}"),
                ),
                about="Resident, of the whole process.",
            ),
            Panel(
                "Open files and sockets, of what is allowed",
                "percentunit",
                (Query("process_open_fds{*} / process_max_fds{*}", "{{instance}}"),),
                alarm=0.9,
            ),
            Panel(
                "Collections of garbage",
                "cps",
                (Query(rate("python_gc_collections_total", "generation"), "generation {{generation}}"),),
            ),
            Panel(
                "Starts",
                "dateTimeAsIso",
                (Query("process_start_time_seconds{*} * 1000", "{{instance}}"),),
                about="When the process began. A new step is a restart.",
            ),
        ),
    ),
)
