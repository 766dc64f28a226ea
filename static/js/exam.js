// The exam page: save every change at once, call it saved only when the server has said so, and keep it until then.
//
// Read exam/page.js first: it holds the state of the page and what follows from each reply. It is put together from
//   queue.js store.js    what is unsent, and its copy in the browser      wire.js          requests, one after the other
//   entering.js places.js one page at a time may write                    recovery.js      what an earlier page left behind
//   clock.js time.js     the countdown                                    questions.js sheet.js  what stands in the page
//   modes.js notices.js  read-only, ended, messages, dialogs              handin.js signin.js errata.js events.js unsaved.js

import { listenToPlace } from "./exam/entering.js";
import { ExamPage } from "./exam/page.js";
import { openStore } from "./exam/store.js";
import { tick } from "./exam/time.js";

function listenToAnswers(page) {
  let isComposing = false; // an input method is at work: half a syllable is no answer
  const slotOf = (event) => page.questions.slotOf(event.target);
  const typed = (event) => {
    if (slotOf(event) && !isComposing) {
      page.typed(slotOf(event));
    }
  };
  page.form.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  page.form.addEventListener("compositionend", (event) => {
    isComposing = false;
    typed(event);
  });
  page.form.addEventListener("input", typed);
  page.form.addEventListener("change", (event) => {
    if (slotOf(event)) {
      page.changed(slotOf(event));
      page.send();
    }
  });
}

function listenToButtons(page) {
  page.form.addEventListener("keydown", (event) => {
    // In a line of text Enter would press the first button of the form: "hand in". It saves instead.
    if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) {
      event.preventDefault();
      page.flush();
      page.send();
    }
  });
  page.form.addEventListener("submit", (event) => {
    event.preventDefault(); // the page is never left for sending
    page.flush();
    page.send();
  });
  Array.from(page.form.querySelectorAll("button[name=save]")).forEach((button) => button.remove());
  Array.from(page.form.querySelectorAll("button[name=hand_in]")).forEach((button) =>
    button.addEventListener("click", (event) => {
      event.preventDefault();
      page.flush();
      page.handIn.open();
      page.send();
    })
  );
}

function listenToWindow(page) {
  window.addEventListener("online", () => page.send());
  document.addEventListener("visibilitychange", () => {
    page.flush();
    page.send(); // a page in the background may be ended at any time, and a sleeping computer stops the clock
  });
  window.addEventListener("beforeunload", (event) => {
    if (page.queue.entries.length && !page.isLeaving) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}

function begin(form, store) {
  const page = new ExamPage(form, store);
  listenToAnswers(page);
  listenToButtons(page);
  listenToWindow(page);
  listenToPlace(page);
  if (!store.isLasting) {
    page.notices.tell("info", page.words.wordMemory);
  }
  page.flush(); // what was typed before this script came
  tick(page);
  setInterval(() => tick(page), 250);
  page.send();
}

// Pages before the exam fetch this script, too, so that at the start nobody waits for it.
const form = document.getElementById("exam");
if (form) {
  openStore(form.dataset.attempt).then((store) => begin(form, store));
}
