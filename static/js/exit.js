/* Leaving at once: the page is covered first, the session ends second, and a neutral site follows.
   Every link with data-exit does the same without this file, only slower. */

const WINDOW = 5000;
const link = document.querySelector(".exit");
const status = document.querySelector("[data-exit-status]");
const root = document.documentElement;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("page") : null;
let presses = 0;
let timer = 0;

function cover() {
  root.classList.add("leaving");
  document.title = "\u200b";
}

/* Without a connection the session cannot be ended from here; an empty page is then the best there is. */
function leave() {
  cover();
  location.replace(navigator.onLine ? link.href : "about:blank");
}

function leaveEverywhere() {
  tabs?.postMessage("leave");
  leave();
}

function say(words) {
  status.textContent = words;
}

function forget(words = "") {
  clearTimeout(timer);
  presses = 0;
  link.removeAttribute("data-pressed");
  say(words);
}

function count() {
  if (presses === 0) timer = setTimeout(() => forget(link.dataset.stay), WINDOW);
  presses += 1;
  link.dataset.pressed = presses;
  if (presses === 3) {
    say(link.dataset.leaving);
    leaveEverywhere();
  } else {
    say(presses === 2 ? link.dataset.one : link.dataset.two);
  }
}

if (link) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-exit]") || event.button !== 0) return;
    event.preventDefault();
    leaveEverywhere();
  });
  /* Shift alone counts. Shift with a letter is somebody typing, and starts the count anew. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      if (presses) forget();
    } else if (!event.repeat) count();
  });
  tabs?.addEventListener("message", (event) => {
    if (event.data === "leave") leave();
  });
}

/* A page kept by the browser for its Back button is covered while it is kept, and asked for anew when it is shown:
   if the session has ended meanwhile, the server has nothing to show. Back may also find what was sent, without asking
   us (no bytes came over the wire), in a browser that keeps it although it was told not to. */
if (document.querySelector("[data-private]")) {
  addEventListener("pagehide", () => root.classList.add("leaving"));
  addEventListener("pageshow", (event) => {
    const [visit] = performance.getEntriesByType("navigation");
    const kept = event.persisted || (visit?.type === "back_forward" && visit.transferSize === 0);
    if (kept) location.reload();
    else root.classList.remove("leaving");
  });
}
