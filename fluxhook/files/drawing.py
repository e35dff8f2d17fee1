"""Draws a graph: as Mermaid, which GitHub shows; as DOT; as SVG by Graphviz's `dot`."""

import json
import shutil
import subprocess
from collections import Counter
from enum import StrEnum

from fluxhook.errors import Refusal
from fluxhook.files.graph import Graph, Node


class Format(StrEnum):
    """Formats of `fluxhook graph`."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


def draw(graph: Graph, format_: Format) -> str:
    """Return the picture as text.

    Raises:
        Refusal: `dot` is not installed, or failed.
    """
    if format_ is Format.MERMAID:
        return _mermaid(graph)
    return _svg(_dot(graph)) if format_ is Format.SVG else _dot(graph)


def _mermaid(graph: Graph) -> str:
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for index, (group, nodes) in enumerate(graph.groups.items()):
        lines.append(f"  subgraph g{index}[{_quoted(group)}]")
        for node in nodes:
            lines.append(f"    {ids[node.urn]}[{_quoted('<br/>'.join(_lines(node)))}]")
        lines.append("  end")
    lines += [f"  {ids[one]} --> {ids[other]}" for one, other in graph.edges]
    return "\n".join(lines) + "\n"


def _dot(graph: Graph) -> str:
    ids = _ids(graph)
    lines = ["digraph stack {", "  rankdir=LR;", "  node [shape=box];"]
    for index, (group, nodes) in enumerate(graph.groups.items()):
        # Graphviz draws a box around a subgraph whose name begins with `cluster`.
        lines.append(f"  subgraph cluster_{index} {{")
        lines.append(f"    label={json.dumps(group)};")
        for node in nodes:
            label = json.dumps("\n".join(_lines(node)), ensure_ascii=False)
            lines.append(f"    {ids[node.urn]} [label={label}];")
        lines.append("  }")
    lines += [f"  {ids[one]} -> {ids[other]};" for one, other in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _svg(dot: str) -> str:
    program = shutil.which("dot")
    if not program:
        message = "svg needs Graphviz's `dot` on PATH; install Graphviz, or use --format mermaid"
        raise Refusal(message)
    done = subprocess.run(
        [program, "-Tsvg"], input=dot, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(f"`dot` failed: {' '.join(done.stderr.split())}")
    return done.stdout


def _ids(graph: Graph) -> dict[str, str]:
    nodes = [node.urn for members in graph.groups.values() for node in members]
    return {urn: f"n{index}" for index, urn in enumerate(nodes)}


def _lines(node: Node) -> list[str]:
    counted = Counter(node.parts)
    parts = [name if count == 1 else f"{count} {name}" for name, count in counted.items()]
    return [node.title, *([", ".join(parts)] if parts else [])]


def _quoted(text: str) -> str:
    """Return text for a Mermaid label, in which a quotation mark is written as an entity."""
    return f'"{text.replace(chr(34), "#quot;")}"'
