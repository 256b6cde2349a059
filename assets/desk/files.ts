/** Files to send: chosen, dropped or pasted; uploaded at once, sent with the message. */
import { complain, post, toast, word } from "./page";
import { largestFile, takenInstead } from "./ways";

const LARGEST = 20; // MB
export type Attached = { id: string; name: string };
let attached: Attached[] = [];
let underWay = 0;

export const attachedFiles = (): Attached[] => attached;
export const isUploading = (): boolean => underWay > 0;

export function forgetFiles(): void {
  attached = [];
  document.getElementById("attached")?.replaceChildren();
}

export function attach(files: Iterable<File>): void {
  for (const file of Array.from(files)) void upload(file);
}

async function upload(file: File): Promise<void> {
  const most = largestFile(LARGEST);
  if (most === 0) return toast(word("no_files"));
  if (file.size > most * 1024 * 1024) return toast(word("too_large", { size: String(most) }));
  const taken = takenInstead(file.type);
  if (taken) return toast(word("wrong_file", { kinds: taken }));
  const line = listed(file.name, file);
  const form = new FormData();
  form.append("file", file, file.name || "picture.png");
  underWay += 1;
  try {
    const { id } = await post("/desk/files/", form);
    keep({ id, name: file.name }, line);
  } catch (error) {
    line.remove();
    complain(error);
  } finally {
    underWay -= 1;
  }
}

/** Files that were sent, and are to be sent again: they are with the server already. */
export function attachAgain(files: Attached[]): void {
  for (const file of files) keep(file, listed(file.name));
}

function keep(entry: Attached, line: HTMLElement): void {
  line.classList.remove("waiting");
  attached.push(entry);
  line.querySelector("button")?.addEventListener("click", () => {
    attached = attached.filter((other) => other !== entry);
    line.remove();
  });
}

function picture(file: File): HTMLImageElement {
  const shown = document.createElement("img");
  shown.src = URL.createObjectURL(file);
  shown.alt = "";
  shown.onload = () => URL.revokeObjectURL(shown.src);
  return shown;
}

function listed(name: string, file?: File): HTMLElement {
  const line = document.createElement("li");
  line.className = "chip waiting";
  if (file?.type.startsWith("image/")) {
    line.classList.add("pictured");
    line.append(picture(file));
  }
  const label = document.createElement("span");
  label.className = "clip";
  label.textContent = name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `${word("remove")} ${name}`);
  line.append(label, remove);
  document.getElementById("attached")?.append(line);
  return line;
}
