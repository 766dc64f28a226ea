// The board of a sitting: fetches the part of the page that changes, at most once in five seconds.
// Without it the page is the same, renewed by its link.

const EVERY_MS = 5000;
const REPLY_WITHIN_MS = 20000;
const LONGEST_PAUSE_MS = 60000;

const board = document.getElementById("board");
const live = document.getElementById("board-live");
const notice = document.getElementById("board-notice");
let failures = 0;
let timer = 0;
let isAsking = false;
let lastAsked = performance.now();
let shownAt = performance.now();

// ---- what the reader has chosen must outlive a renewal ----

function boxes() {
  return Array.from(live.querySelectorAll("input[name=person]"));
}

function renew(part) {
  const chosen = new Set(
    boxes()
      .filter((box) => box.checked)
      .map((box) => box.value)
  );
  const focused = live.contains(document.activeElement) ? document.activeElement : null;
  const address = focused && focused.getAttribute("href");
  const left = scrolled();
  while (live.firstChild) {
    live.removeChild(live.firstChild);
  }
  Array.from(part.body.childNodes).forEach((node) => live.appendChild(document.adoptNode(node)));
  boxes().forEach((box) => {
    box.checked = chosen.has(box.value);
  });
  offerAll();
  scrollTo(left);
  const again = focused && (focused.id ? document.getElementById(focused.id) : linkTo(address));
  if (again) {
    again.focus({ preventScroll: true });
  }
  shownAt = performance.now();
}

function linkTo(address) {
  return Array.from(live.querySelectorAll("a")).find((link) => address && link.getAttribute("href") === address);
}

function scrolled() {
  const frame = live.querySelector(".table-scroll");
  return frame ? frame.scrollLeft : 0;
}

function scrollTo(left) {
  const frame = live.querySelector(".table-scroll");
  if (frame) {
    frame.scrollLeft = left;
  }
}

function offerAll() {
  const heading = live.querySelector("thead th");
  if (!heading) {
    return;
  }
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = "select-all";
  box.setAttribute("aria-label", board.dataset.all);
  box.checked = boxes().length > 0 && boxes().every((each) => each.checked);
  label.className = "board-all";
  label.appendChild(box);
  heading.textContent = "";
  heading.appendChild(label);
  box.addEventListener("change", () => {
    boxes().forEach((each) => {
      each.checked = box.checked;
    });
  });
}

// ---- time left, counted between two renewals by a clock that nobody can set ----

function count() {
  const gone = (performance.now() - shownAt) / 1000;
  live.querySelectorAll("[data-seconds]").forEach((cell) => {
    const seconds = Math.max(0, Math.floor(Number(cell.dataset.seconds) - gone));
    const rest = String(seconds % 60).padStart(2, "0");
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    cell.textContent = hours
      ? hours + ":" + String(minutes % 60).padStart(2, "0") + ":" + rest
      : minutes + ":" + rest;
  });
}

// ---- asking ----

function tell(text, link) {
  const line = notice.querySelector("p");
  if (line.textContent !== text) {
    line.textContent = text;
    if (link) {
      line.appendChild(document.createTextNode(" "));
      line.appendChild(link);
    }
  }
  notice.hidden = !text;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = board.dataset.signIn;
  link.textContent = board.dataset.signInLabel;
  return link;
}

function lost() {
  failures += 1;
  tell(board.dataset.lost.replace("{time}", live.querySelector(".board-as-of").dataset.time));
}

function take(reply) {
  if (reply.redirected || reply.status === 401 || reply.status === 403) {
    tell(board.dataset.signedOut, signInLink());
    failures += 1;
    return null;
  }
  if (!reply.ok) {
    throw new Error("status " + reply.status);
  }
  return reply.text().then((text) => {
    renew(new DOMParser().parseFromString(text, "text/html"));
    failures = 0;
    tell("");
  });
}

function ask() {
  if (isAsking || document.visibilityState !== "visible") {
    return;
  }
  isAsking = true;
  lastAsked = performance.now();
  const patience = new AbortController();
  const limit = window.setTimeout(() => patience.abort(), REPLY_WITHIN_MS);
  fetch(board.dataset.live, { credentials: "same-origin", signal: patience.signal })
    .then(take)
    .catch(lost)
    .then(() => {
      window.clearTimeout(limit);
      isAsking = false;
      plan();
    });
}

function plan() {
  const pause = Math.min(EVERY_MS * Math.pow(2, Math.min(failures, 4)), LONGEST_PAUSE_MS);
  const waited = performance.now() - lastAsked;
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, Math.max(0, pause - waited) + Math.random() * 500);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !isAsking) {
    plan();
  } else {
    window.clearTimeout(timer);
  }
});
window.addEventListener("online", () => {
  failures = 0;
  plan();
});

offerAll();
plan();
window.setInterval(count, 1000);
