"""Files of a repository, each change a commit.

After terraform-provider-github 6.13 as pulumi-github 6.15 bridges it.
"""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from lab.plugins.diff import Difference
from lab.plugins.github_client import GithubError
from lab.plugins.github_resource import GithubResource
from lab.plugins.model import Call, Failure, ProviderError
from lab.plugins.properties import Property
from lab.plugins.values import Properties, Value, plain, plain_object

_BRANCH_OPTIONS = ("autocreateBranch", "autocreateBranchSourceBranch", "autocreateBranchSourceSha")
_TOGETHER = {"commitAuthor": "commit_author", "commitEmail": "commit_email"}
_COMMITTER_OF_GITHUB = ("GitHub", "noreply@github.com")


class RepositoryFile(GithubResource):
    """github:index/repositoryFile:RepositoryFile.

    The identifier is `repository:path:branch`, with `??` for a colon of the path. Where no message
    is given, GitHub's last one stays in the state, and only "Add <path>" is ever replaced.
    """

    properties: Mapping[str, Property] = {
        "repository": Property(required=True),
        "file": Property(required=True, force_new=True),
        "content": Property(required=True),
        "branch": Property(force_new=True, computed=True),
        "commitMessage": Property(computed=True),
        "commitAuthor": Property(),
        "commitEmail": Property(),
        "overwriteOnCreate": Property("boolean"),
        "autocreateBranch": Property("boolean"),
        "autocreateBranchSourceBranch": Property(),
        "autocreateBranchSourceSha": Property(computed=True),
    }
    outputs: Mapping[str, Property] = {
        "commitSha": Property(),
        "ref": Property(),
        "repositoryId": Property("integer"),
        "sha": Property(),
    }

    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Wants author and e-mail together or not at all."""
        inputs, failures = super().check(call, olds, news)
        given = [name for name in _TOGETHER if inputs.get(name) is not None]
        if len(given) == 1:
            together = ",".join(_TOGETHER.values())
            reason = f'"{_TOGETHER[given[0]]}": all of `{together}` must be specified'
            failures.append(Failure(given[0], reason))
        return inputs, failures

    def diff(self, state: Properties, olds: Properties, news: Properties) -> Difference:
        """Ignores how a branch would be made where none is; a repository may be renamed."""
        found = super().diff(state, olds, news)
        if not plain(news.get("autocreateBranch")):
            for name in _BRANCH_OPTIONS:
                found.paths.pop((name,), None)
        if ("repository",) in found.paths and self._another(state, news):
            found.replaces.add(("repository",))
        return found

    def _another(self, state: Properties, news: Properties) -> bool:
        """Whether the new name is that of another repository; one that is not there is none."""
        found = self.look_up(self.client.repository(plain(news["repository"])))
        return found is not None and found[0]["id"] != plain(state.get("repositoryId"))

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Commits the file; one that is there already only if it may be overwritten."""
        repository = self.client.repository(inputs["repository"])
        info, _ = self.client.request("GET", repository)
        known: Properties = {"overwriteOnCreate": False, **inputs, "repositoryId": info["id"]}
        branch = inputs.get("branch") or info["default_branch"]
        if inputs.get("branch"):
            known |= self._branch(repository, inputs)
        path = f"{repository}/contents/{_quoted(inputs['file'])}"
        there = self.look_up(f"{path}?ref={quote(str(branch), safe='')}")
        body = _body(inputs, str(inputs.get("commitMessage") or f"Add {inputs['file']}"))
        if there is not None and "sha" in there[0]:
            if not known["overwriteOnCreate"]:
                raise ProviderError(
                    "refusing to overwrite existing file: configure `overwrite_on_create` to "
                    "`true` to override"
                )
            body["sha"] = there[0]["sha"]
        answer, _ = self.client.request("PUT", path, body)
        known |= {"branch": branch, "commitSha": plain_object(answer["commit"])["sha"]}
        return self.written(call, _identifier(known), known)

    def _branch(self, repository: str, inputs: Properties) -> Properties:
        """Makes the branch where that is wanted; returns what it was made from."""
        name = str(inputs["branch"])
        if self.look_up(f"{repository}/branches/{quote(name, safe='')}") is not None:
            return {}
        if not inputs.get("autocreateBranch"):
            # As the original words it: a branch that is not there is no error of the API to it.
            raise ProviderError("unexpected status code: 404 Not Found")
        source = inputs.get("autocreateBranchSourceBranch") or "main"
        sha = inputs.get("autocreateBranchSourceSha")
        if not sha:
            path = f"{repository}/git/ref/heads/{quote(str(source))}"
            answer, _ = self.client.request("GET", path)
            sha = plain_object(answer["object"])["sha"]
        made = {"ref": f"refs/heads/{name}", "sha": sha}
        self.client.request("POST", f"{repository}/git/refs", made)
        return {"autocreateBranchSourceBranch": source, "autocreateBranchSourceSha": sha}

    def read(
        self, call: Call, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Reads the file; an import has no word on what its creation would have overwritten."""
        found = super().read(call, identifier, inputs, state)
        if found is not None and not inputs:
            found[1].pop("overwriteOnCreate", None)
        return found

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the file, and the commit that the state names."""
        if not state:
            state = self._imported(identifier)
            identifier = _identifier(state)
        repository = self.client.repository(state["repository"])
        ref = quote(str(state["branch"]), safe="")
        found = self.look_up(f"{repository}/contents/{_quoted(state['file'])}?ref={ref}")
        if found is None or "content" not in found[0]:
            return None
        file, read = found[0], dict(state)
        read["content"] = base64.b64decode(str(file["content"])).decode()
        read["sha"] = file["sha"]
        read["ref"] = parse_qs(urlsplit(str(file["url"])).query)["ref"][0]
        number = state.get("commitSha") or self._commit_of(repository, state, read["ref"])
        answer, _ = self.client.request("GET", f"{repository}/commits/{number}")
        commit = plain_object(answer["commit"])
        read |= {"commitSha": answer["sha"], "commitMessage": commit["message"]}
        committer = plain_object(commit["committer"])
        by = (committer["name"], committer["email"])
        own = all(
            made != of_github for made, of_github in zip(by, _COMMITTER_OF_GITHUB, strict=True)
        )
        if own and state.get("commitAuthor") and state.get("commitEmail"):
            read["commitAuthor"], read["commitEmail"] = by
        return identifier, read

    def _commit_of(self, repository: str, state: Properties, ref: Value) -> str:
        """The newest commit that made or changed the file."""
        path = quote(str(state["file"]), safe="")
        for each in self.client.listed(f"{repository}/commits?sha={quote(str(ref))}&path={path}"):
            # The original passes over merges by these words.
            if "Merge branch" not in str(plain_object(each["commit"])["message"]):
                return str(each["sha"])
        place = repository.removeprefix("repos/")
        raise ProviderError(f"cannot find file {state['file']} in repo {place}")

    def _imported(self, identifier: str) -> Properties:
        """What an identifier alone says; an empty branch is the default one."""
        parts = identifier.split(":", 2)
        if len(parts) != 3:
            raise ProviderError(
                "invalid ID specified. Supplied ID must be written as <repository>:<file path>: "
                "(when branch is default) or <repository>:<file path>:<branch>"
            )
        info, _ = self.client.request("GET", self.client.repository(parts[0]))
        return {
            "repository": parts[0],
            "file": parts[1].replace("??", ":"),
            "branch": parts[2] or info["default_branch"],
            "repositoryId": info["id"],
            "overwriteOnCreate": False,
        }

    def change(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Commits the new content over the blob that the state names."""
        merged = {**state, **inputs}
        message = _message(merged, "Update")
        path = f"{self.client.repository(merged['repository'])}/contents/{_quoted(merged['file'])}"
        body = {**_body(merged, message), "sha": state["sha"]}
        answer, _ = self.client.request("PUT", path, body)
        merged["commitSha"] = plain_object(answer["commit"])["sha"]
        return self.written(call, identifier, merged)[1]

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Commits the file's removal; one that is gone already is a fault, as in the original."""
        known = {name: plain(value) for name, value in state.items()}
        path = f"{self.client.repository(known['repository'])}/contents/{_quoted(known['file'])}"
        body = {**_body(known, _message(known, "Delete")), "sha": known["sha"]}
        try:
            self.client.request("DELETE", path, body)
        except GithubError as error:
            if "archived" not in str(error):
                raise


def _quoted(path: Value) -> str:
    return quote(str(path).removesuffix("/"), safe="/")


def _identifier(state: Properties) -> str:
    return f"{state['repository']}:{str(state['file']).replace(':', '??')}:{state['branch']}"


def _message(state: Properties, verb: str) -> str:
    message = str(state["commitMessage"])
    return f"{verb} {state['file']}" if message == f"Add {state['file']}" else message


def _body(state: Properties, message: str) -> Properties:
    """What GitHub gets of a change."""
    content = base64.b64encode(str(state["content"]).encode()).decode()
    body: Properties = {"message": message, "content": content}
    if state.get("branch"):
        body["branch"] = state["branch"]
    if state.get("commitAuthor") and state.get("commitEmail"):
        person: Properties = {"name": state["commitAuthor"], "email": state["commitEmail"]}
        body |= {"author": person, "committer": person}
    return body
