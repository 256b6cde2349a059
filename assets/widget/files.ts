import type { Config, FileInfo } from "./frames";
import { bytes, type Texts } from "./rows";

/** Why this file is not even offered to the server; null where it may be. */
export function refusal(file: File, config: Config, texts: Texts): string | null {
  const name = file.name;
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (!file.size) return texts("file_empty", { name });
  if (!config.accept.some((e) => e.replace(".", "") === ending))
    return texts("file_type", { name });
  if (file.size > config.largest) {
    return texts("file_large", { name, size: bytes(file.size), limit: bytes(config.largest) });
  }
  return null;
}

export class UploadFailed extends Error {}

/** Sends one file; tells the progress from 0 to 1; fails with a sentence to show. */
export function upload(
  file: File,
  to: { url: string; token: string; failed: string },
  progress: (share: number) => void,
): Promise<FileInfo> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", to.url);
    request.setRequestHeader("Authorization", `Bearer ${to.token}`);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.upload.onprogress = (e) => progress(e.loaded / (e.total || file.size));
    request.onerror = () => reject(new UploadFailed(to.failed));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 201 && answer.file) resolve(answer.file);
      else reject(new UploadFailed(answer.detail ?? to.failed));
    };
    request.send(file);
  });
}

function parsed(text: string): { file?: FileInfo; detail?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
