"""Core to wire: the bytes of deliveries, and what all connections of the room share."""
