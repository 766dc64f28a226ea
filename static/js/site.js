// For every page, and no page needs it: ask before a grave step, send a form once, put the reader where the errors are.

const AGAIN_AFTER_MS = 8000;

function askBeforeGraveStep(event) {
  const control = event.target.closest("[data-confirm]");
  if (control && !window.confirm(control.dataset.confirm)) {
    event.preventDefault();
  }
}

function submitControls(form) {
  return Array.from(form.elements).filter((control) => control.type === "submit");
}

function release(form) {
  delete form.dataset.sent;
  submitControls(form).forEach((control) => control.removeAttribute("aria-disabled"));
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // aria-disabled, not disabled: the name and value of the pressed button must still be sent.
  submitControls(form).forEach((control) => control.setAttribute("aria-disabled", "true"));
  // A download leaves the page as it is, and a lost connection must not lock the form for good.
  window.setTimeout(() => release(form), AGAIN_AFTER_MS);
}

function releaseAll() {
  document.querySelectorAll("form[data-sent]").forEach(release);
}

function closeMenus(except) {
  document.querySelectorAll("details.account-menu[open]").forEach((menu) => {
    if (menu !== except) {
      menu.open = false;
    }
  });
}

function closeMenuByKey(event) {
  const menu = document.querySelector("details.account-menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

document.addEventListener("click", askBeforeGraveStep);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", releaseAll); // also after "back", when the page comes from memory
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.account-menu")));
document.addEventListener("keydown", closeMenuByKey);

const summary = document.querySelector(".error-summary");
if (summary) {
  summary.focus();
}
