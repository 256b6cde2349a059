import { Asked } from "./asked";
import { fetchConfig, NoInbox, type Options, texts, tooLong } from "./config";
import type { Config, FromLive, Message } from "./frames";
import { uuid } from "./ids";
import { Keep } from "./keep";
import { Link, wait } from "./link";
import { Outbox } from "./outbox";
import { Sender } from "./sender";
import { type Action, empty, reduce, type State, unread } from "./store";
import { Tabs, type Telling } from "./tabs";
import { Uploads } from "./uploads";
import { Host } from "./view/host";
import { type Deeds, onPhone, type Ui } from "./view/ui";
import { Visitor } from "./visitor";

const TYPING_ENDS = 8_000;
const TICK = 5_000;

/** Puts the parts together: what is kept, what is sent, what is shown. */
export class App {
  private state: State = empty;
  private config: Config | null = null;
  private host: Host | null = null;
  private link: Link | null = null;
  private sender: Sender;
  private outbox: Outbox;
  private kept: Keep;
  private session: Keep;
  private tabs: Tabs;
  private visitor: Visitor;
  private uploads: Uploads;
  private asked: Asked;
  private typingTimer = 0;

  constructor(private options: Options) {
    const prefix = `tongxin.${options.inbox}.`;
    this.kept = new Keep(prefix, () => localStorage);
    this.visitor = new Visitor(this.kept, options.jwt);
    this.asked = new Asked(this.kept, (frame) => this.link?.send(frame));
    this.uploads = new Uploads(this.visitor, (action) => this.dispatch(action));
    this.session = new Keep(prefix, () => sessionStorage);
    const tab = this.session.read("tab") ?? uuid();
    this.session.write("tab", tab);
    this.outbox = new Outbox(this.kept, tab);
    this.sender = new Sender(this.outbox, (frame) => this.link?.send(frame) ?? false);
    this.tabs = new Tabs(prefix, (telling) => this.told(telling));
  }

  /** Fetches the configuration (again and again while there is no answer) and appears. */
  async start(tries = 0): Promise<void> {
    try {
      this.config = await this.fetchConfig();
    } catch (error) {
      if (error instanceof NoInbox) return console.warn(`Tongxin: no inbox ${this.options.inbox}`);
      setTimeout(() => this.start(tries + 1), wait(0, tries + 1));
      return;
    }
    this.host = new Host(this.options.position);
    this.link = this.makeLink(this.config);
    this.drafts();
    this.recall(this.config);
    this.host.draw(this.ui(this.config), this.state);
    if (this.visitor.isKnown || this.state.drafts.length) this.link.start();
    if (this.session.read("open") && !onPhone()) this.toggle(true, false);
    setInterval(() => this.tick(), TICK);
    document.addEventListener("visibilitychange", () => this.read());
    dispatchEvent(new Event("tongxin:ready"));
  }

  get isOpen(): boolean {
    return this.state.open;
  }

  toggle(open: boolean, focus = true): void {
    if (!this.host || open === this.state.open) return;
    this.session.write("open", open ? "1" : null);
    this.dispatch({ type: "open", open });
    if (open) {
      this.link?.start();
      this.host.opened(focus);
    } else this.host.closed();
  }

  identify(jwt: string): void {
    if (!this.visitor.identify(jwt)) return;
    this.dispatch({ type: "forget" });
    this.link?.restart();
  }

  logout(): void {
    this.visitor.forget();
    this.kept.write("email_later", null);
    this.outbox.clear();
    this.tabs.tell({ kind: "who" });
    this.anew();
  }

  /** What an earlier page knew. */
  private recall(config: Config): void {
    this.visitor.arrive();
    const email = this.kept.read("email");
    if (email) this.dispatch({ type: "email", email });
    if (this.kept.read("email_later") || config.ask_email === false) {
      this.dispatch({ type: "email_later" });
    }
  }

  private anew(): void {
    this.dispatch({ type: "forget" });
    this.drafts();
    if (this.state.open) this.link?.restart();
    else this.link?.stop();
  }

  private fetchConfig(): Promise<Config> {
    const { root, inbox, language } = this.options;
    const own = this.kept.read("language") ?? language ?? navigator.language;
    return fetchConfig(root, inbox, own);
  }

  private makeLink(config: Config): Link {
    return new Link({
      base: `${config.live.replace(/\/$/, "")}/chat/${encodeURIComponent(this.options.inbox)}`,
      language: config.language,
      hello: () => this.visitor.hello(),
      token: () => this.visitor.token,
      frame: (frame) => this.heard(frame),
      state: (link) => this.linked(link),
      rejected: () => this.visitor.rejected(),
    });
  }

  private linked(link: State["link"]): void {
    if (link === "gone") this.host?.remove();
    this.dispatch({ type: "link", link });
  }

  private heard(frame: FromLive): void {
    if (frame.type === "welcome" && this.visitor.isStranger(frame)) {
      this.link?.restart();
      return;
    }
    this.before(frame);
    this.dispatch(frame);
    if (frame.type === "welcome") this.welcomed();
    else if (frame.type === "typing") this.typingEnds();
    else if (frame.type === "message") this.got(frame.message);
  }

