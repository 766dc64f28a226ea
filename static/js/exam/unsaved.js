// What was typed and could not be saved, as a text to be copied or kept as a file, once the page may not write any more.

import { copyFrom, saveAsFile } from "./clipboard.js";
import { openDialog } from "./notices.js";

export class Unsaved {
  constructor(page) {
    this.questions = page.questions;
    this.queue = page.queue;
    this.words = page.words;
    this.dialog = document.getElementById("dialog-unsaved");
    this.text = this.dialog.querySelector("textarea");
    this.told = this.dialog.querySelector('[data-part="copied"]');
    this.on("copy", () => this.copy());
    this.on("file", () => saveAsFile(this.text.value, this.words.wordFileName));
    this.on("back", () => this.dialog.close());
  }

  on(part, act) {
    this.dialog.querySelector('[data-part="' + part + '"]').addEventListener("click", act);
  }

  /** Return the last unsaved answer of each question, in words. */
  inWords() {
    const last = new Map();
    this.queue.entries.forEach((entry) => last.set(entry.slot, entry));
    const slots = Array.from(last.keys()).sort((one, other) => one - other);
    const answers = slots.map((slot) => {
      const entry = last.get(slot);
      const said = this.questions.describe(slot, entry.fields) || this.words.wordUnanswered;
      return this.questions.heading(slot) + "\n" + said;
    });
    return [document.title].concat(answers).join("\n\n") + "\n";
  }

  open() {
    this.text.value = this.inWords();
    this.told.textContent = "";
    openDialog(this.dialog);
  }

  copy() {
    copyFrom(this.text).then((isCopied) => {
      this.told.textContent = isCopied ? this.words.wordCopied : this.words.wordCopyByHand;
    });
  }
}
