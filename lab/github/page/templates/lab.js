// Keeps the page fresh. Only what the server changed is touched, so what is open stays open,
// and nobody loses a place or a selection.
const EVERY = 1500; // milliseconds
const served = new WeakMap(); // element -> its HTML as it came from the server

const live = document.getElementById("live");
const connection = document.getElementById("connection");

function remember(part) {
  for (const each of [part, ...part.querySelectorAll("[id]")]) served.set(each, each.outerHTML);
}

// Makes `old` what `next` is; children of an element with `data-parts` are told by their ids.
function update(old, next) {
  if (served.get(old) === next.outerHTML) return;
  if (!next.hasAttribute("data-parts")) {
    remember(next);
    old.replaceWith(next);
    return;
  }
  served.set(old, next.outerHTML);
  const wanted = [...next.children];
  for (const part of [...old.children]) {
    if (!wanted.some(({ id }) => id === part.id)) part.remove();
  }
  wanted.forEach((part, place) => {
    const there = old.children[place];
    if (there?.id === part.id) {
      update(there, part);
    } else {
      remember(part);
      part.classList.add("new");
      old.insertBefore(part, there ?? null);
    }
  });
}

function age(moment) {
  const seconds = Math.max(0, (Date.now() - moment) / 1000);
  for (const [unit, name] of [[86400, "d"], [3600, "h"], [60, "m"]]) {
    if (seconds >= unit) return `${Math.floor(seconds / unit)}${name} ago`;
  }
  return `${Math.floor(seconds)}s ago`;
}

function say(state, text) {
  for (const each of live.querySelectorAll("time")) {
    each.textContent = age(Date.parse(each.dateTime));
  }
  connection.className = `state ${state}`;
  // Written only when it changes, because it is read aloud.
  if (connection.textContent !== text) connection.textContent = text;
}

async function show(answer) {
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  update(live, page.getElementById("live"));
  say("good", "live");
}

async function loop() {
  try {
    if (!document.hidden) await show(await fetch("/_lab/"));
  } catch {
    say("bad", "the lab does not answer");
  }
  setTimeout(loop, EVERY);
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { action, method } = event.target;
  try {
    await show(await fetch(action, { method, body: new URLSearchParams(new FormData(event.target)) }));
  } catch {
    // The double has started anew since: its forms are others.
    location.reload();
  }
});

remember(live);
loop();
