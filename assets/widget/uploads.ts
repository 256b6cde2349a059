import { texts } from "./config";
import { refusal, upload } from "./files";
import type { Config } from "./frames";
import { uuid } from "./ids";
import type { Action, Upload } from "./store";
import type { Visitor } from "./visitor";

/** Files on their way to the server, each with its own end. */
export class Uploads {
  private removed = new Set<string>();

  constructor(
    private visitor: Visitor,
    private dispatch: (action: Action) => void,
  ) {}

  add(files: File[], config: Config): void {
    for (const file of files) void this.one(file, config);
  }

  remove(key: string): void {
    this.removed.add(key);
    this.dispatch({ type: "upload_gone", keys: [key] });
  }

  private async one(file: File, config: Config): Promise<void> {
    const words = texts(config.texts);
    const key = uuid();
    const tell = (more: Partial<Upload>): void => {
      if (this.removed.has(key)) return;
      this.dispatch({ type: "upload", upload: { key, name: file.name, progress: 0, ...more } });
    };
    const no = refusal(file, config, words);
    if (no) return tell({ failed: no });
    tell({});
    try {
      const token = await this.visitor.known();
      const url = `${config.files}?language=${config.language}`;
      const failed = words("file_failed", { name: file.name });
      const stored = await upload(file, { url, token, failed }, (progress) => tell({ progress }));
      tell({ progress: 1, file: stored });
    } catch (error) {
      tell({ failed: (error as Error).message });
    }
  }
}
