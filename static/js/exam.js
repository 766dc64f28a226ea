// The exam page: save every change at once, call it saved only when the server has said so, and keep it until then.
//
// A change becomes an entry with a key of its own. It stays in the queue – in memory and in the browser's store –
// until a reply names its key. The server journals a key once, so that sending again never does harm.

const form = document.getElementById("exam");
const words = form.dataset;
const storePrefix = "exam-" + words.attempt + "-";
const flagStore = "exam-flags-" + words.attempt;
const place = form.elements.place.value;
const SEND_AFTER_TYPING_MS = 700;
const REPLY_WITHIN_MS = 15000;
const LONGEST_PAUSE_MS = 15000;
const ASK_EVERY_MS = 60000;
const BATCH = 20;

let queue = []; // entries that no reply has named yet, the oldest first
let inFlight = false;
let isOffline = false;
let failures = 0;
let timer = 0;
let seq = Number(words.seq);
let deadline = performance.now() + Number(words.secondsLeft) * 1000;
let isLocked = false; // this page may not write any more
let isOver = false; // time is over; what is queued may still be taken in
let wantsToHandIn = false;
let announced = Infinity;

const articles = new Map();
const latest = new Map(); // slot → key and fields of its newest entry, saved or not

// ---- the queue and its copy in the browser's store ----

function keep() {
  try {
    if (queue.length) {
      localStorage.setItem(storePrefix + place, JSON.stringify(queue));
    } else {
      localStorage.removeItem(storePrefix + place);
    }
  } catch (error) {
    // No store, or a full one: the queue in memory still goes out, and leaving the page still warns.
  }
}

function forget() {
  try {
    storedKeys().forEach((key) => localStorage.removeItem(key));
    localStorage.removeItem(flagStore);
  } catch (error) {
    // Nothing was stored then.
  }
}

function storedKeys() {
  return Object.keys(localStorage).filter((key) => key.indexOf(storePrefix) === 0);
}

function takeStored() {
  let found = [];
  try {
    storedKeys().forEach((key) => {
      found = found.concat(JSON.parse(localStorage.getItem(key)) || []);
      localStorage.removeItem(key);
    });
  } catch (error) {
    return [];
  }
  return found.sort((one, other) => (one.client_time < other.client_time ? -1 : 1));
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function enqueue(slot) {
  const fields = fieldsOf(slot);
  const before = latest.get(slot);
  if (isLocked || isOver || JSON.stringify(before.fields) === JSON.stringify(fields)) {
    return;
  }
  const waiting = queue.find((entry) => entry.slot === slot && !entry.isSent);
  const after = waiting ? waiting.after : before.key;
  queue = queue.filter((entry) => entry !== waiting);
  const entry = { key: newKey(), slot: slot, fields: fields, client_time: new Date().toISOString(), after: after };
  queue.push(entry);
  latest.set(slot, { key: entry.key, fields: fields });
  keep();
  showSlot(slot, "unsaved", words.wordUnsaved);
  showAll();
}

// ---- what stands in the page ----

function controlsOf(slot) {
  const name = "slot-" + slot;
  return Array.from(articles.get(slot).querySelectorAll("input, select, textarea")).filter(
    (control) => control.name === name || control.name.indexOf(name + "-") === 0
  );
}

function fieldsOf(slot) {
  const cut = ("slot-" + slot + "-").length;
  return controlsOf(slot)
    .filter((control) => (control.type !== "radio" && control.type !== "checkbox" ? control.value : control.checked))
    .map((control) => [control.name.slice(cut), control.value]);
}

function fill(slot, fields) {
  const cut = ("slot-" + slot + "-").length;
  controlsOf(slot).forEach((control) => {
    const values = fields.filter((field) => field[0] === control.name.slice(cut)).map((field) => field[1]);
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = values.indexOf(control.value) >= 0;
    } else {
      control.value = values.length ? values[0] : "";
    }
  });
}

function showSlot(slot, state, text) {
  const shown = articles.get(slot).querySelector(".question-state");
  shown.dataset.state = state;
  shown.textContent = text;
  const isAnswered = fieldsOf(slot).some((field) => field[1].trim());
  const number = document.querySelector('[data-sheet="' + slot + '"]');
  const sheetStates = { unsaved: "unsaved", saving: "unsaved", offline: "unsaved", refused: "unsaved" };
  number.dataset.state = sheetStates[state] || (isAnswered ? "answered" : "unanswered");
  const isSaved = state === "saved";
  const inWords = isSaved ? (isAnswered ? words.wordAnswered : words.wordUnanswered) : text;
  const flag = number.classList.contains("is-flagged") ? ", " + words.wordFlagged : "";
  number.querySelector(".hidden-text").textContent = inWords + flag;
}

