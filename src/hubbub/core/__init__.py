"""What every protocol means, in nobody's vocabulary: streams, groups, live fan-out, queues.

Plain functions on one event loop; nothing here waits. Knows `model`, `octets` and the engine interface in `store`; contains no word of any protocol.
"""
