// What earlier pages of this browser could not send: taken up where it follows on what the server holds, shown for
// decision where something else was saved since.

import { buttonOf } from "./notices.js";

/** Take it up; once, and only in the page that has the place. */
export function recover(page) {
  if (page.hasRecovered) {
    return Promise.resolve();
  }
  page.hasRecovered = true;
  return page.store.load().then((stored) => {
    const isOwn = (entry) => page.queue.entries.some((own) => own.key === entry.key);
    const found = page.queue.recover(stored.filter((entry) => !isOwn(entry)));
    found.resumed.forEach((entry) => page.questions.fill(entry.slot, entry.fields));
    found.conflicts.forEach((conflict) => showConflict(page, conflict));
    page.keep();
  });
}

/** Show an unsaved answer beside the one that was saved later elsewhere; its learner says which counts. */
function showConflict(page, conflict) {
  const box = document.createElement("div");
  const decide = () => {
    page.conflicts = page.conflicts.filter((entry) => conflict.entries.indexOf(entry) < 0);
    box.remove();
    page.keep();
  };
  const use = () => {
    page.questions.fill(conflict.slot, conflict.fields);
    page.changed(conflict.slot);
    decide();
    page.send();
  };
  const line = document.createElement("p");
  line.textContent = page.words.wordConflict;
  const text = document.createElement("p");
  text.className = "answer-text";
  text.textContent = page.questions.describe(conflict.slot, conflict.fields) || page.words.wordUnanswered;
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.appendChild(buttonOf(page.words.wordUse, use));
  actions.appendChild(buttonOf(page.words.wordDiscard, decide));
  box.className = "erratum conflict";
  [line, text, actions].forEach((part) => box.appendChild(part));
  page.questions.article(conflict.slot).appendChild(box);
  page.conflicts = page.conflicts.concat(conflict.entries);
}
