"""Faults of SSM names: two secrets in one parameter, and names that AWS does not take."""

from collections.abc import Iterator

from components.rules import aws
from settings.faults.applications import in_common
from settings.models.settings import PROJECT, Settings
from settings.parameters import ParameterName, parameter_names


def parameter_faults(settings: Settings) -> Iterator[str]:
    """Yield every SSM name that another secret of the stack has, and the first that AWS would refuse."""
    names = parameter_names(settings)
    first: dict[str, ParameterName] = {}
    for each in names:
        other = first.setdefault(each.name, each)
        if other is not each and not _told(each, other):
            yield _collision(each, other)
    prefix = settings.stack.parameter_prefix
    # Names that the file writes were checked one by one, unless the environment's prefix stands before them.
    to_check = [each.name for each in names if not each.is_written or each.name.startswith(prefix)]
    for name in to_check:
        if fault := aws.parameter_name_fault(name):
            yield f"{PROJECT}:parameterPrefix: makes the SSM name {name}, which {fault}; write a shorter one"
            return


def _told(one: ParameterName, two: ParameterName) -> bool:
    """Whether the two belong to applications or deliveries that are refused already for what they have in common."""
    if not one.entry or not two.entry:
        return False
    if one.entry is two.entry:
        names = [each.name for each in one.entry.application.delivered]
        return len({*names}) < len(names)
    return in_common(one.entry.application, two.entry.application) is not None


def _collision(one: ParameterName, two: ParameterName) -> str:
    """Say which name to change: the one that the file writes, the later one of two; else a default."""
    by_choice = sorted((one, two), key=lambda each: (not each.is_written, each.key != each.path))
    change, other = by_choice
    subject = "is" if change.is_written else "has as its default"
    return (
        f"{change.key}: {subject} the SSM name {change.name},"
        f" which {other.path} has too; write another"
    )
