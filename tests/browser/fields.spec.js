// Suggestions and explanations of field names, in the editor's bundle by itself.

import { expect, test } from "./fixtures.js";

const HARNESS = `<!doctype html>
<html lang="en">
  <meta charset="utf-8"><title>Editor</title><link rel="icon" href="data:,">
  <style>:root { --panel: #fff; --ink: #1c1f23; --soft: #5c636b; --faint: #8b929a; --line: #e3e4e1; --r1: #3d6fb4;
      --r2: #c8662a; --bad: #b3261e; --wait: #8a6d1a }</style>
  <main><h1>Editor</h1><div id="editor" style="height: 600px"></div></main>
  <script type="module">
    import { createEditor } from "./editor.js";
    window.editor = createEditor({ parent: document.getElementById("editor"), doc: "", dark: false, onChange() {}, onRun() {} });
  </script>
</html>`;

test.beforeEach(async ({ page, baseURL }) => {
  await page.route(`${baseURL}harness.html`, (route) => route.fulfill({ contentType: "text/html", body: HARNESS }));
  await page.goto("harness.html");
  await expect(textbox(page)).toBeVisible();
});

const textbox = (page) => page.getByRole("textbox", { name: "Manifests" });
const popup = (page) => page.locator(".cm-tooltip-autocomplete");
const text = (page) => page.evaluate(() => editor.getText());

/** Sets the text, puts the cursor at the mark `|`, and asks for suggestions by typing `typed`. */
async function ask(page, marked, typed) {
  const [before, after] = marked.split("|");
  await page.evaluate(
    ({ text, line, column }) => {
      editor.setText(text);
      editor.jumpTo(line, column);
    },
    { text: before + after, line: before.split("\n").length, column: before.split("\n").at(-1).length + 1 },
  );
  await textbox(page).pressSequentially(typed, { delay: 20 });
}

/** The suggestions, whose first ones are compared. */
async function expectSuggestions(page, expected) {
  await expect(popup(page)).toBeVisible();
  const labels = await popup(page).locator(".cm-completionLabel").allTextContents();
  expect(labels.slice(0, expected.length)).toEqual(expected);
}

const HEAD = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n";
const POD = `${HEAD}  template:\n    spec:\n      containers:\n      - name: web\n`;

test("by the kind and the indentation", async ({ page }) => {
  const cases = [
    [`${HEAD}  |\n`, "prog", ["progressDeadlineSeconds"]],
    [`${HEAD}  strategy:\n    rollingUpdate:\n      |`, "maxS", ["maxSurge"]],
    [`${POD}        |`, "read", ["readinessProbe"]],
    [`${POD}        ports:\n        - |`, "cont", ["containerPort"]],
    [`${POD}        env:\n        - name: A\n          |`, "valueF", ["valueFrom"]],
    [`${POD}      |`, "termi", ["terminationGracePeriodSeconds"]],
    [`${HEAD}  selector: {|}\n`, "match", ["matchExpressions", "matchLabels"]],
    [`kind: Pod\napiVersion: v1\n---\n${HEAD}  |\n---\nkind: Service\napiVersion: v1\n`, "pau", ["paused"]],
    ["apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  spec:\n    |\n", "sessionA", ["sessionAffinity"]],
    ["|", "ki", ["kind"]],
    ["apiVersion: rollscope.dev/v1\nkind: Scenario\n|", "inter", ["interventions"]],
  ];
  for (const [marked, typed, expected] of cases) {
    await ask(page, marked, typed);
    await expectSuggestions(page, expected);
    await page.keyboard.press("Escape");
  }
});

test("values of a field, kinds and versions", async ({ page }) => {
  const cases = [
    [`${POD}        imagePullPolicy: |`, "I", ["IfNotPresent"]],
    [`${HEAD}  strategy: {type: |}`, "R", ["Recreate", "RollingUpdate"]],
    [`${HEAD}  paused: |`, "t", ["true"]],
    ["apiVersion: apps/v1\nkind: |\n", "S", ["StatefulSet"]],
    ["kind: PodDisruptionBudget\napiVersion: |\n", "p", ["policy/v1"]],
  ];
  for (const [marked, typed, expected] of cases) {
    await ask(page, marked, typed);
    await expectSuggestions(page, expected);
    await page.keyboard.press("Escape");
  }
});

test("what is there already, labels, comments and text are left alone", async ({ page }) => {
  for (const [marked, typed] of [
    [`${HEAD}  replicas: 3\n  |`, "replicas"],
    [`${HEAD}  selector:\n    matchLabels:\n      |`, "app"],
    [`${HEAD}  # |`, "repl"],
    [`${POD}        image: |`, "name"],
  ]) {
    await ask(page, marked, typed);
    await page.waitForTimeout(250);
    await expect(popup(page), typed).toHaveCount(0);
  }
});

test("Enter takes the suggestion, with what belongs behind it", async ({ page }) => {
  await ask(page, `${HEAD}  |\n`, "strat");
  await expect(popup(page)).toBeVisible();
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
  expect(await text(page)).toBe(`${HEAD}  strategy:\n    \n`);
  await ask(page, `${POD}        |`, "imageP");
  await expect(popup(page)).toBeVisible();
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
  expect(await text(page)).toBe(`${POD}        imagePullPolicy: `);
});

test("pointing at a name explains it", async ({ page }) => {
  await page.evaluate((doc) => editor.setText(doc), `${HEAD}  progressDeadlineSeconds: 60\n  strategy: {rollingUpdate: {maxSurge: 1}}\n`);
  await page.getByText("progressDeadlineSeconds").hover();
  await expect(page.locator(".cm-field")).toContainText("progressDeadlineSeconds integerAfter so long without progress");
  await expect(page.locator(".cm-field")).toContainText("default 600");
  await page.mouse.move(0, 0);
  await page.getByText("maxSurge").hover();
  await expect(page.locator(".cm-field")).toContainText("may exist beyond replicas");
});
