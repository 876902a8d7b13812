// The editor's bundle by itself, in a page with nothing else but the colours.

import { expect, expectAccessible, test } from "./fixtures.js";

const HARNESS = `<!doctype html>
<html lang="en">
  <meta charset="utf-8"><title>Editor</title><link rel="icon" href="data:,">
  <style>
    :root { --panel: #fff; --ink: #1c1f23; --soft: #5c636b; --faint: #8b929a; --line: #e3e4e1; --r1: #3d6fb4; --r1-ink: #2f5a98;
      --r2: #c8662a; --bad: #b3261e; --wait: #8a6d1a }
    .dark { --panel: #1c1f23; --ink: #e9eaec; --soft: #a4abb3; --faint: #757c85; --line: #2c3036; --r1: #7aa7e0; --r1-ink: #93b9ea;
      --r2: #e59a63; --bad: #f08a83; --wait: #d8b95a }
  </style>
  <main><h1>Editor</h1><button>Before</button><div id="editor" style="height: 300px"></div><button>After</button></main>
  <script type="module">
    import { createEditor } from "./editor.js";
    window.told = { changes: [], runs: 0 };
    window.editor = createEditor({
      parent: document.getElementById("editor"),
      doc: "kind: Deployment\\nname: web # ours\\nport: '80'\\n",
      dark: false,
      onChange: (text) => told.changes.push(text),
      onRun: () => (told.runs += 1),
    });
  </script>
</html>`;

test.beforeEach(async ({ page, baseURL }) => {
  await page.route(`${baseURL}harness.html`, (route) => route.fulfill({ contentType: "text/html", body: HARNESS }));
  await page.goto("harness.html");
  await expect(page.getByRole("textbox", { name: "Manifests" })).toBeVisible();
});

const textbox = (page) => page.getByRole("textbox", { name: "Manifests" });
const text = (page) => page.evaluate(() => editor.getText());

test("tells what is typed, not what the page sets", async ({ page }) => {
  await page.evaluate(() => editor.setText("a: 1"));
  expect(await page.evaluate(() => told.changes)).toEqual([]);
  await textbox(page).press("End");
  await textbox(page).pressSequentially("2");
  expect(await page.evaluate(() => told.changes)).toEqual(["a: 12"]);
});

test("undo brings back what the page replaced", async ({ page }) => {
  await page.evaluate(() => editor.setText("a: 1"));
  await textbox(page).press("ControlOrMeta+z");
  expect(await text(page)).toContain("kind: Deployment\nname: web # ours\n");
});

test("Ctrl+Enter runs and types nothing", async ({ page }) => {
  await textbox(page).press("ControlOrMeta+Enter");
  expect(await page.evaluate(() => told)).toEqual({ changes: [], runs: 1 });
});

test("diagnostics are in the gutter and underlined, counted in characters", async ({ page }) => {
  await page.evaluate(() => {
    editor.setText("a: 1\nname: 😀 web\n");
    const place = { fromLine: 2, fromColumn: 9, toLine: 2, toColumn: 12 };
    editor.setDiagnostics([{ ...place, severity: "error", message: "no such name" }]);
  });
  await expect(page.locator(".cm-lint-marker-error")).toHaveCount(1);
  await expect(page.locator(".cm-lintRange-error")).toHaveText("web");
  await page.evaluate(() => editor.setDiagnostics([]));
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
});

test("a diagnostic outside of the text is put at its end", async ({ page }) => {
  await page.evaluate(() => {
    const place = { fromLine: 99, fromColumn: 9, toLine: 1, toColumn: 1 };
    editor.setDiagnostics([{ ...place, severity: "warning", message: "stale" }]);
  });
  await expect(page.locator(".cm-lint-marker-warning")).toHaveCount(1);
});

test("jumps to a place", async ({ page }) => {
  await page.evaluate(() => editor.jumpTo(2, 7));
  await page.keyboard.insertText("my-");
  expect(await text(page)).toContain("name: my-web");
});

test("Tab indents; Escape, then Tab leaves", async ({ page }) => {
  await page.getByRole("button", { name: "Before" }).press("Tab");
  await page.keyboard.press("Tab");
  expect(await text(page)).toMatch(/^ {2}kind/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "After" })).toBeFocused();
});

test("nothing serious for axe-core, light and dark, with the search panel open", async ({ page }) => {
  const place = { fromLine: 1, fromColumn: 1, toLine: 1, toColumn: 5 };
  await page.evaluate((at) => editor.setDiagnostics([{ ...at, severity: "error", message: "bad" }]), place);
  await textbox(page).press("ControlOrMeta+f");
  await expectAccessible(page);
  await page.evaluate(() => {
    document.documentElement.className = "dark";
    editor.setDark(true);
  });
  await expectAccessible(page);
});

test("is gone after destroy", async ({ page }) => {
  await page.evaluate(() => editor.destroy());
  await expect(textbox(page)).toHaveCount(0);
});

test("works inside a shadow root", async ({ page }) => {
  await page.evaluate(async () => {
    editor.destroy();
    const { createEditor } = await import(new URL("editor.js", document.baseURI).href);
    const parent = document.getElementById("editor").attachShadow({ mode: "open" });
    window.editor = createEditor({ parent, doc: "", dark: false, onChange() {}, onRun() {} });
  });
  await textbox(page).pressSequentially("kind: Pod");
  expect(await text(page)).toBe("kind: Pod");
  await expect(page.locator(".cm-line span").first()).toHaveCSS("color", "rgb(47, 90, 152)");
});
