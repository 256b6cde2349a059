/** Copies what a button names, and lets a form show its button once something in it was changed. */
export function watchForms(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-copy]");
    if (button) void copy(button);
  });
  document.addEventListener("input", (event) => {
    (event.target as HTMLInputElement).form?.classList.add("changed");
  });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? "");
  const label = button.querySelector("span");
  if (!source || !label) return;
  if (!(await toClipboard(source))) return;
  const before = label.textContent;
  label.textContent = button.dataset.done ?? before;
  setTimeout(() => {
    label.textContent = before;
  }, 1500);
}

/** Without https there is no clipboard for scripts: then the text is selected, ready to be copied. */
async function toClipboard(source: HTMLElement): Promise<boolean> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  }
  getSelection()?.selectAllChildren(source);
  return false;
}
