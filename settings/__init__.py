"""What the file of a stack says, judged as a whole: a user of `components`, which knows nothing of it.

`read` is the way in. On the way: `decode` (text to `models`), `cluster_sync`, `pull_request`, `faults`; `parameters`
collects the SSM names. `ownership` asks the cluster whether Flux manages an object already.
"""

from settings.messages import SECRETS
from settings.models.settings import Entry, Settings
from settings.ownership import refuse_managed
from settings.parameters import ParameterName, parameter_names
from settings.read import parse, read

__all__ = [
    "SECRETS",
    "Entry",
    "ParameterName",
    "Settings",
    "parameter_names",
    "parse",
    "read",
    "refuse_managed",
]
