// Messages of the page: one in sight below the bar, one at a time read out by screen readers, and dialogs.

function paragraph(text) {
  const line = document.createElement("p");
  line.textContent = text;
  return line;
}

/** Return a button that does something. */
export function buttonOf(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

/** Return a link that looks like a button. */
export function linkOf(label, address) {
  const link = document.createElement("a");
  link.className = "button";
  link.href = address;
  link.textContent = label;
  return link;
}

export class Notices {
  constructor(words) {
    this.words = words;
    this.place = document.getElementById("exam-message");
    this.shown = "";
  }

  /** Show a message in place of the last one. `kind` is info, success, warning or error; it can be put away. */
  show(kind, text, controls) {
    const body = document.createElement("div");
    body.className = "alert-body";
    body.appendChild(paragraph(text));
    const actions = document.createElement("div");
    actions.className = "actions";
    (controls || []).forEach((control) => actions.appendChild(control));
    actions.appendChild(buttonOf(this.words.wordClose, () => this.clear()));
    body.appendChild(actions);
    const box = document.createElement("div");
    box.className = "alert alert-" + kind;
    box.appendChild(body);
    this.clear();
    this.place.appendChild(box);
    this.shown = text;
  }

  /** Show a message and have it read out. */
  tell(kind, text, controls) {
    this.show(kind, text, controls);
    this.announce(text);
  }

  /** Take the message away; given a text, only if it is this one. */
  clear(text) {
    if (!text || text === this.shown) {
      this.place.textContent = "";
      this.shown = "";
    }
  }

  /** Have something read out when there is a pause; the same words twice are read twice. */
  announce(text) {
    const line = document.getElementById("exam-announcement");
    line.textContent = "";
    setTimeout(() => {
      line.textContent = text;
    }, 100);
  }
}

/** Open a dialog over the page, the focus on what it marks for it; afterwards the focus is where it was. */
export function openDialog(dialog) {
  if (!dialog.open) {
    const before = document.activeElement;
    const back = () => {
      if (document.activeElement === document.body) {
        before.focus({ preventScroll: true });
      }
    };
    dialog.addEventListener("close", back, { once: true });
    dialog.showModal();
    const first = dialog.querySelector("[data-first]");
    if (first) {
      first.focus();
    }
  }
}
