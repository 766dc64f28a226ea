// The questions of the page: their controls, what stands in them, and whether they can be changed.

const CHECKABLE = ["radio", "checkbox"];

function isCheckable(control) {
  return CHECKABLE.indexOf(control.type) >= 0;
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

function servedValue(control) {
  if (control.tagName === "SELECT") {
    const option = Array.from(control.options).find((each) => each.defaultSelected);
    return option ? option.value : control.options[0].value;
  }
  return isCheckable(control) ? control.value : control.defaultValue;
}

export class Questions {
  constructor(form) {
    this.form = form;
    this.articles = new Map();
    Array.from(form.querySelectorAll("[data-slot]")).forEach((article) => {
      this.articles.set(Number(article.dataset.slot), article);
    });
  }

  slots() {
    return Array.from(this.articles.keys());
  }

  article(slot) {
    return this.articles.get(slot);
  }

  /** Return the slot whose answer a control belongs to, 0 for none. */
  slotOf(target) {
    const article = target.closest("[data-slot]");
    const slot = article ? Number(article.dataset.slot) : 0;
    return slot && this.controls(slot).indexOf(target) >= 0 ? slot : 0;
  }

  controls(slot) {
    const name = "slot-" + slot;
    return Array.from(this.article(slot).querySelectorAll("input, select, textarea")).filter(
      (control) => control.name === name || control.name.indexOf(name + "-") === 0
    );
  }

  /** Return what stands in a question, as the plain form would send it. */
  fields(slot) {
    const cut = ("slot-" + slot + "-").length;
    return this.controls(slot)
      .filter((control) => (isCheckable(control) ? control.checked : true))
      .map((control) => [control.name.slice(cut), control.value]);
  }

  /** Return what the server put into a question, whatever was typed before this script came. */
  served(slot) {
    const cut = ("slot-" + slot + "-").length;
    return this.controls(slot)
      .filter((control) => (isCheckable(control) ? control.defaultChecked : true))
      .map((control) => [control.name.slice(cut), servedValue(control)]);
  }

  fill(slot, fields) {
    const cut = ("slot-" + slot + "-").length;
    this.controls(slot).forEach((control) => {
      const values = fields.filter((field) => field[0] === control.name.slice(cut)).map((field) => field[1]);
      if (isCheckable(control)) {
        control.checked = values.indexOf(control.value) >= 0;
      } else {
        control.value = values.length ? values[0] : "";
      }
    });
  }

  isAnswered(slot) {
    return this.fields(slot).some((field) => field[1].trim());
  }

  /** Return whether every part of a question has an answer. */
  isComplete(slot) {
    const given = new Set(this.fields(slot).filter((field) => field[1].trim()).map((field) => field[0]));
    const cut = ("slot-" + slot + "-").length;
    return this.controls(slot).every((control) => given.has(control.name.slice(cut)));
  }

  goTo(slot) {
    const head = this.article(slot).querySelector(".question-number");
    head.tabIndex = -1;
    head.focus();
    this.article(slot).scrollIntoView();
  }

  heading(slot) {
    return oneLine(this.article(slot).querySelector(".question-number").textContent);
  }

  /** Return an answer in words, for people who are to copy or compare it. */
  describe(slot, fields) {
    const cut = ("slot-" + slot + "-").length;
    const controls = this.controls(slot);
    const named = (field) => controls.filter((control) => control.name.slice(cut) === field[0]);
    const inWords = (field) => {
      const control = named(field).find((each) => !isCheckable(each) || each.value === field[1]);
      if (!control || !field[1]) {
        return "";
      }
      const label = control.closest("label");
      if (isCheckable(control)) {
        return oneLine(label.textContent);
      }
      if (control.tagName === "SELECT") {
        const option = Array.from(control.options).find((each) => each.value === field[1]);
        return oneLine(label.querySelector(".match-left").textContent) + " – " + oneLine(option ? option.text : field[1]);
      }
      return label ? oneLine(label.querySelector(".match-left").textContent) + " – " + field[1] : field[1];
    };
    return fields.map(inWords).filter((text) => text).join("\n");
  }

  /** Make some or all questions read-only; what was typed stays in sight and can be copied. */
  freeze(slot) {
    (slot ? [slot] : this.slots()).forEach((each) => {
      this.controls(each).forEach((control) => {
        if (!control.disabled && !control.readOnly) {
          control.dataset.frozen = "yes";
          this.hold(control, true);
        }
      });
    });
  }

  /** Make a question read-only for good. */
  close(slot) {
    this.controls(slot).forEach((control) => {
      delete control.dataset.frozen;
      this.hold(control, true);
    });
  }

  thaw() {
    Array.from(this.form.querySelectorAll("[data-frozen]")).forEach((control) => {
      delete control.dataset.frozen;
      this.hold(control, false);
    });
  }

  hold(control, isHeld) {
    if (isCheckable(control) || control.tagName === "SELECT") {
      control.disabled = isHeld;
    } else {
      control.readOnly = isHeld;
    }
  }
}
