"""Kafka's names, and the core's: `names` of places, `topic_settings` and their meaning in `settings`, the `broker`'s own, `groups`' states."""
