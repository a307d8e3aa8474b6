"""Queues: competing receivers over records, and the realms that hold queues and exchanges under their names."""
