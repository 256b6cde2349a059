/** Views: the form that saves one, and going from one to the other. */
import { ask, tellProblem } from "./asking";
import { complain, desk, post, toast, word } from "./page";

const editor = (): HTMLDialogElement => document.getElementById("view-editor") as HTMLDialogElement;

export function watchViews(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const edit = target.closest<HTMLElement>("[data-view-edit]");
    if (edit) void openEditor(edit.dataset.viewEdit);
    if (target.closest("[data-close]")) target.closest("dialog")?.close();
    const gone = target.closest<HTMLElement>("[data-view-remove]");
    if (gone) void remove(gone.dataset.viewRemove ?? "");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-view-form]")) return;
    event.preventDefault();
    void save(form);
  });
  document.addEventListener("change", (event) => {
    const select = event.target as HTMLSelectElement;
    const members = editor().querySelector<HTMLElement>("[data-members]");
    if (select.matches("[data-whose]") && members) members.hidden = select.value !== "members";
  });
}

/** Show the form for a view: for the list one looks at, unless another is named. */
export async function openEditor(view = desk().dataset.view ?? ""): Promise<void> {
  await ask(editor(), `/desk/views/form/?view=${view}`);
}

/** Go to a view by its place among the saved ones. */
export function goToSaved(place: string): void {
  document.querySelector<HTMLElement>(`#views [data-place="${place}"]`)?.click();
}

async function save(form: HTMLFormElement): Promise<void> {
  try {
    const { id } = await post("/desk/views/", new FormData(form));
    location.assign(`/desk/${id}/`);
  } catch (error) {
    tellProblem(form, error);
  }
}

/** Throw a view away; "undo" saves what the form says once more. */
async function remove(id: string): Promise<void> {
  const form = editor().querySelector<HTMLFormElement>("[data-view-form]");
  if (!form) return;
  const again = new FormData(form);
  again.set("view", "");
  try {
    await post(`/desk/views/${id}/remove/`, {});
  } catch (error) {
    return complain(error);
  }
  editor().close();
  if (desk().dataset.view === id) desk().dataset.view = "all";
  for (const link of Array.from(document.querySelectorAll(`#views [data-goto="${id}"]`)))
    link.remove();
  toast(word("removed"), word("undo"), () => {
    post("/desk/views/", again)
      .then((made) => location.assign(`/desk/${made.id}/`))
      .catch(complain);
  });
}
