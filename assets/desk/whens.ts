type Whens = Record<string, string[]>;

/** Shows of a form only those settings that what is chosen in it asks for; without us all of them show. */
export function watchWhens(): void {
  for (const form of document.forms) show(form);
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form) show(form);
  });
}

function show(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<HTMLElement>("[data-when]")) {
    field.hidden = !holds(JSON.parse(field.dataset.when ?? "{}"), new FormData(form));
  }
}

/** Whether everything is chosen that a setting is there for; nothing is taken away, so what was entered stays. */
export function holds(whens: Whens, chosen: FormData): boolean {
  return Object.entries(whens).every(([name, values]) =>
    values.includes(String(chosen.get(`setting.${name}`))),
  );
}
