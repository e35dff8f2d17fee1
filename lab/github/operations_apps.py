"""The operations of a GitHub App."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.operation import REPOSITORY, Operation

_INSTALLATION = "/app/installations/{installation_id:int}"

APP_OPERATIONS: tuple[Operation, ...] = (
    Operation("apps/get-authenticated", "GET", "/app", "", {200: models.Integration}, app=True),
    Operation(
        "apps/get-installation", "GET", _INSTALLATION, "", {200: models.Installation}, app=True
    ),
    Operation(
        "apps/create-installation-access-token",
        "POST",
        f"{_INSTALLATION}/access_tokens",
        "",
        {201: models.InstallationToken},
        models.AppInstallationsInstallationIdAccessTokensPostBody,
        app=True,
    ),
    *(
        Operation(
            f"apps/get-{kind}-installation",
            "GET",
            f"{path}/installation",
            "",
            {200: models.Installation},
            app=True,
        )
        for kind, path in (
            ("repo", REPOSITORY),
            ("org", "/orgs/{org}"),
            ("user", "/users/{username}"),
        )
    ),
)
