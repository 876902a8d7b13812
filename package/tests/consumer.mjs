// A project that has installed the packed package, as anybody would: in target/, below the project's own node_modules, where
// vite, TypeScript and the validator are found.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));
const PACKED = join(TOP, "target/package");

/** Makes the project in a folder of its own, with a copy of some of the files here; returns the folder. */
export function consumer(name, ...files) {
  const folder = join(TOP, "target/package-test", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  const packed = readdirSync(PACKED).find((file) => file.endsWith(".tgz"));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["install", "--offline", "--loglevel=error", join(PACKED, packed)], { cwd: folder });
  for (const file of files) {
    cpSync(fileURLToPath(new URL(file, import.meta.url)), join(folder, file), { recursive: true });
  }
  return folder;
}

/** Runs a program of an npm package of ours in a folder; fails with what it prints. */
export function npmProgram(folder, script, ...args) {
  try {
    return execFileSync(process.execPath, [join(TOP, "node_modules", script), ...args], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    throw new Error(`${script} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  }
}
