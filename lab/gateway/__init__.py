"""A small gateway for one machine: Gateway API, Ingresses, node ports and load balancers.

It watches the cluster and writes statuses as any gateway controller does, and it is the data plane
itself: a reverse proxy over TLS that forwards a request byte for byte, because
notification-controller compares the whole request URI with a Receiver's path. A route with a field
that it does not support gets Accepted=False and is not served.
"""
