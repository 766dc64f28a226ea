// Signing in again without leaving the exam. Answers are saved and handed in by the token of the page, so that a
// session that ended costs nothing; it is needed for the pages that come after.

import { openDialog } from "./notices.js";

const FORM = { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" };

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

function tokenIn(page) {
  const field = page.querySelector('input[name="csrf_token"]');
  return field ? field.value : "";
}

export class SignIn {
  /** `signedIn()` is called after a sign-in; it asks the server whether it was the right person. */
  constructor(words, signedIn) {
    this.address = words.signIn;
    this.words = words;
    this.signedIn = signedIn;
    this.dialog = document.getElementById("dialog-sign-in");
    this.form = this.dialog.querySelector("form");
    this.error = this.dialog.querySelector('[data-part="error"]');
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.dialog.querySelector('[data-part="back"]').addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => {
      this.form.elements.password.value = "";
      this.say("");
    });
  }

  open() {
    openDialog(this.dialog);
  }

  say(text) {
    this.error.textContent = text;
    this.error.hidden = !text;
  }

  /** Fill in the form of the sign-in page, as a person would. */
  send() {
    this.say("");
    fetch(this.address, { credentials: "same-origin", cache: "no-store" })
      .then((response) => response.text())
      .then((text) => {
        const page = parsed(text);
        // Who is signed in again already, on another page, is led elsewhere.
        return page.querySelector('input[name="password"]') ? this.post(tokenIn(page)) : this.done();
      })
      .catch(() => this.say(this.words.wordSignInOffline));
  }

  post(token) {
    const fields = this.form.elements;
    const body = new URLSearchParams();
    body.set("csrf_token", token);
    body.set("name", fields.name.value);
    body.set("password", fields.password.value);
    const options = { method: "POST", headers: FORM, body: body.toString(), credentials: "same-origin", redirect: "manual" };
    return fetch(this.address, options).then((response) => {
      // The way onward, which is not gone here, is how the page says that somebody was let in.
      if (response.type === "opaqueredirect") {
        return this.done();
      }
      return response.text().then((text) => {
        const told = parsed(text).querySelector(".field-error span");
        this.say(told ? told.textContent : this.words.wordSignInFailed);
        fields.password.select();
      });
    });
  }

  done() {
    this.dialog.close();
    this.signedIn();
  }
}

/** Give the plain forms of the page the token of the new session. */
export function renewForms(address) {
  return fetch(address, { credentials: "same-origin", cache: "no-store" })
    .then((response) => response.text())
    .then((text) => {
      const token = tokenIn(parsed(text));
      if (token) {
        Array.from(document.querySelectorAll('input[name="csrf_token"]')).forEach((field) => {
          field.value = token;
        });
      }
    })
    .catch(() => {}); // they then say themselves that they are out of date
}
