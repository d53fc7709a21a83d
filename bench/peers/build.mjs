// Builds the three apps into dist/<name>: minified, and named by their content.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import solidPreset from "babel-preset-solid";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

const APPS = [
  { name: "vanilla", entry: "vanilla/app.js" },
  { name: "react", entry: "react/app.jsx", jsx: "automatic" },
  { name: "solid", entry: "solid/app.jsx", plugins: [solid()] },
];

// Solid's compiler is a preset of Babel.
function solid() {
  return {
    name: "solid",
    setup(build) {
      build.onLoad({ filter: /\.jsx$/ }, async ({ path }) => {
        const options = { presets: [solidPreset], filename: path, babelrc: false, configFile: false };
        const { code } = await transformAsync(await readFile(path, "utf8"), options);
        return { contents: code, loader: "js" };
      });
    },
  };
}

// 16 hexadecimal digits, by which servers know that a file never changes.
function named(name, content, extension) {
  return `${name}-${createHash("sha256").update(content).digest("hex").slice(0, 16)}.${extension}`;
}

async function bundle(options) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    ...options,
  });
  return outputFiles[0].contents;
}

await rm(join(here, "dist"), { recursive: true, force: true });
const page = await readFile(join(here, "common/index.html"), "utf8");
const icon = await readFile(join(here, "../../style/icon.svg"));
const style = await bundle({ entryPoints: ["common/page.css"] });
for (const { name, entry, ...options } of APPS) {
  const folder = join(here, "dist", name);
  await mkdir(folder, { recursive: true });
  const script = await bundle({ entryPoints: [entry], ...options });
  // As the app's page is minified, so are these.
  let html = page.replace(/\n\s*/g, "");
  for (const [place, base, content, extension] of [
    ["ICON", "icon", icon, "svg"],
    ["STYLE", "page", style, "css"],
    ["SCRIPT", "app", script, "js"],
  ]) {
    const file = named(base, content, extension);
    await writeFile(join(folder, file), content);
    html = html.replace(place, file);
  }
  await writeFile(join(folder, "index.html"), html);
}
