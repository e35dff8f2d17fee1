"""A small implementation of the Gateway API for one machine, and of the other ways into a cluster.

It watches the cluster as any gateway controller does, writes the statuses that the specification
asks for, and is the data plane itself: a reverse proxy over TLS that sends a request on byte for
byte, because notification-controller compares the whole request URI with a Receiver's path.
"""
