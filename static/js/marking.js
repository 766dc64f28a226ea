// For people who mark: the marks of the points ticked are added up, and keys do what buttons do.

const form = document.querySelector(".marking-form form");

function boxes() {
  return Array.from(form.querySelectorAll("input[name=points]"));
}

function suggest(board, mark) {
  const weights = JSON.parse(board.dataset.weights);
  const share = boxes().reduce(
    (sum, box) => sum + (box.checked ? weights[box.value] : 0),
    Number(board.dataset.fixed)
  );
  const sum = Math.floor(share * Number(board.dataset.full) * 100 + 0.5 + 1e-9) / 100;
  // A suggestion only: left empty the server adds up exactly.
  mark.placeholder = String(sum);
}

function follow(rel) {
  const link = document.querySelector(`.marking-form a[rel=${rel}]`);
  if (link) {
    link.click();
  }
}

function isTyping(target) {
  return target.matches("textarea, input:not([type=checkbox])");
}

function press(event) {
  if (event.ctrlKey && event.key === "Enter" && form) {
    event.preventDefault();
    form.querySelector("button[type=submit]").click();
  } else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    follow(event.key === "ArrowLeft" ? "prev" : "next");
  } else if (form && !isTyping(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
    const box = /^[1-9]$/.test(event.key) ? boxes()[Number(event.key) - 1] : null;
    if (box) {
      box.click();
    }
  }
}

document.addEventListener("keydown", press);
const board = form && form.querySelector("[data-weights]");
if (board) {
  const mark = form.elements.mark;
  form.addEventListener("change", () => suggest(board, mark));
  suggest(board, mark);
}
