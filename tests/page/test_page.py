"""The page of the lab, as who works with the lab sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lab.world.push import commit
from tests.deployment import Deployment, deployed
from tests.world import World

NAME = "the-page"
REPOSITORY = f"developer-friendly/{NAME}"
MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: the-page, namespace: default}
data: {at: "%s"}
"""


def push(world: World, at: str) -> str:
    """A commit that the stack's Kustomization can apply; its id."""
    files = {"kustomize/overlays/dev/at.yaml": MANIFEST % at}
    return commit(world.github, REPOSITORY, f"Deploy at {at}", files)


@pytest.fixture(scope="module")
def stack(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack that is up, for a repository that has something to apply."""
    with deployed(world, NAME, tmp_path_factory.mktemp(NAME)) as made:
        push(world, "first")
        made.up()
        yield made


def test_redeliveries_and_pushes_are_seen_without_a_reload(
    stack: Deployment, page: Page, tmp_path: Path
) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.reload()
    page.evaluate("window.loaded = 'once'")
    objects = page.locator("#flux-objects tbody tr").filter(has_text=f"/{NAME}")
    section = page.locator("section", has=page.get_by_role("heading", name=REPOSITORY))
    deliveries = section.locator("details")
    made = len(stack.world.objects(NAME))

    expect(objects).to_have_count(made)
    expect(objects.get_by_text("Ready", exact=True)).to_have_count(made)
    expect(section).to_contain_text("read-only")
    expect(deliveries).to_have_count(1)
    ping = deliveries.last
    expect(ping.locator("summary")).to_contain_text("ping")
    expect(ping.locator("summary").get_by_text("200", exact=True)).to_be_visible()
    ping.locator("summary").click()
    expect(ping.get_by_text("X-GitHub-Event: ping")).to_be_visible()
    page.screenshot(path=tmp_path / "light.png", full_page=True)

    ping.get_by_role("button", name="Redeliver").click()
    expect(deliveries).to_have_count(2)
    again = deliveries.first.locator("summary")
    expect(again).to_contain_text("redelivery")
    expect(again.get_by_text("200", exact=True)).to_be_visible()

    sha = push(stack.world, "second")
    expect(deliveries).to_have_count(3)
    expect(deliveries.first.locator("summary")).to_contain_text("push")
    expect(objects.filter(has_text=sha[:12])).to_have_count(2)

    expect(ping).to_have_attribute("open", "")
    assert page.evaluate("window.loaded") == "once"
    assert complaints == [], "the browser is content"
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=tmp_path / "dark.png", full_page=True)
    page.set_viewport_size({"width": 400, "height": 800})
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)


def test_the_page_hides_the_receivers_path(stack: Deployment, page: Page) -> None:
    (url,) = stack.output("receiverUrls").values()
    expect(page.locator("#flux-objects")).to_contain_text("Receiver initialized for path: /hook/*")
    assert url.rpartition("/")[2] not in page.content()


def test_a_lab_that_is_gone_is_told(page: Page) -> None:
    connection = page.get_by_role("status")
    expect(connection).to_have_text("live")
    page.context.route("**", lambda route: route.abort())
    expect(connection).to_have_text("the lab does not answer")
