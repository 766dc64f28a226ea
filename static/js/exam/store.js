// Unsent answers in the browser's IndexedDB, where they outlive the page: a reload, a crash, a flat battery.
// Where there is none (private windows) or it is full they live in memory only, and `isLasting` says so.

const OPEN_WITHIN_MS = 2000;
const KEEP_DAYS = 30; // what nobody came back for
const DAY_MS = 86400000;

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the store does not open")), OPEN_WITHIN_MS);
    const request = indexedDB.open("exam", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { autoIncrement: true }).createIndex("attempt", "attempt");
    };
    answered(request).then(resolve, reject);
  });
}

/** Open the store of an attempt. It always opens; without a database it keeps nothing. */
export function openStore(attempt) {
  return new Promise((resolve) => resolve(openDatabase())).then(
    (database) => new Store(database, attempt),
    () => new Store(null, attempt)
  );
}

class Store {
  constructor(database, attempt) {
    this.database = database;
    this.attempt = attempt;
    this.isLasting = database !== null;
    this.places = new Map(); // key of an entry → its place in the database
    this.wanted = null; // what is to be kept, until it is being written
    this.work = Promise.resolve(); // one step after the other
  }

  /** Do a step after all others; where it fails, from now on nothing is said to be kept until one succeeds. */
  step(act) {
    const fail = () => {
      this.isLasting = false;
    };
    this.work = this.work.then(() => (this.database ? act() : undefined)).catch(fail);
    return this.work;
  }

  /** Return what earlier pages left behind, in the order in which it was typed. */
  load() {
    let found = [];
    const read = () => {
      const entries = this.database.transaction("entries").objectStore("entries").index("attempt");
      const range = IDBKeyRange.only(this.attempt);
      return Promise.all([answered(entries.getAll(range)), answered(entries.getAllKeys(range))]).then((both) => {
        found = both[0];
        found.forEach((entry, number) => this.places.set(entry.key, both[1][number]));
      });
    };
    return this.step(read).then(() => found);
  }

  /** Keep exactly these entries of all that this page knows of: add the new, drop the settled. */
  keep(entries) {
    const isWaiting = this.wanted !== null;
    this.wanted = entries.slice();
    return isWaiting ? this.work : this.step(() => this.write());
  }

  write() {
    const wanted = this.wanted;
    this.wanted = null;
    const keys = new Set(wanted.map((entry) => entry.key));
    const added = wanted.filter((entry) => !this.places.has(entry.key));
    const dropped = Array.from(this.places.keys()).filter((key) => !keys.has(key));
    if (!added.length && !dropped.length) {
      return undefined;
    }
    const transaction = this.database.transaction("entries", "readwrite");
    const table = transaction.objectStore("entries");
    const kept = { isSent: false, attempt: this.attempt, keptAt: Date.now() };
    const places = added.map((entry) => answered(table.add(Object.assign({}, entry, kept))));
    dropped.forEach((key) => table.delete(this.places.get(key)));
    return Promise.all(places.concat(committed(transaction))).then((found) => {
      added.forEach((entry, number) => this.places.set(entry.key, found[number]));
      dropped.forEach((key) => this.places.delete(key));
      this.isLasting = true;
    });
  }

  /** Drop everything of this attempt, and what lies here from long ago. */
  forget() {
    this.places.clear();
    return this.step(() => {
      const transaction = this.database.transaction("entries", "readwrite");
      const request = transaction.objectStore("entries").openCursor();
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) {
          const isOld = Math.abs(Date.now() - cursor.value.keptAt) > KEEP_DAYS * DAY_MS;
          if (isOld || cursor.value.attempt === this.attempt) {
            cursor.delete();
          }
          cursor.continue();
        }
      };
      return committed(transaction);
    });
  }
}
