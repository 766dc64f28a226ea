// The waiting room: counts the seconds that the server named, asks now and then whether the start was given, and then starts.
// Whoever has still to type the password of the sitting presses the button.

const form = document.getElementById("waiting");
const words = form.dataset;
const button = form.querySelector("button[type=submit]");
const shown = document.getElementById("waiting-state");
const announced = document.getElementById("waiting-announcement");
let opensAt = performance.now() + Number(words.opensIn) * 1000;
let isGiven = words.started === "yes";
let hasBegun = false;

function two(number) {
  return (number < 10 ? "0" : "") + number;
}

function say(text) {
  if (shown.textContent !== text) {
    shown.textContent = text;
  }
}

/** Say it to people who listen as well; the countdown itself would talk every second. */
function announce(text) {
  say(text);
  if (announced.textContent !== text) {
    announced.textContent = text;
  }
}

function begin() {
  const code = form.elements.namedItem("code");
  announce(words.wordOpen);
  button.disabled = false;
  if (!hasBegun && !code) {
    hasBegun = true;
    form.submit();
  }
}

function tick() {
  const left = Math.ceil((opensAt - performance.now()) / 1000);
  if (left > 0) {
    const text = two(Math.floor(left / 3600)) + ":" + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
    say(words.wordLeft.replace("{time}", text));
  } else if (!isGiven) {
    announce(words.wordHand);
  } else {
    begin();
  }
}

function ask() {
  fetch(words.address, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" })
    .then((response) => {
      if (response.redirected) {
        window.location.assign(response.url); // begun in another tab
      }
      return response.json();
    })
    .then((reply) => {
      opensAt = performance.now() + reply.opens_in * 1000;
      isGiven = reply.started;
      tick();
      setTimeout(ask, reply.ask_again * 1000);
    })
    .catch(() => {
      announce(words.wordAway);
      setTimeout(ask, 5000 + Math.random() * 3000);
    });
}

setInterval(tick, 500);
setTimeout(ask, Number(words.askAgain) * 1000);
tick();
