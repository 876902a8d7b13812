// The words of the browser tests: what a user does with the page, and what there is to be seen.

import { expect } from "./fixtures.js";

/** A Deployment that takes a few steps. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 4
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.7.9
`;

/** A StatefulSet of three. */
export const STATEFUL_SET = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: nginx:1.7.9
`;

/** The page, with its editor. */
export async function open(page) {
  await page.goto("./");
  await expect(page.locator(".cm-editor")).toBeVisible();
}

export const editor = (page) => page.getByRole("textbox", { name: "Manifests" });

/** Replaces the editor's text as one who pastes does. */
export async function paste(page, text) {
  await editor(page).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** Pastes and runs. The tests want nothing to move by itself (playwright.config.js), so it stays at the start. */
export async function run(page, text, button = "Run from start") {
  await paste(page, text);
  await page.getByRole("button", { name: button }).click();
}

/** The stage with all its workloads. */
export const stage = (page) => page.getByRole("region", { name: "Stage" });

/** What the page says that happened in the step at the cursor. */
export const findings = (page) => page.locator(".findings");

export const step = (page) => page.locator("p.announced");

/** The last command, or any other, in the list of what was done. */
export const done = (page) => page.getByRole("region", { name: "What was done" }).getByRole("listitem");

/** For the eye: what the page looks like now. */
export const picture = (page, name) => page.screenshot({ path: `target/screenshots/${name}.png` });
