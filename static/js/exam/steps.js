// One question after the other in a one-way paper, and questions that are checked at once in a practice paper. Both
// begin with saving what was typed, and go by the same buttons as the plain page.

import { openDialog } from "./notices.js";
import { post } from "./wire.js";

export class Steps {
  constructor(page) {
    this.page = page;
    this.waiting = null; // what to do once everything is saved
    this.dialog = document.getElementById("dialog-advance");
    this.part("confirm").addEventListener("click", () => this.dialog.close("yes"));
    this.part("back").addEventListener("click", () => this.dialog.close(""));
    this.dialog.addEventListener("close", () => this.confirmed());
    this.listen("advance", (button) => this.ask(button));
    this.listen("check", (button) => this.afterSaving(() => this.check(Number(button.value), button)));
  }

  part(name) {
    return this.dialog.querySelector('[data-part="' + name + '"]');
  }

  listen(name, act) {
    Array.from(this.page.form.querySelectorAll("button[name=" + name + "]")).forEach((button) =>
      button.addEventListener("click", (event) => {
        event.preventDefault();
        event.stopPropagation(); // the question that every page asks before a grave step is asked here
        act(button);
      })
    );
  }

  ask(button) {
    this.part("question").textContent = button.dataset.confirm;
    this.to = Number(button.value);
    this.dialog.returnValue = "";
    openDialog(this.dialog);
  }

  confirmed() {
    if (this.dialog.returnValue === "yes") {
      this.afterSaving(() => this.advance(this.to));
    }
  }

  afterSaving(act) {
    this.page.flush();
    this.waiting = act;
    if (this.page.queue.entries.length) {
      this.page.notices.tell("info", this.page.words.wordStepWait);
    }
    this.page.send();
  }

  /** Hear that everything is saved. */
  saved() {
    const act = this.waiting;
    this.waiting = null;
    if (act) {
      this.page.notices.clear(this.page.words.wordStepWait);
      act();
    }
  }

  /** Ask for a step; what went wrong on the way can be asked for again. */
  step(name, more, done) {
    const page = this.page;
    post(page.address(name), page.body(more)).then(
      (answer) => {
        if (answer.status === 200) {
          done(answer.reply);
        } else if (["not_here", "unreadable", "checked", "unknown_slot"].indexOf(answer.reply.refused) >= 0) {
          page.notices.tell("warning", answer.reply.message);
        } else {
          page.refused(answer);
        }
      },
      () => page.notices.tell("warning", page.words.wordTryAgain)
    );
  }

  advance(to) {
    this.step("advance", { to: to }, () => this.page.reload());
  }

  check(slot, button) {
    this.step("check", { slot: slot }, (reply) => {
      const place = this.page.questions.article(slot).querySelector('[data-part="feedback"]');
      const told = new DOMParser().parseFromString(reply.html, "text/html").body;
      place.textContent = "";
      Array.from(told.childNodes).forEach((node) => place.appendChild(document.importNode(node, true)));
      const first = place.querySelector("p");
      this.page.notices.announce(first ? first.textContent.replace(/\s+/g, " ") : "");
      if (reply.is_final) {
        this.page.questions.close(slot);
        button.remove();
      }
    });
  }
}
