import type { Config } from "../frames";
import type { Texts } from "../rows";

/** What a person can do here. The app does it; the views only ask. */
export interface Deeds {
  toggle(open: boolean): void;
  /** False where it cannot be sent; then the words stay where they are. */
  submit(text: string): boolean;
  resend(client_id: string): void;
  discard(client_id: string): void;
  earlier(): void;
  typing(on: boolean): void;
  addFiles(files: File[]): void;
  removeUpload(key: string): void;
  email(address: string): void;
  emailLater(): void;
  rate(rating: { score: number; solved: boolean; comment: string }): void;
  switchLanguage(): void;
  dismiss(): void;
}

/** What every view needs to know. */
export interface Ui {
  config: Config;
  texts: Texts;
  deeds: Deeds;
  /** Where a draft text is kept between pages. */
  draft: { read(): string; write(text: string): void };
}

export const onPhone = (): boolean => matchMedia("(max-width: 640px)").matches;
