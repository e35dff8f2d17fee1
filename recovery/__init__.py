"""Makes the next `up` converge after an interrupted one, and refuses to change what belongs to somebody else.

`protect` is the entry point; the program calls it before the first resource. `ownership` looks for foreign objects
before anything is written.
`hooks` runs a check before each single create: `github` deletes there what an interrupted `up` left on GitHub,
`parameters` and `objects` refuse what is not this stack's, `handover` keeps what an application runs when it is renamed
or moved, `ingress` waits for an address. `leftovers` deletes in a destroy what the state does not know. `rights`
explains a refusal. `cluster` asks the API server. Components know none of it.
"""

from recovery.hooks import protect

__all__ = ["protect"]
