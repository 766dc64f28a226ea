// The wire to the server: one request after the other, again after growing pauses while none gets through.

const REPLY_WITHIN_MS = 15000;
const LONGEST_PAUSE_MS = 15000;
const URGENT_MS = 30000; // before the deadline, when every second counts
const URGENT_REPLY_MS = 5000;
const URGENT_PAUSE_MS = 1000;

/** The statuses by which our server answers these requests; any other is a fault on the way or of the server. */
const ANSWERS = [200, 400, 403, 404, 409];

/** Post JSON; resolve to what our server answered, reject where nothing is known to have been done. */
export function post(address, body, within) {
  const abort = new AbortController();
  const timeout = setTimeout(() => abort.abort(), within || REPLY_WITHIN_MS);
  const sentAt = performance.now();
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: abort.signal,
  };
  const read = (response) => {
    if (ANSWERS.indexOf(response.status) < 0) {
      const failure = new Error("the server could not answer");
      failure.isServer = true;
      failure.waitMs = Number(response.headers.get("Retry-After")) * 1000 || 0;
      throw failure;
    }
    return response.json().then((reply) => ({ status: response.status, reply: reply, sentAt: sentAt }));
  };
  const done = () => clearTimeout(timeout);
  const exchange = fetch(address, options).then(read);
  exchange.then(done, done);
  return exchange;
}

/** Return the pause after so many failures: doubled each time, and spread so that a room does not come back at once. */
export function pauseAfter(failures, longest, random) {
  return Math.min(longest, 1000 * Math.pow(2, failures - 1)) * (0.75 + random / 2);
}

export class Wire {
  /**
   * `request(within)` sends what there is; its promise resolves to a function that takes in the answer and returns
   * after how many milliseconds to send again (none: not by itself). `failed(failure)` hears what did not get through.
   */
  constructor(request, failed, msLeft) {
    this.request = request;
    this.failed = failed;
    this.msLeft = msLeft;
    this.failures = 0;
    this.isBusy = false;
    this.isAgain = false;
    this.timer = 0;
  }

  isUrgent() {
    return this.msLeft() < URGENT_MS;
  }

  wait(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), pause);
  }

  /** Send now; while a request is under way, right after it. */
  now() {
    if (this.isBusy) {
      this.isAgain = true;
      return;
    }
    clearTimeout(this.timer);
    this.isBusy = true;
    this.isAgain = false;
    const answered = (takeIn) => {
      this.isBusy = false;
      return takeIn();
    };
    const request = this.request(this.isUrgent() ? URGENT_REPLY_MS : REPLY_WITHIN_MS);
    request.then(answered).then((pause) => this.succeeded(pause), (failure) => this.retry(failure));
  }

  succeeded(pause) {
    this.failures = 0;
    if (this.isAgain) {
      this.now();
    } else if (pause !== undefined) {
      this.wait(pause);
    }
  }

  retry(failure) {
    this.isBusy = false;
    this.failures += 1;
    const pause = pauseAfter(this.failures, this.isUrgent() ? URGENT_PAUSE_MS : LONGEST_PAUSE_MS, Math.random());
    const asked = (failure.waitMs || 0) * (1 + Math.random() / 2);
    this.wait(this.isUrgent() ? pause : Math.max(pause, asked));
    this.failed(failure);
  }
}
