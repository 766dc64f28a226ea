// How a page gets its place, takes up what an earlier one left behind, and gives the place back.

import { reopen } from "./modes.js";
import { sendLast } from "./places.js";
import { newKey } from "./queue.js";
import { recover } from "./recovery.js";
import { syncClock } from "./time.js";
import { post } from "./wire.js";

const FIRST_ASK_MS = 2500;

// The name under which this page asks for a place. A repeated request is thus known for what it is.
const page = newKey();

/** Ask for the place; resolves to a function that takes in the answer, rejects where the server cannot be reached. */
export function enter(exam, takesOver, within) {
  const ask = (held) => post(exam.address("enter"), exam.body({ place: held, page: page, take_over: takesOver }), within);
  const given = exam.hasAskedForPlace ? "" : exam.form.elements.place.value;
  exam.hasAskedForPlace = true;
  return exam.places.own(given).then(ask).then((answer) => () => {
    exam.recovered();
    if (answer.status === 200) {
      return entered(exam, answer);
    }
    exam.refused(answer);
    return exam.pause();
  });
}

function entered(exam, { reply, sentAt }) {
  exam.token = reply.token;
  exam.places.hold(reply.place);
  exam.isEntered = true;
  reopen(exam, exam.mode === "locked" ? exam.words.wordUnlocked : "");
  syncClock(exam, sentAt, reply);
  const isStale = reply.seq !== exam.known();
  if (isStale && (exam.store.isLasting || !exam.queue.entries.length)) {
    exam.reload(); // something was saved since the page was made: it must not show what is no longer so
    return Promise.resolve();
  }
  return recover(exam).then(() => {
    exam.show();
    // Those who started in the same second do not all ask in the same second, too.
    return exam.queue.entries.length ? 0 : FIRST_ASK_MS * (0.2 + Math.random());
  });
}

/** Take the place over because its learner said so. */
function takeOver(exam, dialog) {
  const told = dialog.querySelector('[data-part="state"]');
  told.textContent = exam.words.wordConnecting;
  enter(exam, true).then((takeIn) => takeIn()).then(
    () => {
      told.textContent = "";
      if (exam.isRunning()) {
        dialog.close();
        exam.send();
      }
    },
    () => {
      told.textContent = exam.words.wordTryAgain;
    }
  );
}

/** Say goodbye, with whatever has not been sent: the next page then need not ask. */
function leave(exam) {
  if (!exam.isEntered || !exam.isRunning()) {
    return;
  }
  exam.flush();
  if (exam.queue.entries.length) {
    sendLast(exam.words.answers, exam.body({ entries: exam.entries() }));
  }
  sendLast(exam.address("leave"), exam.body({}));
}

/** Hear of the dialog that asks whether to take over, and of the coming and going of the page. */
export function listenToPlace(exam) {
  const dialog = document.getElementById("dialog-elsewhere");
  dialog.querySelector('[data-part="take-over"]').addEventListener("click", () => takeOver(exam, dialog));
  dialog.querySelector('[data-part="back"]').addEventListener("click", () => dialog.close());
  window.addEventListener("pagehide", () => leave(exam));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && exam.isRunning()) {
      exam.isEntered = false; // the browser kept the page in memory; others may have written meanwhile
      exam.send();
    }
  });
}
