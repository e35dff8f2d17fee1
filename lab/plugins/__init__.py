"""Stand-ins for the Pulumi provider plugins and the Python language host, for the lab.

The official ones come from release downloads, which a machine that reaches only package registries
cannot have. These speak the same gRPC protocol, do real work against real endpoints, and follow the
official plugins' behaviour for exactly the resources that the components use. `installer` puts
them where the Pulumi CLI looks.
"""
