// The state of the exam page, and what follows from each reply of the server.
//
// Its mode says what the page may do at all:
//   entering   not yet sure of its place; what is typed waits
//   open       answers are saved
//   locked     an invigilator keeps it locked; goes on by itself
//   over       time is over; what is queued may still be taken in, and an extension opens it again
//   elsewhere  another page has the place; read-only until its learner takes it back
//   ended      nothing more can be written

import { Clock } from "./clock.js";
import { enter } from "./entering.js";
import { Errata } from "./errata.js";
import { Events } from "./events.js";
import { HandIn } from "./handin.js";
import { close, elsewhere, end, isInGrace, reopen, timeIsOver } from "./modes.js";
import { Notices, buttonOf } from "./notices.js";
import { Places } from "./places.js";
import { Questions } from "./questions.js";
import { Queue } from "./queue.js";
import { Sheet } from "./sheet.js";
import { SignIn, renewForms } from "./signin.js";
import { Steps } from "./steps.js";
import { syncClock } from "./time.js";
import { Unsaved } from "./unsaved.js";
import { Wire, post } from "./wire.js";

const SAVE_AFTER_TYPING_MS = 700;
const SAVE_WHILE_TYPING_MS = 4000; // at the latest, however long somebody types without a pause
const ASK_EVERY_MS = 10000; // give or take two seconds, so that a room does not ask at once
const KEEP_EVERY_MS = 300000; // the session, which would end while somebody thinks
const BATCH = 20;

export class ExamPage {
  constructor(form, store) {
    this.form = form;
    this.store = store;
    this.words = Object.assign({}, document.getElementById("exam-words").dataset, form.dataset);
    this.token = this.words.token;
    this.mode = "entering";
    this.fault = ""; // why nothing gets through: "network" or "server"
    this.seqBefore = Number(this.words.seq); // entries in the journal when the page was made
    this.conflicts = []; // entries that wait for their learner to decide
    this.isEntered = false;
    this.hasAskedForPlace = false;
    this.isLeaving = false; // by its own doing: nobody need be warned
    this.hasRecovered = false;
    this.keptAt = performance.now();
    this.typing = { timer: 0, since: 0 };
    this.questions = new Questions(form);
    this.queue = new Queue();
    this.questions.slots().forEach((slot) => {
      const article = this.questions.article(slot);
      // What a plain form brought and the server did not take stands in the page, but is not what is saved.
      this.queue.know(slot, article.dataset.key, "typed" in article.dataset ? null : this.questions.served(slot));
    });
    this.clock = new Clock();
    this.clock.sync(0, Number(this.words.secondsLeft), this.words.closesAt); // 0: when the page was asked for
    this.sheet = new Sheet(this.questions, this.words);
    this.notices = new Notices(this.words);
    this.events = new Events();
    this.errata = new Errata(this);
    this.handIn = new HandIn(this);
    this.unsaved = new Unsaved(this);
    this.signIn = new SignIn(this.words, () => this.signedIn());
    this.steps = new Steps(this);
    this.places = new Places(this.words.attempt, () => this.isEntered && this.isRunning(), () => this.send());
    this.wire = new Wire((within) => this.request(within), (failure) => this.failed(failure), () => this.clock.msLeft());
  }

  address(act) {
    return this.words.address + "/" + act;
  }

  body(more) {
    return Object.assign({ token: this.token }, more);
  }

  /** Return how many entries of the journal this page knows of: more or fewer on the server is a gap. */
  known() {
    return this.seqBefore + this.queue.acknowledged;
  }

  /** Return whether replies of the server still change anything. */
  isRunning() {
    return this.mode !== "elsewhere" && this.mode !== "ended" && !this.isLeaving;
  }

  show() {
    this.sheet.refresh(this);
    this.handIn.refresh();
  }

  reload() {
    this.isLeaving = true; // nothing goes out any more: the new page first compares what it finds
    this.store.work.then(() => window.location.reload());
  }

  // ---- changes ----

  changed(slot) {
    const mayChange = this.mode === "open" || this.mode === "entering";
    const change = mayChange ? this.queue.change(slot, this.questions.fields(slot)) : null;
    if (change) {
      this.keep();
      this.show();
    }
    return change;
  }

  flush() {
    this.questions.slots().forEach((slot) => this.changed(slot));
  }

  /** Save soon: after a pause in the typing, or every few seconds. */
  typed(slot) {
    if (!this.changed(slot) || this.fault) {
      return;
    }
    const now = performance.now();
    this.typing.since = this.typing.since || now;
    const longest = this.typing.since + SAVE_WHILE_TYPING_MS - now;
    clearTimeout(this.typing.timer);
    this.typing.timer = setTimeout(() => this.send(), Math.max(0, Math.min(SAVE_AFTER_TYPING_MS, longest)));
  }

  keep() {
    const wasLasting = this.store.isLasting;
    this.store.keep(this.queue.entries.concat(this.conflicts)).then(() => {
      if (wasLasting && !this.store.isLasting) {
        this.notices.tell("warning", this.words.wordMemory);
        this.show();
      }
    });
  }

