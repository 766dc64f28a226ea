// Copy text, and save it as a file.

function select(element) {
  if (element.tagName === "TEXTAREA") {
    element.focus();
    element.select();
  } else {
    window.getSelection().selectAllChildren(element);
  }
}

/** Select and copy what stands in an element; resolves to whether that worked. Over plain http only the old way exists. */
export function copyFrom(element) {
  select(element);
  if (navigator.clipboard && navigator.clipboard.writeText) {
    return navigator.clipboard.writeText(element.value || element.textContent).then(
      () => true,
      () => document.execCommand("copy")
    );
  }
  return Promise.resolve(document.execCommand("copy"));
}

/** Offer a text as a file by way of the browser's downloads. */
export function saveAsFile(text, name) {
  const link = document.createElement("a");
  // The mark at the beginning lets the editors of Windows read it as UTF-8.
  const address = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/plain;charset=utf-8" }));
  link.href = address;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
