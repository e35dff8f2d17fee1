"""Names the right that is missing when GitHub or AWS refuses a call without naming it."""

import re

import pulumi

from components.rules.rights import PERMISSIONS, WORKFLOWS

_GITHUB = re.compile(r": (403|404) (?!API rate|You have exceeded)")
"""GitHub's status in an error of the provider. A rate limit is a 403, too. Source: go-github, `ErrorResponse.Error`."""
_KMS = "ciphertext refers to a customer master key"
"""AWS's words where it does not name `kms:Decrypt`."""


async def explain(args: pulumi.ErrorHookArgs) -> bool:
    """Log which right to check, if the error of a create, update or delete may come from a missing one.

    Returns:
        False: the operation is not tried again.
    """
    told = explanation(args.type, args.name, args.errors[0] if args.errors else "")
    if told:
        pulumi.log.error(f"{args.name}: {told}")
    return False


def explanation(type_: str, name: str, error: str) -> str | None:
    """Return which right to check, or None when the error of a resource has another cause, or names the right itself.

    `name` is the logical name, `owner/repository/…` for what belongs to a repository. GitHub answers 404 in place of
    403 to whoever may not know that something exists. Source: GitHub, "Troubleshooting the REST API".
    """
    if _KMS in error:
        return "the AWS role needs kms:Decrypt on the key `kmsKeyId`"
    needed, answer = PERMISSIONS.get(type_, ()), _GITHUB.search(error)
    if not needed or not answer:
        return None
    variable = needed[0].variable
    if "/.github/workflows/" not in name:
        needed = tuple(each for each in needed if each is not WORKFLOWS)
    rights = " and ".join(map(str, needed))
    if type_.endswith(":UserGpgKey"):
        return f"the token ${variable} needs {rights}, and must be the bot's"
    repository = "/".join(name.split("/")[:2]).partition("@")[0]
    return f"the token ${variable} needs {rights} on {repository}; and that repository must exist"