function showAll() {
  const slots = new Set(queue.map((entry) => entry.slot));
  const shown = document.getElementById("exam-state");
  let state = "saved";
  let text = words.wordAllSaved;
  if (slots.size) {
    state = isOffline ? "offline" : inFlight ? "saving" : "unsaved";
    text = isOffline ? words.wordOffline : inFlight ? words.wordSaving : words.wordWaiting.replace("{count}", slots.size);
  }
  if (shown.dataset.state !== state || shown.textContent !== text) {
    shown.dataset.state = state;
    shown.textContent = text;
  }
}

function showMessage(text) {
  const line = document.createElement("p");
  line.textContent = text;
  const body = document.createElement("div");
  body.className = "alert-body";
  body.appendChild(line);
  const box = document.createElement("div");
  box.className = "alert alert-warning";
  box.appendChild(body);
  const shown = document.getElementById("exam-message");
  shown.textContent = "";
  shown.appendChild(box);
}

function announce(text) {
  document.getElementById("exam-announcement").textContent = text;
}

/** Make the page read-only; what was typed stays in sight and can be copied. */
function freeze() {
  Array.from(form.querySelectorAll("textarea, input[type=text]")).forEach((control) => {
    control.readOnly = true;
  });
  Array.from(form.querySelectorAll("input[type=radio], input[type=checkbox], select")).forEach((control) => {
    control.disabled = true;
  });
}

function lock(message, address, label) {
  isLocked = true;
  clearTimeout(timer);
  freeze();
  queue.forEach((entry) => showSlot(entry.slot, "refused", words.wordRefused));
  Array.from(form.querySelectorAll("button[name=hand_in]")).forEach((button) => button.remove());
  showMessage(message);
  const link = document.createElement("a");
  link.href = address;
  link.textContent = label;
  document.querySelector("#exam-message p").append(" ", link);
}

// ---- sending ----

function sendSoon(pause) {
  clearTimeout(timer);
  timer = setTimeout(send, pause);
}

/** Send the oldest entries; with none, ask how much time is left and whether this page may still write. */
function send() {
  clearTimeout(timer);
  if (inFlight || isLocked) {
    return;
  }
  const batch = queue.slice(0, BATCH);
  batch.forEach((entry) => {
    entry.isSent = true;
    showSlot(entry.slot, isOffline ? "offline" : "saving", isOffline ? words.wordOffline : words.wordSaving);
  });
  inFlight = true;
  showAll();
  const abort = new AbortController();
  const timeout = setTimeout(() => abort.abort(), REPLY_WITHIN_MS);
  const entries = batch.map(({ key, slot, fields, client_time }) => ({ key, slot, fields, client_time }));
  fetch(words.answers, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ token: words.token, entries: entries }),
    credentials: "same-origin",
    cache: "no-store",
    signal: abort.signal,
  })
    .then((response) => response.json().then((reply) => ({ status: response.status, reply: reply })))
    .then((answered) => {
      inFlight = false;
      take(answered.status, answered.reply);
    })
    .catch(() => {
      inFlight = false;
      again();
    })
    .then(() => clearTimeout(timeout));
}

function again() {
  isOffline = true;
  failures += 1;
  queue.forEach((entry) => showSlot(entry.slot, "offline", words.wordOffline));
  showAll();
  // In the last half minute and in the seconds of tolerance after it every second counts.
  const longest = deadline - performance.now() < 30000 ? 1000 : LONGEST_PAUSE_MS;
  sendSoon(Math.min(longest, 1000 * Math.pow(2, failures - 1)) * (0.75 + Math.random() / 2));
}

function take(status, reply) {
  if (![200, 400, 403, 404, 409].includes(status)) {
    again();
    return;
  }
  isOffline = false;
  failures = 0;
  const rejected = reply.rejected || {};
  const done = (reply.saved || []).concat(Object.keys(rejected));
  const touched = queue.filter((entry) => done.indexOf(entry.key) >= 0);
  queue = queue.filter((entry) => done.indexOf(entry.key) < 0);
  touched.forEach((entry) => settle(entry, rejected[entry.key]));
  keep();
  if (status === 200) {
    seq = reply.seq;
    deadline = performance.now() + reply.seconds_left * 1000;
  } else {
    refuse(reply);
  }
  showAll();
  goOn();
}

function settle(entry, problem) {
  if (problem) {
    // The next change of this question follows on what the server holds, which this entry never became.
    latest.set(entry.slot, { key: entry.after, fields: null });
    showSlot(entry.slot, "refused", problem.message);
  } else if (!queue.some((other) => other.slot === entry.slot)) {
    showSlot(entry.slot, "saved", words.wordSaved);
  }
}

function refuse(reply) {
  const isEnd = reply.refused === "too_late" || reply.refused === "submitted";
  if (isEnd) {
    lock(queue.length ? reply.message + " " + words.wordLost : reply.message, words.resultPage, words.wordResult);
  } else {
    lock(reply.message || words.wordRefused, window.location.pathname, words.wordReopen);
  }
  if (isEnd && !queue.length) {
    leave(words.resultPage);
  }
}

