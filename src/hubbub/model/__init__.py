"""The values that every room and engine shares: time, addresses, records. Knows only `octets`."""
