// How often the page was left for another window. The rules say so beforehand; it is a fact for invigilators, no verdict.

import { newKey } from "./queue.js";

const LEFT_AFTER_MS = 1000;
const MOST = 20; // kept for one request; whoever leaves more often is noted often enough

export class Events {
  constructor() {
    this.waiting = [];
    this.isAway = false;
    this.isEnding = false;
    this.timer = 0;
    window.addEventListener("blur", () => {
      // A moment's grace: dialogs of the browser and input methods take the focus, too.
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), LEFT_AFTER_MS);
    });
    window.addEventListener("focus", () => this.back());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.look() : this.back()));
    window.addEventListener("pagehide", () => {
      this.isEnding = true; // who closes or reloads the page has not gone elsewhere
    });
    window.addEventListener("pageshow", () => {
      this.isEnding = false;
    });
  }

  back() {
    clearTimeout(this.timer);
    this.isAway = false;
  }

  look() {
    const isAway = document.hidden || !document.hasFocus();
    if (isAway && !this.isAway && !this.isEnding && this.waiting.length < MOST) {
      this.waiting.push({ key: newKey(), kind: "focus_lost", client_time: new Date().toISOString() });
    }
    this.isAway = this.isAway || isAway;
  }

  batch() {
    return this.waiting.slice();
  }

  /** The server has heard of these. */
  taken(events) {
    this.waiting = this.waiting.filter((event) => events.indexOf(event) < 0);
  }
}
