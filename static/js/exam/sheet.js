// What is shown of saving: at each question, on the answer sheet, and for the whole page in the bar.
// "Saved" is said only of what the server has named.

const NOT_SAVED = ["unsaved", "saving", "offline", "refused"];

function put(element, state, text) {
  if (element.dataset.state !== state || element.textContent !== text) {
    element.dataset.state = state;
    element.textContent = text;
  }
}

export class Sheet {
  constructor(questions, words) {
    this.questions = questions;
    this.words = words;
    this.bar = document.getElementById("exam-state");
    this.flagStore = "exam-flags-" + words.attempt;
    this.flags = this.storedFlags();
    document.getElementById("legend-flagged").hidden = false;
    questions.slots().forEach((slot) => this.addFlag(slot));
  }

  number(slot) {
    return document.querySelector('[data-sheet="' + slot + '"]');
  }

  state(slot) {
    return this.questions.article(slot).querySelector(".question-state").dataset.state;
  }

  /** Show at a question and on the sheet how its answer stands; `text` says it in words. */
  show(slot, state, text) {
    put(this.questions.article(slot).querySelector(".question-state"), state, text);
    const number = this.number(slot);
    const isNotSaved = NOT_SAVED.indexOf(state) >= 0;
    const isAnswered = this.questions.isAnswered(slot);
    number.dataset.state = isNotSaved ? "unsaved" : isAnswered ? "answered" : "unanswered";
    const plain = isAnswered ? this.words.wordAnswered : this.words.wordUnanswered;
    const flag = this.flags.has(slot) ? ", " + this.words.wordFlagged : "";
    number.querySelector(".hidden-text").textContent = (isNotSaved ? text : plain) + flag;
  }

  /** Show how the unsaved answers of the page stand, and all of it in one word in the bar. */
  refresh(page) {
    const waiting = this.waiting(page);
    const isMoving = page.wire.isBusy && waiting.state === "unsaved";
    page.queue.slots().forEach((slot) => {
      const isSent = isMoving && page.queue.entries.some((entry) => entry.slot === slot && entry.isSent);
      this.show(slot, isSent ? "saving" : waiting.state, isSent ? this.words.wordSaving : waiting.text);
    });
    page.form.dataset.mode = page.mode;
    Array.from(page.form.querySelectorAll("button[name=hand_in], button[name=advance], button[name=check]")).forEach((button) => {
      button.disabled = ["entering", "open", "over"].indexOf(page.mode) < 0;
    });
    const bar = this.summary(page, waiting, isMoving);
    put(this.bar, bar.state, bar.text);
  }

  waiting(page) {
    const words = this.words;
    if (page.mode === "elsewhere" || page.mode === "ended") {
      return { state: "refused", text: words.wordRefused };
    }
    if (page.fault) {
      const kept = page.fault === "server" ? words.wordServer : words.wordOffline;
      return { state: "offline", text: page.store.isLasting ? kept : words.wordOfflineMemory };
    }
    return { state: "unsaved", text: words.wordUnsaved };
  }

  summary(page, waiting, isMoving) {
    const words = this.words;
    const count = page.queue.slots().length;
    const unsaved = words.wordWaiting.replace("{count}", count);
    if (page.mode === "elsewhere" || page.mode === "ended") {
      return count ? { state: "refused", text: unsaved } : { state: "locked", text: words.wordReadOnly };
    }
    if (page.fault) {
      return { state: "offline", text: count ? waiting.text : words.wordNoConnection };
    }
    if (page.mode === "locked") {
      return { state: "locked", text: words.wordLocked };
    }
    if (!count) {
      return { state: "saved", text: words.wordAllSaved };
    }
    return isMoving ? { state: "saving", text: words.wordSaving } : { state: "unsaved", text: unsaved };
  }

  // ---- marks for later: on this device alone, and nobody else's business ----

  storedFlags() {
    try {
      return new Set(JSON.parse(localStorage.getItem(this.flagStore)) || []);
    } catch (error) {
      return new Set();
    }
  }

  storeFlags() {
    try {
      localStorage.setItem(this.flagStore, JSON.stringify(Array.from(this.flags)));
    } catch (error) {
      // The marks then last as long as the page.
    }
  }

  forgetFlags() {
    try {
      localStorage.removeItem(this.flagStore);
    } catch (error) {
      // There were none.
    }
  }

  addFlag(slot) {
    const button = this.questions.article(slot).querySelector(".flag-button");
    const show = () => {
      const isFlagged = this.flags.has(slot);
      this.number(slot).classList.toggle("is-flagged", isFlagged);
      button.textContent = isFlagged ? this.words.wordUnflag : this.words.wordFlag;
    };
    button.addEventListener("click", () => {
      if (!this.flags.delete(slot)) {
        this.flags.add(slot);
      }
      this.storeFlags();
      show();
      const shown = this.questions.article(slot).querySelector(".question-state");
      this.show(slot, shown.dataset.state, shown.textContent);
    });
    show();
    button.disabled = false;
  }
}
