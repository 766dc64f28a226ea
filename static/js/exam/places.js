// One page at a time may write into an attempt: its place. A reload keeps the place, a copy of the tab does not get it,
// and a page that closes says goodbye, so that the next one need not ask.

const REPLY_WITHIN_MS = 200;

export class Places {
  /** `isActive()` tells whether this page holds the place; `lost()` is called when another page of this browser took it. */
  constructor(attempt, isActive, lost) {
    this.name = "exam-place-" + attempt;
    this.place = this.stored();
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("exam-" + attempt) : null;
    this.wasAnswered = () => {};
    if (this.channel) {
      this.channel.addEventListener("message", (event) => this.hear(event.data, isActive, lost));
    }
  }

  hear(message, isActive, lost) {
    if (message.kind === "who" && message.place === this.place && isActive()) {
      this.channel.postMessage({ kind: "me", place: this.place });
    } else if (message.kind === "me" && message.place === this.place) {
      this.wasAnswered();
    } else if (message.kind === "entered" && isActive()) {
      lost();
    }
  }

  stored() {
    try {
      return sessionStorage.getItem(this.name) || "";
    } catch (error) {
      return "";
    }
  }

  hold(place) {
    this.place = place;
    try {
      sessionStorage.setItem(this.name, place);
    } catch (error) {
      // A reload then has to ask.
    }
    if (this.channel) {
      this.channel.postMessage({ kind: "entered", place: place });
    }
  }

  /**
   * Resolve to the place of this tab; "" for a copy of a tab that is still open, whose place it carries.
   * `given` is what the server gave to the page itself, where it did not know yet that scripts run here.
   */
  own(given) {
    if (given || !this.place || !this.channel) {
      return Promise.resolve(given || this.place);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(this.place), REPLY_WITHIN_MS);
      this.wasAnswered = () => {
        clearTimeout(timer);
        this.place = "";
        resolve("");
      };
      this.channel.postMessage({ kind: "who", place: this.place });
    });
  }
}

/** Send JSON while the page is being left; nobody hears the reply. */
export function sendLast(address, body) {
  const blob = new Blob([JSON.stringify(body)], { type: "application/json" });
  return navigator.sendBeacon ? navigator.sendBeacon(address, blob) : false;
}
