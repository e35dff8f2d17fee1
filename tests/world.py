"""A running lab as tests use it: clients for GitHub, Parameter Store, the cluster and the gateway."""

import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
import httpx2
from lightkube import Client, KubeConfig
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Namespace, Service
from lightkube.resources.networking_v1 import Ingress
from tenacity import Retrying, stop_after_delay, wait_fixed

from lab.run import control
from lab.run.directory import LabDirectory
from lab.run.state import LabState
from lab.world.environment import environment
from lab.world.kinds import (
    Alert,
    ExternalSecret,
    FluxInstance,
    GitRepository,
    HelmRelease,
    HelmRepository,
    HTTPRoute,
    ImagePolicy,
    ImageRepository,
    ImageUpdateAutomation,
    Kustomization,
    Provider,
    Receiver,
)

KINDS: tuple[Any, ...] = (
    *(GitRepository, Kustomization, Receiver, ExternalSecret, HTTPRoute),
    *(HelmRepository, HelmRelease, Provider, Alert),
    *(ImageRepository, ImagePolicy, ImageUpdateAutomation),
    *(Service, Ingress, FluxInstance),
)

ALIAS = "alias/tests"
"""Name of the key in the lab's KMS that encrypts the secrets of the tests' stacks."""

eventually = Retrying(wait=wait_fixed(0.1), stop=stop_after_delay(60), reraise=True)
"""Calls a function until it no longer raises, for at most a minute; returns its result."""


@dataclass
class World:
    """A running lab."""

    directory: LabDirectory

    @property
    def state(self) -> LabState:
        """The current ports, tokens and processes."""
        return control.running(self.directory)

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment variables that `fluxhook lab env` prints."""
        return environment(self.directory, self.state)

    def close(self) -> None:
        """Closes the clients that were used."""
        for name in ("github", "bot"):
            if client := self.__dict__.get(name):
                client.close()
        if cluster := self.__dict__.get("cluster"):
            cluster.close()

    @cached_property
    def github(self) -> httpx2.Client:
        """Client of GitHub's REST API with the organisation's token."""
        return self._github(self.state.tokens.organisation)

    @cached_property
    def bot(self) -> httpx2.Client:
        """Client of GitHub's REST API with the bot's token."""
        return self._github(self.state.tokens.bot)

    def _github(self, token: str) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.environment["GITHUB_API_URL"],
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        )

    def get(self, path: str) -> list[dict[str, object]]:
        """Returns a list from GitHub's REST API, such as `/repos/o/r/hooks`."""
        answer = self.github.get(path)
        answer.raise_for_status()
        listed: list[dict[str, object]] = answer.json()
        return listed

    def make_repository(self, name: str) -> None:
        """Creates an empty repository of the organisation, after deleting one of the same name."""
        self.github.delete(f"/repos/developer-friendly/{name}")
        self.github.post("/orgs/developer-friendly/repos", json={"name": name}).raise_for_status()

    def make_namespace(self, name: str) -> None:
        """Creates a namespace, unless it already exists."""
        self.cluster.apply(Namespace(metadata=ObjectMeta(name=name)), field_manager="tests")

    @cached_property
    def cluster(self) -> Client:
        """Client of the API server, as administrator."""
        return Client(config=KubeConfig.from_file(self.directory.kubeconfig))

    def status(
        self, kind: type[GenericNamespacedResource], name: str, namespace: str = "flux-system"
    ) -> dict[str, Any]:
        """Returns the status of an object; empty until a controller has written one."""
        status: dict[str, Any] | None
        status = self.cluster.get(kind, name, namespace=namespace).get("status")
        return status or {}

    @cached_property
    def aws(self) -> boto3.Session:
        """The lab's account; clients need its `AWS_ENDPOINT_URL`."""
        return boto3.Session(
            region_name=self.environment["AWS_REGION"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
        )

    @cached_property
    def secrets_provider(self) -> str:
        """A key in KMS for the secrets of stacks, made once for a lab, in the form of `--secrets-provider`."""
        kms = self.aws.client("kms", endpoint_url=self.environment["AWS_ENDPOINT_URL"])
        if ALIAS not in [each["AliasName"] for each in kms.list_aliases()["Aliases"]]:
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
        return f"awskms://{ALIAS}?region={self.environment['AWS_REGION']}"

    def parameters(self, prefix: str) -> dict[str, str]:
        """Returns every SSM parameter under a prefix, decrypted."""
        client = self.aws.client("ssm", endpoint_url=self.environment["AWS_ENDPOINT_URL"])
        pages = client.get_paginator("get_parameters_by_path").paginate(
            Path=prefix, Recursive=True, WithDecryption=True
        )
        return {each["Name"]: each["Value"] for page in pages for each in page["Parameters"]}

    def post(self, url: str, **headers: str) -> httpx2.Response:
        """Sends an unsigned POST to a receiver URL: https through the gateway, http through a node or load balancer."""
        target = httpx2.URL(url)
        port = "gateway" if target.scheme == "https" else "gateway-http"
        trust = ssl.create_default_context(cafile=self.directory.ca_file)
        with httpx2.Client(verify=trust, trust_env=False) as client:
            return client.post(
                target.copy_with(host="127.0.0.1", port=self.state.ports[port]),
                headers={"Host": target.netloc.decode(), **headers},
                content=b"{}",
                extensions={"sni_hostname": target.host},
            )

    def objects(self, name: str) -> list[str]:
        """Returns the kinds of the objects in Flux's namespace whose names begin with `name`."""
        return [
            kind._api_info.resource.kind
            for kind in KINDS
            for each in self.cluster.list(kind, namespace="flux-system")
            if each.metadata and (each.metadata.name or "").startswith(name)
        ]
