// The answers that no reply has named yet, the oldest first.
//
// A change is an entry with a key of its own. The server journals a key once, so that an entry may be sent as often
// as it takes. What was sent once stays until a reply names it: a copy of it may still be on its way, and must not
// arrive after the newer answer that took its place.

/** Return a key that no other entry has; crypto.getRandomValues is there over plain http, too. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

export class Queue {
  constructor() {
    this.entries = [];
    this.latest = new Map(); // slot → key and fields of its newest entry, saved or not
    this.acknowledged = 0; // entries that the server has named
  }

  /** Note what the server held of a slot when the page was made; key "" where there was no answer. */
  know(slot, key, fields) {
    this.latest.set(slot, { key: key, fields: fields });
  }

  /** Note a change; return the new entry and the one that it takes the place of, or null where nothing changed. */
  change(slot, fields) {
    const before = this.latest.get(slot);
    if (isSame(before.fields, fields)) {
      return null;
    }
    const replaced = this.entries.find((entry) => entry.slot === slot && !entry.isSent);
    const entry = {
      key: newKey(),
      slot: slot,
      fields: fields,
      client_time: new Date().toISOString(), // evidence only; nobody counts on this clock
      after: replaced ? replaced.after : before.key,
    };
    this.entries = this.entries.filter((each) => each !== replaced);
    this.entries.push(entry);
    this.know(slot, entry.key, fields);
    return { entry: entry, replaced: replaced };
  }

  /** Return the oldest entries for sending. */
  batch(most) {
    const batch = this.entries.slice(0, most);
    batch.forEach((entry) => {
      entry.isSent = true;
    });
    return batch;
  }

  /** Take out what a reply names; return each of these entries, with the problem of those that were rejected. */
  settle(saved, rejected) {
    const isNamed = (entry) => saved.indexOf(entry.key) >= 0 || rejected[entry.key];
    const named = this.entries.filter(isNamed);
    this.entries = this.entries.filter((entry) => !isNamed(entry));
    return named.map((entry) => {
      const problem = rejected[entry.key] || null;
      if (!problem) {
        this.acknowledged += 1;
      } else if (this.latest.get(entry.slot).key === entry.key) {
        // The next change follows on what the server holds, which this entry never became.
        this.know(entry.slot, entry.after, null);
      }
      return { entry: entry, problem: problem };
    });
  }

  holds(slot) {
    return this.entries.some((entry) => entry.slot === slot);
  }

  slots() {
    return Array.from(new Set(this.entries.map((entry) => entry.slot)));
  }

  /**
   * Take up what earlier pages of this browser could not send.
   *
   * Entries of a slot that follow on what the server holds are queued again, all of them: one may be on its way.
   * Where something else was saved since, they are handed back as a conflict, for nobody but the learner knows which
   * answer counts. What the server turns out to hold already is handed back as done.
   */
  recover(stored) {
    const found = { resumed: [], conflicts: [], done: [] };
    new Set(stored.map((entry) => entry.slot)).forEach((slot) => {
      const chain = stored.filter((entry) => entry.slot === slot);
      const known = this.latest.has(slot) ? this.latest.get(slot).key : null;
      const rest = chain.slice(chain.findIndex((entry) => entry.key === known) + 1);
      found.done = found.done.concat(chain.slice(0, chain.length - rest.length));
      if (!rest.length) {
        return;
      }
      const last = rest[rest.length - 1];
      if (rest.length < chain.length || rest[0].after === known) {
        found.resumed = found.resumed.concat(rest);
        this.know(slot, last.key, last.fields);
      } else if (known !== null) {
        found.conflicts.push({ slot: slot, fields: last.fields, entries: rest });
      }
    });
    // In the order in which they were made, over all slots.
    this.entries = stored.filter((entry) => found.resumed.indexOf(entry) >= 0).concat(this.entries);
    return found;
  }
}
