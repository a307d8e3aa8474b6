"""`hubbub mqtt`: talk to any MQTT broker over its own wire, with paho-mqtt, imported when a command of this group runs.

The commands are spelt as MockForge's documents and its program spell them; what mosquitto_pub and mosquitto_sub have is called as there.
"""