function goOn() {
  if (isLocked) {
    return;
  }
  if (queue.length) {
    sendSoon(0);
  } else if (isOver) {
    leave(words.resultPage);
  } else if (wantsToHandIn) {
    window.location.assign(words.confirmPage + "?seq=" + seq);
  }
}

function leave(address) {
  forget();
  window.location.replace(address);
}

// ---- time: the server says how much is left, a monotonic clock counts in between ----

function tick() {
  const left = Math.max(0, Math.floor((deadline - performance.now()) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  document.getElementById("exam-time").textContent =
    two(Math.floor(left / 3600)) + ":" + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
  document.getElementById("exam-clock").classList.toggle("is-short", left <= 300);
  const passed = [60, 300, 600].find((limit) => left <= limit && left > 0);
  if (passed && passed < announced) {
    announced = passed;
    announce(words.wordMinutes.replace("{count}", passed / 60));
  }
  if (left === 0 && !isOver && !isLocked) {
    flushAll();
    isOver = true;
    freeze();
    showMessage(words.wordEnded);
    announce(words.wordEnded);
    send(); // also with nothing to send: the server may know of more time than this page
  }
}

// ---- beginning ----

function flushAll() {
  articles.forEach((article, slot) => enqueue(slot));
}

/** Take up what an earlier page of this browser could not send, unless something newer was saved since. */
function recover() {
  const stored = takeStored();
  articles.forEach((article, slot) => {
    let chain = stored.filter((entry) => entry.slot === slot);
    chain = chain.slice(chain.findIndex((entry) => entry.key === article.dataset.key) + 1);
    if (!chain.length) {
      return;
    }
    const last = chain[chain.length - 1];
    const follows = stored.some((entry) => entry.key === article.dataset.key) || chain[0].after === article.dataset.key;
    if (follows) {
      fill(slot, last.fields);
      queue.push({ key: last.key, slot: slot, fields: last.fields, client_time: last.client_time, after: article.dataset.key });
      latest.set(slot, { key: last.key, fields: last.fields });
      showSlot(slot, "unsaved", words.wordUnsaved);
    } else {
      const note = document.createElement("p");
      note.className = "save-state";
      note.dataset.state = "unsaved";
      note.textContent = words.wordConflict + " " + last.fields.map((field) => field[1]).join(" / ");
      article.appendChild(note);
    }
  });
  keep();
}

function addFlag(slot, article, flags) {
  const button = document.createElement("button");
  const number = document.querySelector('[data-sheet="' + slot + '"]');
  button.type = "button";
  button.className = "button button-quiet";
  const show = () => {
    const isFlagged = flags.has(slot);
    number.classList.toggle("is-flagged", isFlagged);
    button.textContent = isFlagged ? words.wordUnflag : words.wordFlag;
  };
  button.addEventListener("click", () => {
    if (!flags.delete(slot)) {
      flags.add(slot);
    }
    try {
      localStorage.setItem(flagStore, JSON.stringify(Array.from(flags)));
    } catch (error) {
      // The mark then lasts as long as the page.
    }
    show();
  });
  show();
  article.querySelector(".question-head").appendChild(button);
}

function storedFlags() {
  try {
    return new Set(JSON.parse(localStorage.getItem(flagStore)) || []);
  } catch (error) {
    return new Set();
  }
}

function slotOf(target) {
  const article = target.closest("[data-slot]");
  return article && target.name ? Number(article.dataset.slot) : 0;
}

function begin() {
  const flags = storedFlags();
  Array.from(form.querySelectorAll("[data-slot]")).forEach((article) => {
    const slot = Number(article.dataset.slot);
    articles.set(slot, article);
    latest.set(slot, { key: article.dataset.key, fields: fieldsOf(slot) });
    addFlag(slot, article, flags);
  });
  document.getElementById("legend-flagged").hidden = false;
  Array.from(form.querySelectorAll("button[name=save]")).forEach((button) => button.remove());
  recover();
  showAll();
  send();
}

form.addEventListener("input", (event) => {
  const slot = slotOf(event.target);
  if (slot) {
    wantsToHandIn = false;
    enqueue(slot);
    if (!isOffline) {
      sendSoon(SEND_AFTER_TYPING_MS);
    }
  }
});
form.addEventListener("change", (event) => {
  const slot = slotOf(event.target);
  if (slot) {
    enqueue(slot);
    send();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault(); // also for Enter in a line of text
  flushAll();
  send();
});
Array.from(form.querySelectorAll("button[name=hand_in]")).forEach((button) =>
  button.addEventListener("click", (event) => {
    event.preventDefault();
    flushAll();
    wantsToHandIn = true;
    if (queue.length || inFlight) {
      showMessage(words.wordWait);
      send();
    } else {
      goOn();
    }
  })
);
window.addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    send(); // a sleeping computer stops the clock of the page
  }
});
window.addEventListener("beforeunload", (event) => {
  if (queue.length && !isLocked) {
    event.preventDefault();
    event.returnValue = "";
  }
});
begin();
setInterval(tick, 500);
setInterval(send, ASK_EVERY_MS);
