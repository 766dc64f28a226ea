// The time left. The server says how much it is; a monotonic timer counts in between. The time of day of this device
// is never asked, so that it may be wrong by a day.

const BEIJING_MS = 8 * 3600 * 1000;

export class Clock {
  constructor(now) {
    this.now = now || (() => performance.now());
    this.closesAt = "";
    this.earliest = -Infinity; // the deadline lies between these two, by the monotonic timer
    this.latest = Infinity;
    this.shown = Infinity;
  }

  /**
   * Take in what a reply says, and return by how many seconds the deadline itself was moved.
   *
   * The server worked out the seconds after `sentAt` and rounded them down. Counting from the sending therefore never
   * promises more than there is; the best of all replies comes closest. A reply that fits none before it tells of a
   * timer that stood still (a sleeping computer): then it alone counts.
   */
  sync(sentAt, secondsLeft, closesAt) {
    const earliest = sentAt + secondsLeft * 1000;
    const latest = this.now() + (secondsLeft + 1) * 1000;
    const moved = this.closesAt ? Math.round((Date.parse(closesAt) - Date.parse(this.closesAt)) / 1000) : 0;
    const isNew = moved !== 0 || earliest > this.latest || latest < this.earliest;
    this.earliest = isNew ? earliest : Math.max(this.earliest, earliest);
    this.latest = isNew ? latest : Math.min(this.latest, latest);
    this.closesAt = closesAt;
    if (moved > 0 || this.shown === Infinity) {
      this.shown = this.msLeft() / 1000; // what was warned of may come once more
    }
    return moved;
  }

  msLeft() {
    return Math.max(0, this.earliest - this.now());
  }

  /** Return the milliseconds since the deadline, negative before it. */
  msSince() {
    return this.now() - this.earliest;
  }

  secondsLeft() {
    return Math.floor(this.msLeft() / 1000);
  }

  /** Return the limit in seconds that was passed since the last call, the lowest where it were several; else 0. */
  passed(limits) {
    const left = this.msLeft() / 1000;
    const before = this.shown;
    this.shown = left;
    const found = limits.filter((limit) => left <= limit && limit < before);
    return left > 0 && found.length ? Math.min.apply(null, found) : 0;
  }
}

/** Return seconds as hours, minutes and seconds. */
export function clockFace(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  return two(Math.floor(seconds / 3600)) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60);
}

/** Return a moment as day and time in Beijing, wherever this device believes to be. */
export function beijingTime(moment) {
  return new Date(Date.parse(moment) + BEIJING_MS).toISOString().slice(0, 16).replace("T", " ");
}
