"""The lab's provider plugins and its Python language host.

The official plugins come from release downloads, which a machine that reaches only package
registries cannot have. The GitHub provider is built from the modules that the official one is made
of (`lab/go/github`). The modules of the other three cannot be downloaded, so there are stand-ins for
them: they speak the same gRPC protocol, do real work against real endpoints, and behave as the
official plugins do for exactly the resources that the components use. `installer` puts all of them
where the Pulumi CLI looks.
"""
