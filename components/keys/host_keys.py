"""The Git server's SSH host keys."""

import pulumi
import pulumi_github as github

from components.rules.github import HOST, known_hosts


def github_known_hosts(opts: pulumi.InvokeOutputOptions) -> pulumi.Output[str]:
    """Return GitHub's host keys as a known_hosts file: read from GitHub's API, neither pasted nor scanned.

    `opts` name the provider, or the parent whose provider is used.

    Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    answer = github.get_ssh_keys_output(opts=opts)
    return answer.keys.apply(lambda keys: known_hosts(HOST, list(keys)))
