"""`hubbub kafka`: talk to any Kafka broker over its own wire, with aiokafka, imported when a command of this group runs.

The commands are spelt as MockForge's documents and its program spell them, and as Kafka's own tools do.
"""
