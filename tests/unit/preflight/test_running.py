"""Checks run side by side, within a bound, and whatever happens in one."""

import threading
from collections.abc import Iterator

import pytest

from preflight.findings import Finding, Level, Unanswered, those_that_exist
from preflight.running import Check, run


def fault() -> Iterator[Finding]:
    yield Finding("a", "is wrong", "mend it")


def well() -> Iterator[Finding]:
    yield from ()


def test_results_come_in_the_order_of_the_checks() -> None:
    checks = [Check(str(number), well) for number in range(40)]
    assert [each.subject for each in run(checks, 10)] == [str(number) for number in range(40)]


def test_a_check_without_an_answer_is_told_and_holds_nobody_up() -> None:
    for_ever = threading.Event()

    def hangs() -> Iterator[Finding]:
        for_ever.wait()
        yield from ()

    slow, fast = run([Check("slow", hangs), Check("fast", fault)], 0.5)
    assert str(slow.findings[0]) == "slow: no answer within 0.5 s, so this was not checked"
    assert slow.findings[0].level is Level.WARNING and slow.passed
    assert str(fast.findings[0]) == "a: is wrong; mend it" and not fast.passed
    for_ever.set()


def test_what_follows_from_a_check_runs_only_when_it_has_passed() -> None:
    then = (Check("then", well, (Check("last", well),)),)
    assert [each.subject for each in run([Check("first", well, then)], 10)] == [
        "first",
        "then",
        "last",
    ]
    assert [each.subject for each in run([Check("first", fault, then)], 10)] == ["first"]


def test_an_error_of_a_check_is_told_without_its_text() -> None:
    def broken() -> Iterator[Finding]:
        raise KeyError("s3cr3t")

    (result,) = run([Check("a", broken)], 10)
    assert str(result.findings[0]) == "a: could not be checked (KeyError)"
    assert result.passed


def test_who_does_not_answer_says_so_by_a_finding() -> None:
    def silent() -> Iterator[Finding]:
        raise Unanswered(Finding("GitHub", "is away", level=Level.UPDATE))

    (result,) = run([Check("a", silent)], 10)
    assert str(result.findings[0]) == "GitHub: is away" and not result.passed


@pytest.mark.parametrize(
    ("names", "wanted", "words"),
    [
        ([], "x", "there is none"),
        (["b", "a"], "", "there is a, b"),
        (["dev", "main"], "mian", "there is main, dev"),
        ([f"b{number:02}" for number in range(12)], "", "b09 and 2 more"),
    ],
)
def test_names_that_exist_are_told_with_near_ones_first(
    names: list[str], wanted: str, words: str
) -> None:
    assert those_that_exist(names, wanted).endswith(words)
