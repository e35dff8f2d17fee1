"""What Alertmanager does with what Flux tells it."""

from typing import Any

# Prometheus' rules have a summary and a description; Flux has a message, and a summary only if its Alert adds one.
TITLE = "{{ or .CommonAnnotations.summary .CommonLabels.alertname }}"


def _text(word: str) -> str:
    return (
        f"{{{{ range .Alerts }}}}*{word}:* {{{{ or .Annotations.summary .Labels.alertname }}}}"
        " - `{{ .Labels.severity }}`\n"
        "*Description:* {{ or .Annotations.description .Annotations.message }}\n"
        "{{ range .Labels.SortedPairs }}- *{{ .Name }}:* `{{ .Value }}`\n{{ end }}{{ end }}"
    )


def alertmanager_config(webhooks: Any, channel: str) -> dict[str, Any]:
    """`spec` of an AlertmanagerConfig: severity info to Discord, error to the Slack channel.

    `webhooks` is the Secret with slackWebhook and discordWebhook. Source: prometheus-operator `Documentation/api.md`.
    """
    slack = {
        "apiURL": {"name": webhooks, "key": "slackWebhook", "optional": False},
        "channel": channel,
        "sendResolved": True,
        "title": TITLE,
        "titleLink": "{{ .CommonAnnotations.runbook_url }}",
        "text": _text("Alert"),
    }
    discord = {
        "apiURL": {"name": webhooks, "key": "discordWebhook", "optional": False},
        "sendResolved": False,
        "title": TITLE,
        "message": _text("Info"),
    }

    def severity(value: str, kind: str = "=") -> list[dict[str, str]]:
        return [{"name": "severity", "matchType": kind, "value": value}]

    return {
        "receivers": [
            {"name": "default-receiver"},
            {"name": "slack", "slackConfigs": [slack]},
            {"name": "discord", "discordConfigs": [discord]},
        ],
        "route": {
            "receiver": "default-receiver",
            "matchers": severity("critical|warning|error|info", "=~"),
            "groupBy": ["severity", "revision"],
            "groupWait": "5m",
            "groupInterval": "10m",
            "repeatInterval": "12h",
            "routes": [
                {
                    "receiver": "discord",
                    "matchers": severity("info"),
                    "groupWait": "1s",
                    "groupInterval": "1m",
                },
                {"receiver": "slack", "matchers": severity("error"), "groupWait": "1m"},
            ],
        },
    }
