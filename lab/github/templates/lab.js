// Keeps the page fresh and leaves open what the reader has opened.
const live = () => document.getElementById("live");
let shown = live().innerHTML;

async function refresh() {
  const answer = await fetch("/_lab/");
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (next.innerHTML === shown) return;
  shown = next.innerHTML;
  for (const open of live().querySelectorAll("details[open]")) {
    next.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
  const focused = document.activeElement?.closest("details")?.id;
  live().replaceWith(next);
  if (focused) document.getElementById(focused)?.querySelector("summary").focus();
}

async function loop() {
  try {
    if (!document.hidden) await refresh();
  } catch {
    // The lab is down or starting: the next turn tries again.
  }
  setTimeout(loop, 2000);
}
setTimeout(loop, 2000);