  /** What a frame means for what we keep, before it is shown. */
  private before(frame: FromLive): void {
    this.asked.heard(frame);
    if (frame.type === "ack" || frame.type === "email") this.tabs.tell({ kind: "frame", frame });
    if (frame.type === "welcome") this.visitor.admit(frame);
    else if (frame.type === "ack") this.settle(frame.client_id);
    else if (frame.type === "refused") this.refused(frame.client_id, frame.detail);
    else if (frame.type === "message") this.settle(frame.message.client_id);
  }

  private welcomed(): void {
    if (this.visitor.given) this.tabs.tell({ kind: "newcomer", token: this.visitor.given });
    for (const message of this.state.messages) this.settle(message.client_id);
    this.drafts();
    this.sender.again();
    this.asked.again();
    const last = unread(this.state).at(-1);
    if (last?.state === "sent") this.link?.send({ type: "got", message_id: last.id });
    this.read();
  }

  private settle(client_id: string | null | undefined): void {
    if (!client_id) return;
    this.outbox.drop(client_id);
    this.sender.settle(client_id);
  }

  private refused(client_id: string | null | undefined, detail: string): void {
    if (!client_id) return;
    this.outbox.refuse(client_id, detail);
    this.sender.settle(client_id);
    this.drafts(true);
  }

  private got(message: Message): void {
    if (message.from === "agent" && message.state === "sent") {
      this.link?.send({ type: "got", message_id: message.id });
    }
    this.read();
  }

  /** What the person has before their eyes is read. */
  private read(): void {
    const last = unread(this.state).at(-1);
    if (!last || !this.state.open || document.hidden) return;
    if (!this.link?.send({ type: "seen", message_id: last.id })) return;
    const frame: FromLive = { type: "state", state: "read", upto: last.id, from: "agent" };
    this.tabs.tell({ kind: "frame", frame });
    this.dispatch(frame);
  }

  private typingEnds(): void {
    clearTimeout(this.typingTimer);
    const over: FromLive = { type: "typing", on: false, name: null };
    this.typingTimer = window.setTimeout(() => this.dispatch(over), TYPING_ENDS);
  }

  private told(telling: Telling): void {
    if (telling.kind === "who") {
      this.visitor.forgotten();
      this.anew();
    }
    if (telling.kind === "newcomer" && this.visitor.meets(telling.token)) this.link?.restart();
    if (telling.kind === "drafts") this.drafts();
    if (telling.kind === "frame") this.dispatch(telling.frame);
  }

  private drafts(tell = false): void {
    this.dispatch({ type: "drafts", drafts: this.outbox.all() });
    if (tell) this.tabs.tell({ kind: "drafts" });
  }

  private tick(): void {
    if (!this.state.drafts.length) return;
    this.sender.pump();
    this.drafts();
  }

  private dispatch(action: Action): void {
    const opening = action.type === "open" && action.open;
    this.state = reduce(this.state, action);
    this.host?.update(this.state);
    if (opening) this.read();
  }

  private ui(config: Config): Ui {
    const draft = {
      read: () => this.session.read("draft") ?? "",
      write: (text: string) => this.session.write("draft", text || null),
    };
    return { config, texts: texts(config.texts), deeds: this.deeds(), draft };
  }

  private deeds(): Deeds {
    return {
      toggle: (open) => this.toggle(open),
      submit: (text) => this.submit(text),
      resend: (id) => {
        this.outbox.retry(id);
        this.sendNow();
      },
      discard: (id) => {
        this.outbox.drop(id);
        this.drafts(true);
      },
      earlier: () => this.asked.earlier(this.state.messages[0]),
      typing: (on) => this.link?.send({ type: "typing", on }),
      addFiles: (files) => this.config && this.uploads.add(files, this.config),
      removeUpload: (key) => this.uploads.remove(key),
      email: (email) => this.asked.email(email),
      emailLater: () => {
        this.kept.write("email_later", "1");
        this.dispatch({ type: "email_later" });
      },
      rate: (rating) => this.rate(rating),
      switchLanguage: () => this.switchLanguage(),
      dismiss: () => this.dispatch({ type: "notice", notice: null }),
    };
  }

  private submit(text: string): boolean {
    const notice = this.config && tooLong(text, this.config);
    this.dispatch({ type: "notice", notice });
    if (notice) return false;
    const done = this.state.uploads.filter((u) => u.file);
    const files = done.map((u) => u.file).filter((f) => f !== undefined);
    this.outbox.add(text, files);
    this.dispatch({ type: "upload_gone", keys: this.state.uploads.map((u) => u.key) });
    this.sendNow();
    return true;
  }

  private sendNow(): void {
    this.drafts(true);
    this.sender.pump();
    this.link?.wake();
  }

  private rate(rating: { score: number; solved: boolean; comment: string }): void {
    const conversation_id = this.state.conversation?.id;
    if (!conversation_id) return;
    this.asked.rate({ conversation_id, ...rating });
  }

  private async switchLanguage(): Promise<void> {
    const next = this.config?.language.startsWith("zh") ? "en" : "zh-CN";
    this.kept.write("language", next);
    this.config = await this.fetchConfig().catch(() => this.config);
    if (this.config) this.host?.draw(this.ui(this.config), this.state);
  }
}
