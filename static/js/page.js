/* Small helps that every page can do without. */

const offline = document.getElementById("offline");

function showOffline() {
  if (offline && !offline.open) offline.showModal();
}

/* A link or a form that would lead to the browser's own error page stays here, with what was typed. */
function holdWhileOffline(event) {
  if (navigator.onLine || event.defaultPrevented) return;
  const link = event.type === "click" ? event.target.closest?.("a[href]") : null;
  if (event.type === "click" && (!link || link.hash || link.matches("[data-exit]"))) return;
  if (event.target.closest?.("form[method=dialog]")) return;
  event.preventDefault();
  showOffline();
}

function openDialog(event) {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
}

function closeDialog(event) {
  if (!event.target.closest?.("[data-closes]")) return;
  event.preventDefault();
  event.target.closest("dialog").close();
}

document.addEventListener("click", openDialog);
document.addEventListener("click", closeDialog);
document.addEventListener("click", holdWhileOffline);
document.addEventListener("submit", holdWhileOffline);
document.addEventListener("htmx:sendError", showOffline);
addEventListener("online", () => offline?.close());

/* Links of an error summary lead to a field; put the cursor there, too. */
document.querySelectorAll(".error-summary a").forEach((link) => {
  link.addEventListener("click", () => document.getElementById(link.hash.slice(1))?.focus());
});

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => print()));

/* What needs this file is hidden until it is here. */
document.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });

/* A passkey that was refused or stopped: say so beside its button. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-problem]").forEach((part) => { part.hidden = false; });
});
