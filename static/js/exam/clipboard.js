// Copy text, and save it as a file.

/** Copy what stands in a field; resolves to whether that worked. Over plain http only the old way exists. */
export function copyFrom(field) {
  field.focus();
  field.select();
  if (navigator.clipboard && navigator.clipboard.writeText) {
    return navigator.clipboard.writeText(field.value).then(
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
