// The reader: reports to the server that a unit is being read and how far, and leads back to where it was left.
// The server counts the time by its own clock; this page only says "still reading" and where.

const EVERY_MS = 20000;
const IDLE_MS = 120000;
const WORTH_GOING_BACK = 5; // percent of the text

const text = document.getElementById("study-text");
let visit = text.dataset.visit;
let lastActive = performance.now();
let isAway = false;
let hasScrolled = false;

function place() {
  const box = text.getBoundingClientRect();
  const percent = Math.round((-box.top / box.height) * 100);
  return Math.max(0, Math.min(100, percent));
}

function isReading() {
  return document.visibilityState === "visible" && performance.now() - lastActive < IDLE_MS;
}

function report(isResumed) {
  const body = { position: hasScrolled ? place() : null, resumed: isResumed };
  fetch(visit, {
    method: "POST",
    credentials: "same-origin",
    keepalive: true, // the last report is sent while the page closes
    headers: { "Content-Type": "application/json", "X-CSRFToken": text.dataset.token },
    body: JSON.stringify(body),
  })
    .then((reply) => (reply.ok ? reply.json() : null))
    .then((reply) => {
      if (reply) {
        visit = reply.visit;
        // Another page is being read: this one is silent until the reader is active on it again.
        isAway = isAway || !reply.is_running;
      }
    })
    .catch(() => {}); // no connection: the next report counts up to a minute of what was missed
}

function goOn() {
  if (!isAway && isReading()) {
    report(false);
  } else {
    isAway = true;
  }
}

function leave() {
  if (!isAway) {
    report(false);
    isAway = true;
  }
}

function noteActivity() {
  lastActive = performance.now();
  if (isAway && document.visibilityState === "visible") {
    isAway = false;
    report(true);
  }
}

function noteVisibility() {
  if (document.visibilityState === "visible") {
    noteActivity();
  } else {
    leave();
  }
}

function goBackToThePlace() {
  const percent = Number(text.dataset.position);
  const notice = document.getElementById("go-on");
  if (percent < WORTH_GOING_BACK || window.location.hash) {
    return;
  }
  notice.hidden = false;
  notice.querySelector("button").addEventListener("click", () => {
    notice.hidden = true;
    const box = text.getBoundingClientRect();
    window.scrollTo(0, window.pageYOffset + box.top + (box.height * percent) / 100);
    text.setAttribute("tabindex", "-1");
    text.focus({ preventScroll: true });
  });
}

["keydown", "mousemove", "mousedown", "touchstart"].forEach((name) => {
  document.addEventListener(name, noteActivity, { passive: true });
});
document.addEventListener(
  "scroll",
  () => {
    hasScrolled = true;
    noteActivity();
  },
  { passive: true },
);
document.addEventListener("visibilitychange", noteVisibility);
window.addEventListener("pagehide", leave);

goBackToThePlace();
report(false);
window.setInterval(goOn, EVERY_MS);
