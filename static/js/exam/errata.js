// Corrections of questions that are made while the exam runs, shown at the question within a few seconds.

import { post } from "./wire.js";

export class Errata {
  constructor(page) {
    this.page = page;
    this.known = 0; // how many the page has heard of
    this.isBusy = false;
  }

  /** Hear how many there are; fetch them when there are others than those shown. */
  heard(count) {
    if (typeof count !== "number" || count === this.known || this.isBusy) {
      return;
    }
    this.isBusy = true;
    post(this.page.address("errata"), this.page.body({})).then(
      (answer) => {
        this.isBusy = false;
        if (answer.status === 200) {
          this.known = count;
          this.show(answer.reply.errata);
        }
      },
      () => {
        this.isBusy = false; // the next reply names the number again
      }
    );
  }

  show(errata) {
    const fresh = errata.filter((erratum) => this.put(erratum.slot, erratum.text));
    if (fresh.length) {
      const { words, questions, notices } = this.page;
      const where = fresh.map((erratum) => questions.heading(erratum.slot)).join("、");
      notices.tell("info", words.wordErrata.replace("{questions}", where));
    }
  }

  /** Put a correction at its question; return whether it was not there yet. */
  put(slot, text) {
    const article = this.page.questions.article(slot);
    if (!article) {
      return false;
    }
    const isThere = Array.from(article.querySelectorAll(".erratum-text")).some((each) => each.textContent === text);
    if (isThere) {
      return false;
    }
    const box = document.createElement("div");
    box.className = "erratum";
    const head = document.createElement("strong");
    head.textContent = this.page.words.wordErratum;
    const line = document.createElement("p");
    line.className = "erratum-text";
    line.textContent = text;
    box.appendChild(head);
    box.appendChild(line);
    article.insertBefore(box, article.querySelector(".question-head").nextSibling);
    return true;
  }
}
