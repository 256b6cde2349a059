import { readFileSync } from "node:fs";
import { defineConfig, type Plugin, type UserConfig } from "vite";
import { pngOf } from "./assets/build/png.ts";

const OUT = "src/tongxin/project/dist";

/** Writes `icons.svg`: one <symbol> for each Lucide icon named in assets/look/icons.json; and the marks. */
function icons(): Plugin {
  const symbol = (name: string): string => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
  };
  return {
    name: "tongxin-icons",
    generateBundle() {
      const names: string[] = JSON.parse(readFileSync("assets/look/icons.json", "utf8"));
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
      for (const name of ["mark.svg", "favicon.svg", "app.svg"]) {
        this.emitFile({
          type: "asset",
          fileName: name,
          source: readFileSync(`assets/look/${name}`),
        });
      }
      for (const size of [180, 192, 512]) {
        const source = pngOf(readFileSync("assets/look/app.svg", "utf8"), size);
        this.emitFile({ type: "asset", fileName: `app-${size}.png`, source });
      }
    },
  };
}

/** `virtual:shapes`: the few Lucide icons that the widget draws itself, as [tag, attributes] lists. */
function shapes(): Plugin {
  const NAMES = [
    "arrow-down",
    "arrow-up",
    "check",
    "check-check",
    "circle-alert",
    "clock",
    "file",
    "message-circle",
    "paperclip",
    "smile",
    "x",
  ];
  const shape = (name: string) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const tags = [...svg.matchAll(/^ {2}<(\w+) ([^>]*)\/>$/gm)];
    const attributes = (text = "") =>
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));
    return [name, tags.map((tag) => [tag[1], attributes(tag[2])])];
  };
  return {
    name: "tongxin-shapes",
    resolveId: (id) => (id === "virtual:shapes" ? `\0${id}` : null),
    load: (id) =>
      id === "\0virtual:shapes"
        ? `export default ${JSON.stringify(Object.fromEntries(NAMES.map(shape)))}`
        : null,
  };
}

/** htmx evaluates strings only where a page asks it to; ours never do, so the code leaves. */
function withoutEval(): Plugin {
  return {
    name: "tongxin-without-eval",
    transform(code, id) {
      if (!id.includes("htmx.org")) return;
      return code
        .replace("return eval(str)", "return str")
        .replace(/(?<=return |= )(new )?Function\([^\n]*\)/g, "undefined");
    },
  };
}

const pages: UserConfig = {
  plugins: [icons(), withoutEval()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // light-dark() stays as written; the look asks for browsers of 2024 at the desk.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        desk: "assets/desk/main.ts",
        again: "assets/doors/again.ts",
        passkeys: "assets/doors/passkeys.ts",
        push: "assets/worker/push.ts",
        shop: "assets/shop/shop.css",
      },
    },
  },
};

const widget: UserConfig = {
  plugins: [shapes()],
  build: {
    outDir: OUT,
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: "assets/widget/main.ts",
      name: "TongxinWidget",
      formats: ["iife"],
      fileName: () => "widget.js",
    },
  },
};

export default defineConfig(({ mode }) => ({
  base: "/static/",
  publicDir: false,
  ...(mode === "widget" ? widget : pages),
}));
