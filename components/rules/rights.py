"""The rights that a stack needs: for each call of GitHub a token's permission, for each call of AWS an IAM action.

docs/rights.md shows the same tables. The lab takes each right away in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """A permission of a fine-grained token, or of a GitHub App.

    Source: GitHub, "Permissions required for fine-grained personal access tokens".
    """

    name: str
    """As in GitHub's header X-Accepted-GitHub-Permissions, such as `administration`."""
    level: str
    """`read` or `write`, which includes it."""
    label: str
    """As on GitHub's page for tokens."""
    classic: str
    """The scope of a classic token with the same right."""
    variable: str = "GITHUB_TOKEN"
    """The variable of the environment from which the token comes."""

    def __str__(self) -> str:
        """Both forms, in words."""
        return f"{self.label}: {self.level} (classic: {self.classic})"


DEPLOY_KEYS = Permission("administration", "write", "Administration", "repo")
WEBHOOKS = Permission("repository_hooks", "write", "Webhooks", "admin:repo_hook")
METADATA = Permission("metadata", "read", "Metadata", "repo")
CONTENTS = Permission("contents", "write", "Contents", "repo")
WORKFLOWS = Permission("workflows", "write", "Workflows", "workflow")
GPG_KEYS = Permission("gpg_keys", "write", "GPG keys", "admin:gpg_key", "GITHUB_BOT_TOKEN")

PERMISSIONS: Mapping[str, tuple[Permission, ...]] = {
    "github:index/repositoryDeployKey:RepositoryDeployKey": (DEPLOY_KEYS,),
    "github:index/repositoryFile:RepositoryFile": (CONTENTS, WORKFLOWS),
    "github:index/repositoryWebhook:RepositoryWebhook": (WEBHOOKS,),
    "github:index/userGpgKey:UserGpgKey": (GPG_KEYS,),
}
"""What a token needs for the resources of each type."""

_KEYS, _HOOKS = "/repos/{owner}/{repo}/keys", "/repos/{owner}/{repo}/hooks"
_FILE, _GPG_KEYS = "/repos/{owner}/{repo}/contents/{path}", "/user/gpg_keys"
GITHUB_CALLS: Mapping[str, Permission | None] = {
    "GET /meta": None,
    "GET /orgs/{org}": None,
    f"GET {_KEYS}": DEPLOY_KEYS,
    f"POST {_KEYS}": DEPLOY_KEYS,
    f"GET {_KEYS}/{{key_id}}": DEPLOY_KEYS,
    f"DELETE {_KEYS}/{{key_id}}": DEPLOY_KEYS,
    f"GET {_HOOKS}": WEBHOOKS,
    f"POST {_HOOKS}": WEBHOOKS,
    f"GET {_HOOKS}/{{hook_id}}": WEBHOOKS,
    f"PATCH {_HOOKS}/{{hook_id}}": WEBHOOKS,
    f"DELETE {_HOOKS}/{{hook_id}}": WEBHOOKS,
    f"GET {_GPG_KEYS}": GPG_KEYS,
    f"POST {_GPG_KEYS}": GPG_KEYS,
    f"GET {_GPG_KEYS}/{{gpg_key_id}}": GPG_KEYS,
    f"DELETE {_GPG_KEYS}/{{gpg_key_id}}": GPG_KEYS,
    "GET /repos/{owner}/{repo}": METADATA,
    "GET /repos/{owner}/{repo}/branches/{branch}": CONTENTS,
    "GET /repos/{owner}/{repo}/commits/{ref}": CONTENTS,
    f"GET {_FILE}": CONTENTS,
    f"PUT {_FILE}": CONTENTS,
}
"""Every call of GitHub by the program and its provider, with the permission that includes it; None: any token.

Source: terraform-provider-github, `github/resource_github_….go` of the four types, `config.go` and
`data_source_github_ssh_keys.go`; `recovery/github.py`.
"""

IAM_ACTIONS: Mapping[str, str] = {
    "ssm:GetParameter": "a preview, a refresh and the drift check read a parameter",
    "ssm:ListTagsForResource": "they read its tags, of which it has none",
    "ssm:DescribeParameters": "they read its description, which says whose the parameter is",
    "ssm:PutParameter": "`up` writes a parameter",
    "ssm:DeleteParameter": "`up` and `destroy` delete it",
}
"""Every IAM action of the program and its provider on parameters. AWS knows DescribeParameters for `*` only.

No parameter has tags, so the actions that write them are not needed unless `aws:defaultTags` is set. Source:
terraform-provider-aws, `internal/service/ssm/parameter.go`, `tags_gen.go`; `recovery/parameters.py`.
"""

KMS_ACTIONS: Mapping[str, str] = {
    "kms:Decrypt": "as `ssm:GetParameter`",
    "kms:Encrypt": "as `ssm:PutParameter`, for a value of the tier Standard",
    "kms:GenerateDataKey": "as `ssm:PutParameter`, for a value of the tier Advanced",
}
"""Those on a key of one's own, `kmsKeyId`; nobody needs a right on AWS's own key, `aws/ssm`.

Source: AWS KMS, "How AWS Systems Manager Parameter Store uses AWS KMS".
"""
