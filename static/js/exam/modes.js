// What changes when the page may no longer write, or may again.

import { beijingTime } from "./clock.js";
import { buttonOf, linkOf, openDialog } from "./notices.js";

/** Make the page read-only and say why; what could not be saved is at hand as a text. */
export function close(page, mode, message, controls, kind) {
  const isKnown = page.mode === mode && page.notices.shown === message;
  page.mode = mode;
  page.questions.freeze();
  page.handIn.interrupt();
  if (!isKnown) {
    const isLost = mode !== "locked" && page.queue.entries.length > 0;
    const more = isLost ? [buttonOf(page.words.wordUnsavedList, () => page.unsaved.open())] : [];
    page.notices.tell(kind || "warning", message, controls.concat(more));
  }
  page.show();
}

/** Close the page for good: the attempt is handed in, or time is over. */
export function end(page, message) {
  const kind = page.queue.entries.length ? "warning" : "info";
  close(page, "ended", message, [linkOf(page.words.wordResult, page.words.resultPage)], kind);
  page.store.forget();
  page.sheet.forgetFlags();
}

export function reopen(page, message) {
  if (page.mode !== "entering") {
    page.notices.clear(); // what was said of the mode before
  }
  page.mode = "open";
  page.questions.thaw();
  if (message) {
    page.notices.tell("info", message);
  }
}

/** Another page has the place. One that is just being opened asks whether to take over; one at work only says so. */
export function elsewhere(page, reply) {
  const dialog = document.getElementById("dialog-elsewhere");
  const since = dialog.querySelector('[data-part="since"]');
  since.textContent = reply.since ? beijingTime(reply.since) : "–";
  close(page, "elsewhere", reply.message, [buttonOf(page.words.wordTakeOver, () => openDialog(dialog))]);
  if (!page.hasRecovered) {
    openDialog(dialog);
  }
}

/** Return whether the attempt can still be handed in, though no longer changed. */
export function isInGrace(page) {
  const grace = Number(page.words.graceSeconds) * 1000;
  return grace > 0 && page.mode === "over" && page.clock.msSince() < grace;
}

/** Time is over and everything is saved: either the server hands in, or the learner must. */
export function timeIsOver(page) {
  if (page.words.timeOut === "submit") {
    end(page, page.words.wordEndedSaved);
  } else if (page.notices.shown !== page.words.wordHandInNow) {
    page.notices.tell("warning", page.words.wordHandInNow);
    page.handIn.open();
  }
}
