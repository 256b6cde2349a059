/** The live wall: transfer whoever waits. The dialog is beside what renews itself. */

export function watchWall(): void {
  const dialog = document.getElementById("transfer") as HTMLDialogElement | null;
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-transfer]");
    if (button) open(dialog, button.dataset);
    if ((event.target as Element).closest("#transfer [data-close]")) dialog.close();
  });
}

function open(dialog: HTMLDialogElement, of: DOMStringMap): void {
  const field = dialog.querySelector<HTMLInputElement>("[name=conversation]");
  const whom = dialog.querySelector<HTMLElement>("[data-whom]");
  if (field) field.value = of.transfer ?? "";
  if (whom) whom.textContent = of.name ?? "";
  dialog.showModal();
}
