// The countdown on the page: warnings before the end, changes of the deadline, and what happens when it comes.

import { beijingTime, clockFace } from "./clock.js";

const WARN_AT = [600, 300, 60];
const SHORT = 300;

/** Take in the time of a reply, and tell when the deadline was moved. */
export function syncClock(page, sentAt, reply) {
  const moved = page.clock.sync(sentAt, reply.seconds_left, reply.closes_at || page.clock.closesAt);
  if (moved) {
    const closes = beijingTime(page.clock.closesAt);
    const text = (moved > 0 ? page.words.wordExtended : page.words.wordMoved)
      .replace("{minutes}", Math.round(moved / 6) / 10)
      .replace("{time}", closes);
    document.getElementById("exam-closes").textContent = closes;
    page.notices.tell("info", text);
  }
}

/** Show the time left; called several times a second. */
export function tick(page) {
  const left = page.clock.secondsLeft();
  const shown = document.getElementById("exam-time");
  if (shown.textContent !== clockFace(left)) {
    shown.textContent = clockFace(left);
  }
  document.getElementById("exam-clock").classList.toggle("is-short", left <= SHORT);
  const passed = page.clock.passed(WARN_AT);
  if (passed && page.isRunning()) {
    const hint = page.words.timeOut === "submit" ? "" : " " + page.words.wordHandInYourself;
    page.notices.announce(page.words.wordMinutes.replace("{count}", passed / 60) + hint);
  }
  if (page.clock.msLeft() === 0 && ["entering", "open", "locked"].indexOf(page.mode) >= 0) {
    timeOut(page);
  }
}

function timeOut(page) {
  page.flush();
  page.mode = "over";
  page.questions.freeze();
  page.notices.tell("warning", page.words.wordEnded);
  page.send(); // also with nothing to send: the server may know of more time than this page
}
