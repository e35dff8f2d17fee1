"""The operations of GitHub's REST API that the double serves: a table, no behaviour.

The names are GitHub's operation ids; `permission` is what the REST pages list per call and what
the header X-Accepted-GitHub-Permissions carries. Models: GitHub's OpenAPI description, generated.
"""

from githubkit_schemas.v2026_03_10 import models

from lab.github.operation import REPOSITORY, Operation
from lab.github.operations_apps import APP_OPERATIONS
from lab.github.operations_code import CODE_OPERATIONS
from lab.github.operations_pulls import PULL_OPERATIONS

_ACCEPTED = models.AppHookDeliveriesDeliveryIdAttemptsPostResponse202
_REPO = REPOSITORY
_HOOK = f"{_REPO}/hooks/{{hook_id:int}}"
_DELIVERY = f"{_HOOK}/deliveries/{{delivery_id:int}}"
_PRIVATE_OR_PUBLIC_USER = models.PrivateUser | models.PublicUser

OPERATIONS: tuple[Operation, ...] = (
    Operation("meta/root", "GET", "/", "", {200: models.Root}, anonymous=True),
    Operation("meta/get", "GET", "/meta", "", {200: models.ApiOverview}, anonymous=True),
    Operation(
        "rate-limit/get", "GET", "/rate_limit", "", {200: models.RateLimitOverview}, anonymous=True
    ),
    Operation("users/get-authenticated", "GET", "/user", "", {200: _PRIVATE_OR_PUBLIC_USER}),
    Operation(
        "users/get-by-username", "GET", "/users/{username}", "", {200: _PRIVATE_OR_PUBLIC_USER}
    ),
    Operation("orgs/get", "GET", "/orgs/{org}", "", {200: models.OrganizationFull}),
    Operation(
        "repos/create-in-org",
        "POST",
        "/orgs/{org}/repos",
        "administration=write",
        {201: models.FullRepository},
        models.OrgsOrgReposPostBody,
    ),
    Operation("repos/get", "GET", _REPO, "metadata=read", {200: models.FullRepository}),
    Operation("repos/delete", "DELETE", _REPO, "administration=write", {204: None}),
    *APP_OPERATIONS,
    *CODE_OPERATIONS,
    *PULL_OPERATIONS,
    Operation(
        "repos/list-deploy-keys",
        "GET",
        f"{_REPO}/keys",
        "administration=read",
        {200: list[models.DeployKey]},
    ),
    Operation(
        "repos/create-deploy-key",
        "POST",
        f"{_REPO}/keys",
        "administration=write",
        {201: models.DeployKey},
        models.ReposOwnerRepoKeysPostBody,
    ),
    Operation(
        "repos/get-deploy-key",
        "GET",
        f"{_REPO}/keys/{{key_id:int}}",
        "administration=read",
        {200: models.DeployKey},
    ),
    Operation(
        "repos/delete-deploy-key",
        "DELETE",
        f"{_REPO}/keys/{{key_id:int}}",
        "administration=write",
        {204: None},
    ),
    Operation(
        "repos/list-webhooks",
        "GET",
        f"{_REPO}/hooks",
        "repository_hooks=read",
        {200: list[models.Hook]},
    ),
    Operation(
        "repos/create-webhook",
        "POST",
        f"{_REPO}/hooks",
        "repository_hooks=write",
        {201: models.Hook},
        models.ReposOwnerRepoHooksPostBody,
    ),
    Operation("repos/get-webhook", "GET", _HOOK, "repository_hooks=read", {200: models.Hook}),
    Operation(
        "repos/update-webhook",
        "PATCH",
        _HOOK,
        "repository_hooks=write",
        {200: models.Hook},
        models.ReposOwnerRepoHooksHookIdPatchBody,
    ),
    Operation("repos/delete-webhook", "DELETE", _HOOK, "repository_hooks=write", {204: None}),
    Operation(
        "repos/get-webhook-config-for-repo",
        "GET",
        f"{_HOOK}/config",
        "repository_hooks=read",
        {200: models.WebhookConfig},
    ),
    Operation(
        "repos/update-webhook-config-for-repo",
        "PATCH",
        f"{_HOOK}/config",
        "repository_hooks=write",
        {200: models.WebhookConfig},
        models.ReposOwnerRepoHooksHookIdConfigPatchBody,
    ),
    Operation("repos/ping-webhook", "POST", f"{_HOOK}/pings", "repository_hooks=read", {204: None}),
    Operation(
        "repos/test-push-webhook", "POST", f"{_HOOK}/tests", "repository_hooks=read", {204: None}
    ),
    Operation(
        "repos/list-webhook-deliveries",
        "GET",
        f"{_HOOK}/deliveries",
        "repository_hooks=read",
        {200: list[models.HookDeliveryItem]},
    ),
    Operation(
        "repos/get-webhook-delivery",
        "GET",
        _DELIVERY,
        "repository_hooks=read",
        {200: models.HookDelivery},
    ),
    Operation(
        "repos/redeliver-webhook-delivery",
        "POST",
        f"{_DELIVERY}/attempts",
        "repository_hooks=write",
        {202: _ACCEPTED},
    ),
    Operation(
        "users/list-gpg-keys-for-authenticated-user",
        "GET",
        "/user/gpg_keys",
        "gpg_keys=read",
        {200: list[models.GpgKey]},
    ),
    Operation(
        "users/create-gpg-key-for-authenticated-user",
        "POST",
        "/user/gpg_keys",
        "gpg_keys=write",
        {201: models.GpgKey},
        models.UserGpgKeysPostBody,
    ),
    Operation(
        "users/get-gpg-key-for-authenticated-user",
        "GET",
        "/user/gpg_keys/{gpg_key_id:int}",
        "gpg_keys=read",
        {200: models.GpgKey},
    ),
    Operation(
        "users/delete-gpg-key-for-authenticated-user",
        "DELETE",
        "/user/gpg_keys/{gpg_key_id:int}",
        "gpg_keys=write",
        {204: None},
    ),
    Operation(
        "users/list-ssh-signing-keys-for-authenticated-user",
        "GET",
        "/user/ssh_signing_keys",
        "git_signing_ssh_public_keys=read",
        {200: list[models.SshSigningKey]},
    ),
    Operation(
        "users/create-ssh-signing-key-for-authenticated-user",
        "POST",
        "/user/ssh_signing_keys",
        "git_signing_ssh_public_keys=write",
        {201: models.SshSigningKey},
        models.UserSshSigningKeysPostBody,
    ),
    Operation(
        "users/get-ssh-signing-key-for-authenticated-user",
        "GET",
        "/user/ssh_signing_keys/{ssh_signing_key_id:int}",
        "git_signing_ssh_public_keys=read",
        {200: models.SshSigningKey},
    ),
    Operation(
        "users/delete-ssh-signing-key-for-authenticated-user",
        "DELETE",
        "/user/ssh_signing_keys/{ssh_signing_key_id:int}",
        "git_signing_ssh_public_keys=write",
        {204: None},
    ),
)
