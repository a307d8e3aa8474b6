"""How records find their queues: exchanges, bindings, and the graph that they make."""
