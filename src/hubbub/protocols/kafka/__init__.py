"""Kafka, as brokers and clients of versions 0.10 to 4.3 speak it. The front door is `room.ROOM`."""
