"""Verbs that look at a stack that is up: is the chain whole, how far is each application, what was not delivered.

`verbs` are the commands. `verify` goes through the `links`: those of `chain` can be seen at once, with the `entrance`
as anybody can call it; those of `ping` are proven by a delivery. `status`, with `watch`, and `deliveries` are the other
two; `tables` print all of them.
"""
