"""A policy pack: what a stack must keep to, checked on its resources and not on its settings.

`pulumi up --policy-pack policy` and `pulumi policy analyze --policy-pack policy` run it on this machine.
No message contains a value: a policy sees secrets in clear.
"""
