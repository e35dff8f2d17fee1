"""A browser, and the page of the lab in it."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.world import World

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""What a machine's Chromium is called; the Makefile's target `browser` makes sure of one."""

FLAGS = (
    *("--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
)


expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, headless, with a profile of its own.

    Not for the whole session: as long as it is open, no other test can start an event loop.
    """
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "no Chromium on PATH: make browser"
    with sync_playwright() as playwright:
        # Chromium's sandbox does not let root in; the page is the lab's own.
        opened = playwright.chromium.launch(
            executable_path=found, args=FLAGS, chromium_sandbox=False
        )
        yield opened
        opened.close()


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    """The page of the running lab, opened."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        opened = context.new_page()
        opened.goto(f"{world.environment['GITHUB_API_URL']}/_lab/")
        yield opened
