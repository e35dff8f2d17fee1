"""The Python language host: runs `__main__.py` of a project for the Pulumi engine.

The official one is no published module and comes only with the official CLI. This one stands on the
SDK's own `LanguageServer` and adds what the command line asks besides: the program's place, its
configuration's errors, and its dependencies. One process serves one pulumi command.
"""

import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import grpc
import pulumi
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from lab.plugins import child
from lab.plugins.core.server import new_server, run_until_ended


class LanguageHost(LanguageServer):
    """Runs the program that each request names."""

    def __init__(self) -> None:
        """Makes a host; each run names its program."""
        super().__init__(self._program)
        self._entry = Path()

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Agrees to everything: nothing depends on the engine's directories."""
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Answers with the version of the SDK that runs the program."""
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """Lists the Pulumi packages that are installed, as `pulumi about` shows them."""
        found = {
            (distribution.name, distribution.version)
            for distribution in metadata.distributions()
            if distribution.name.lower().startswith("pulumi")
        }
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version)
                for name, version in sorted(found)
            ]
        )

    def Run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Runs the program with the project's directory as working directory and first on the path.

        The engine's arguments carry its own address first, which `LanguageServer` takes.
        """
        directory = Path(request.info.program_directory or request.pwd)
        self._entry = directory / (request.info.entry_point or request.program or ".")
        if self._entry.is_dir():
            self._entry = self._entry / "__main__.py"
        os.chdir(request.pwd or directory)
        sys.path.insert(0, str(self._entry.parent))
        sys.argv = [str(self._entry)]
        response: language_pb2.RunResponse = super().Run(request, context)  # type: ignore[no-untyped-call]
        # The error is logged by now; bailing out keeps the engine from showing it once more.
        return language_pb2.RunResponse(bail=True) if response.error else response

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Installs requirements.txt into the virtual environment of the project, which exists."""
        directory = Path(request.info.program_directory or request.directory)
        options = json_format.MessageToDict(request.info.options)
        python = child.interpreter(directory, options.get("virtualenv", ""))
        command = [python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
        done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
        yield language_pb2.InstallDependenciesResponse(stdout=done.stdout, stderr=done.stderr)
        if done.returncode:
            context.abort(grpc.StatusCode.UNKNOWN, f"pip ended with {done.returncode}")

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Runs a plugin that is a Python program: a policy pack."""
        options = json_format.MessageToDict(request.info.options)
        root = Path(request.info.root_directory)
        python = child.interpreter(root, options.get("virtualenv", ""))
        # Unbuffered: the plugin prints the port of its server and goes on.
        command = [python, "-u", request.info.program_directory, *request.args]
        yield from child.run(command, request.pwd, request.env, context)

    def _program(self) -> None:
        if not self._entry.is_file():
            raise pulumi.RunError(f"unable to find main python program `{self._entry}`")
        try:
            runpy.run_path(str(self._entry), run_name="__main__")
        except pulumi.RunError:
            raise
        except Exception as error:
            # As the official host words it, and only the frames from the program on.
            frames = traceback.extract_tb(error.__traceback__)
            first = next(
                (i for i, frame in enumerate(frames) if frame.filename == str(self._entry)), 0
            )
            text = "".join(traceback.format_exception(error, limit=first - len(frames)))
            raise pulumi.RunError(f"Program failed with an unhandled exception:\n{text}") from error


def main() -> None:
    """Serves the host on a free loopback port, which it prints, until the engine ends it."""
    server = new_server(workers=8)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    run_until_ended(server, port, close=lambda: None)


if __name__ == "__main__":
    main()
