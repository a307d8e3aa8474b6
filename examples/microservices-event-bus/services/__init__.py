"""The services of the shop: small programs that know nothing of each other, only topics, exchanges and queues."""