  // ---- sending ----

  send() {
    this.wire.now();
  }

  entries() {
    return this.queue.batch(BATCH).map(({ key, slot, fields, client_time }) => ({ key, slot, fields, client_time }));
  }

  request(within) {
    if (!this.isRunning()) {
      return Promise.resolve(() => undefined);
    }
    if (!this.isEntered) {
      return enter(this, false, within);
    }
    clearTimeout(this.typing.timer);
    this.typing.since = 0;
    const events = this.events.batch();
    const body = this.body({ entries: this.entries() });
    if (events.length) {
      body.events = events;
    }
    if (performance.now() - this.keptAt > KEEP_EVERY_MS) {
      body.keep = true;
    }
    this.show();
    return post(this.words.answers, body, within).then((answer) => () => this.take(answer, events));
  }

  failed(failure) {
    const isServer = Boolean(failure.isServer);
    if (!this.fault) {
      this.notices.announce(isServer ? this.words.wordServerLong : this.words.wordOfflineLong);
    }
    this.fault = isServer ? "server" : "network";
    this.show();
  }

  take(answer, events) {
    const reply = answer.reply;
    if (answer.status === 200 && !(Array.isArray(reply.saved) && typeof reply.seconds_left === "number")) {
      throw new Error("this is not our server"); // a portal of the network that answers everything with 200
    }
    this.recovered();
    this.queue.settle(reply.saved || [], reply.rejected || {}).forEach((settled) => this.settled(settled));
    this.keep();
    if (answer.status === 200) {
      this.events.taken(events);
      this.accepted(answer);
    } else {
      this.refused(answer);
    }
    this.show();
    return this.pause();
  }

  /** Return after how many milliseconds to send again. */
  pause() {
    const isMore = this.isEntered && this.mode === "open" && this.queue.entries.length > 0;
    return isMore ? 0 : ASK_EVERY_MS * (0.8 + Math.random() * 0.4);
  }

  /** The server can be reached again. */
  recovered() {
    if (this.fault) {
      this.fault = "";
      this.notices.announce(this.words.wordBack);
    }
  }

  settled({ entry, problem }) {
    if (problem) {
      this.handIn.withdraw();
      this.steps.waiting = null;
      this.sheet.show(entry.slot, "refused", problem.message);
      this.notices.announce(this.questions.heading(entry.slot) + " " + problem.message);
    } else if (!this.queue.holds(entry.slot)) {
      this.sheet.show(entry.slot, "saved", this.words.wordSaved);
    }
  }

  accepted({ reply, sentAt }) {
    syncClock(this, sentAt, reply);
    if (this.mode === "locked") {
      reopen(this, this.words.wordUnlocked);
    } else if (this.mode === "over" && this.clock.secondsLeft() > 0) {
      reopen(this, "");
    }
    if (typeof reply.signed_in === "boolean") {
      this.heardOfSession(reply.signed_in);
    }
    this.errata.heard(reply.errata);
    if (!this.queue.entries.length) {
      this.allSaved(reply);
    }
  }

  allSaved(reply) {
    if (reply.seq !== this.known()) {
      const reload = buttonOf(this.words.wordReload, () => this.reload());
      this.notices.tell("warning", this.words.wordStale, [reload]);
    } else if (this.mode === "over") {
      timeIsOver(this);
    } else {
      this.steps.saved();
    }
  }

  refused({ reply, sentAt }) {
    if (typeof reply.seconds_left === "number") {
      syncClock(this, sentAt, reply);
    }
    if (reply.refused === "locked") {
      close(this, "locked", reply.message, []);
    } else if (reply.refused === "taken_over") {
      elsewhere(this, reply);
    } else if (reply.refused === "submitted") {
      end(this, reply.message);
      this.handIn.fetchReceipt();
    } else if (reply.refused !== "too_late") {
      const reload = buttonOf(this.words.wordReload, () => this.reload());
      close(this, "elsewhere", reply.message || this.words.wordRefusedLong, [reload]);
    } else if (isInGrace(this)) {
      timeIsOver(this);
    } else {
      const isEarly = this.clock.secondsLeft() > 1; // nobody's time was over: it was ended by somebody
      const lost = this.queue.entries.length ? this.words.wordLost : reply.message;
      end(this, isEarly ? this.words.wordEndedEarly : lost);
    }
  }

  // ---- the session, which ends by itself while somebody thinks for long ----

  heardOfSession(isSignedIn) {
    this.keptAt = performance.now();
    if (isSignedIn) {
      this.notices.clear(this.words.wordSignedOut);
    } else {
      const signIn = buttonOf(this.words.wordSignIn, () => this.signIn.open());
      this.notices.tell("info", this.words.wordSignedOut, [signIn]);
    }
  }

  signedIn() {
    this.keptAt = -Infinity; // ask the server whether it was the right person
    renewForms(this.words.accountPage);
    this.send();
  }
}
