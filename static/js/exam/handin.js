// Handing in: a summary in a dialog, one request that carries how many answers this page knows to be saved, and the
// receipt. The page is never left for it, so that a broken connection costs nothing but patience.

import { copyFrom } from "./clipboard.js";
import { beijingTime } from "./clock.js";
import { end } from "./modes.js";
import { buttonOf, openDialog } from "./notices.js";
import { pauseAfter, post } from "./wire.js";

const LONGEST_PAUSE_MS = 8000;

export class HandIn {
  constructor(page) {
    this.page = page;
    this.dialog = document.getElementById("dialog-hand-in");
    this.isWanted = false; // pressed; what is unsaved goes first
    this.isBusy = false;
    this.failures = 0;
    this.timer = 0;
    this.part("confirm").addEventListener("click", () => this.confirm());
    this.part("back").addEventListener("click", () => this.dialog.close());
    this.part("copy").addEventListener("click", () => this.copy());
    this.dialog.addEventListener("close", () => this.withdraw());
  }

  part(name) {
    return this.dialog.querySelector('[data-part="' + name + '"]');
  }

  open() {
    openDialog(this.dialog);
    this.refresh();
  }

  /** Bring the summary up to date while it is in sight; called whenever something was saved. */
  refresh() {
    if (!this.dialog.open) {
      return;
    }
    if (this.isWanted && !this.isBusy && !this.failures && !this.page.queue.entries.length) {
      this.submit();
    }
    const { questions, sheet, queue, clock } = this.page;
    const slots = questions.slots();
    const isSaved = (slot) => questions.isAnswered(slot) && !queue.holds(slot) && sheet.state(slot) !== "refused";
    const open = slots.filter((slot) => !questions.isAnswered(slot));
    this.part("questions").textContent = slots.length;
    this.part("saved").textContent = slots.filter(isSaved).length;
    this.part("open").textContent = open.length;
    this.part("minutes").textContent = Math.floor(clock.secondsLeft() / 60);
    this.list("open-list", open);
    this.list("partly-list", slots.filter((slot) => questions.isAnswered(slot) && !questions.isComplete(slot)));
    this.list("flagged-list", slots.filter((slot) => sheet.flags.has(slot)));
    this.list("refused-list", slots.filter((slot) => sheet.state(slot) === "refused"));
    const toCome = Number(this.page.words.toCome); // of a one-way paper
    this.part("to-come").hidden = !toCome;
    this.part("to-come").textContent = this.page.words.wordToCome.replace("{count}", toCome);
    this.part("complete").hidden = open.length > 0 || toCome > 0;
  }

  list(name, slots) {
    const list = this.part(name);
    list.hidden = !slots.length;
    const grid = list.querySelector("ol");
    grid.textContent = "";
    slots.forEach((slot) => {
      const link = this.page.sheet.number(slot).cloneNode(true);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.dialog.close();
        this.page.questions.goTo(slot);
      });
      const item = document.createElement("li");
      item.appendChild(link);
      grid.appendChild(item);
    });
  }

  say(text) {
    this.part("state").textContent = text;
  }

  confirm() {
    if (this.isWanted) {
      return;
    }
    this.isWanted = true;
    this.failures = 0;
    this.part("confirm").setAttribute("aria-disabled", "true");
    this.page.flush();
    if (this.page.queue.entries.length) {
      this.say(this.page.words.wordWait);
      this.page.send();
    } else {
      this.submit();
    }
  }

  withdraw() {
    clearTimeout(this.timer);
    this.isWanted = false;
    this.part("confirm").removeAttribute("aria-disabled");
    this.say("");
  }

  /** Stop it: the page may not write any more. */
  interrupt() {
    if (this.dialog.open) {
      this.dialog.close();
    }
    this.withdraw();
  }

  submit() {
    const page = this.page;
    clearTimeout(this.timer);
    this.isBusy = true;
    this.say(page.words.wordHandingIn);
    post(page.address("hand-in"), page.body({ seq: page.known() })).then(
      (answer) => {
        this.isBusy = false;
        this.take(answer);
      },
      (failure) => {
        this.isBusy = false;
        this.failures += 1;
        if (this.isWanted) {
          this.say(failure.isServer ? page.words.wordHandInServer : page.words.wordHandInOffline);
          this.timer = setTimeout(() => this.submit(), pauseAfter(this.failures, LONGEST_PAUSE_MS, Math.random()));
        }
      }
    );
  }

  take(answer) {
    const reply = answer.reply;
    if (answer.status === 200) {
      end(this.page, this.page.words.wordHandedIn);
      this.showReceipt(reply);
    } else if (reply.refused === "gap") {
      this.withdraw();
      this.say(reply.message);
      const again = buttonOf(this.page.words.wordReload, () => this.page.reload());
      this.part("state").appendChild(again);
    } else {
      this.interrupt();
      this.page.refused(answer);
    }
  }

  /** Fetch the receipt of an attempt that was handed in already; handing in twice is handing in once. */
  fetchReceipt() {
    post(this.page.address("hand-in"), this.page.body({ seq: this.page.known() })).then(
      (answer) => {
        if (answer.status === 200) {
          this.showReceipt(answer.reply);
        }
      },
      () => {} // the result page shows it as well
    );
  }

  showReceipt(reply) {
    this.isWanted = false;
    this.part("summary").hidden = true;
    this.part("done").hidden = false;
    this.part("receipt").textContent = reply.receipt;
    this.part("ended").textContent = beijingTime(reply.ended_at);
    this.part("result").href = reply.result_page;
    openDialog(this.dialog);
    this.part("done-head").focus();
  }

  copy() {
    copyFrom(this.part("receipt")).then((isCopied) => {
      this.part("copied").textContent = isCopied ? this.page.words.wordCopied : this.page.words.wordCopyByHand;
    });
  }
}
