"""`hubbub amqp`: talk to any AMQP 0-9-1 broker over its own wire, with aio-pika, imported when a command of this group runs.

The commands are spelt as MockForge's documents and its program spell them, and near to rabbitmqadmin's.
"""
