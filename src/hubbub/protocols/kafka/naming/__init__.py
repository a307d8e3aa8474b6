"""Kafka's names, and the core's: `names` of places, `settings` of topics, `broker` for what is set on the broker, `groups` for their states."""
