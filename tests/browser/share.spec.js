// A moment travels: as a link, as a file, from another address; and what is hostile or broken ends in a message, with nothing
// lost.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, done, editor, open, run, stage, step } from "./rollout.js";

const dialog = (page) => page.getByRole("dialog", { name: "Share this moment" });
const share = (page) => page.getByRole("button", { name: "Share", exact: true });
const said = (page) => page.getByRole("alert");
const time = (page) => page.getByRole("slider", { name: "Time" });

/** A link's end, packed by somebody else's program. */
const packed = (content) => "#1." + deflateRawSync(content).toString("base64url");
const hashOf = (moment) => packed(JSON.stringify({ rollscope: 1, ...moment }));

/** What is to be pasted, in the form of this name. */
async function snippet(page, form = "Link") {
  await share(page).click();
  await dialog(page).getByRole("button", { name: form, exact: true }).click();
  const texts = await dialog(page).locator("pre").allTextContents();
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  return texts;
}

/** Everything by which two pages that show the same moment can be compared. */
async function shown(page) {
  return {
    position: await time(page).getAttribute("aria-valuenow"),
    clock: await time(page).getAttribute("aria-valuetext"),
    step: await step(page).textContent(),
    stage: await stage(page).textContent(),
    done: await done(page).allTextContents(),
    release: await page.getByRole("combobox", { name: "Kubernetes release" }).inputValue(),
    text: await editor(page).textContent(),
  };
}

/** Drops a file onto the page, as one who drags it there. */
async function drop(page, name, content, onto = ".stage") {
  const dataTransfer = await page.evaluateHandle(
    ([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      return data;
    },
    [name, [...Buffer.from(content)]],
  );
  await page.dispatchEvent(onto, "dragenter", { dataTransfer });
  await expect(page.locator(".hovering")).toBeVisible();
  await page.dispatchEvent(onto, "drop", { dataTransfer });
  await expect(page.locator(".hovering")).toHaveCount(0);
}

/** A run in which somebody has clicked: another size, an image that can't be pulled, another release. */
async function clicked(page) {
  await run(page, DEPLOYMENT);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  for (let i = 0; i < 3; i += 1) await page.getByRole("button", { name: "One step forward" }).click();
  await page.getByRole("button", { name: "Scale", exact: true }).click();
  await page.getByRole("spinbutton", { name: "Replicas" }).fill("6");
  await page.getByRole("form", { name: "Scale" }).getByRole("button").click();
  await expect(done(page)).toHaveCount(2);
  await page.getByRole("combobox", { name: "Kubernetes release" }).selectOption("1.34");
  await page.getByRole("button", { name: "Put the answer away" }).click();
  for (let i = 0; i < 2; i += 1) await page.getByRole("button", { name: "One step forward" }).click();
}

test("a link opens at the very step, with what was clicked and the release", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page);
  await clicked(page);
  const before = await shown(page);
  expect(before.done.join()).toContain("--replicas=6");
  await share(page).click();
  await dialog(page).getByRole("button", { name: "Copy", exact: true }).click();
  await expect(dialog(page)).toContainText("copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("/some/folder/#1.");
  await expect(dialog(page)).toContainText(`${link.length.toLocaleString("en")} of at most 8,000 characters`);
  expect(link.length).toBeLessThan(900);

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.locator(".cm-editor")).toBeVisible();
  await expect.poll(() => shown(other)).toEqual(before);
  await expect(other.getByRole("button", { name: "Play" })).toBeVisible();
});

test("a first visit by a link shows the moment and not the example", async ({ page }) => {
  const titles = [];
  await page.exposeFunction("seen", (title) => titles.push(title));
  await page.addInitScript(() => {
    const look = () => {
      const title = document.querySelector(".top .title")?.textContent;
      if (title) window.seen(title);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`./${hashOf({ text: STATEFUL_SET, step: 9 })}`);
  await expect(time(page)).toHaveAttribute("aria-valuenow", "9");
  await expect(page.locator(".cm-editor")).toContainText("serviceName: db");
  expect(new Set(titles).size, titles.join()).toBe(1);
});

test("another link while the page is open; what was typed comes back", async ({ page }) => {
  await open(page);
  await clicked(page);
  const before = await shown(page);
  await page.evaluate((hash) => (location.hash = hash), hashOf({ text: STATEFUL_SET, step: 12 }));
  await expect(editor(page)).toContainText("kind: StatefulSet");
  await expect(time(page)).toHaveAttribute("aria-valuenow", "12");
  await page.evaluate((hash) => (location.hash = hash), hashOf({ text: STATEFUL_SET, step: 3 }));
  await expect(time(page)).toHaveAttribute("aria-valuenow", "3");
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(() => shown(page)).toEqual(before);
  expect(new URL(page.url()).hash).toBe("");
});

test("what was typed outlasts a link, edits to it, and the visit", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT.replace("web", "mine"));
  await expect(stage(page)).toContainText("mine");
  await page.goto("about:blank");
  await page.goto(`./${hashOf({ text: STATEFUL_SET, step: 3 })}`);
  await expect(time(page)).toHaveAttribute("aria-valuenow", "3");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await editor(page).focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText("# edited\n");
  await expect.poll(() => new URL(page.url()).hash, "the address no longer names what is there").toBe("");
  await page.reload();
  await expect(editor(page)).toContainText("# edited");
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(stage(page)).toContainText("mine");
  await expect(editor(page)).toContainText("name: mine");
  await page.reload();
  await expect(editor(page)).toContainText("name: mine");
  await expect(page.getByRole("button", { name: "Bring it back" })).toHaveCount(0);
});

test("undo brings back what a link has replaced", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT.replace("web", "mine"));
  await page.evaluate((hash) => (location.hash = hash), hashOf({ text: STATEFUL_SET, step: 3 }));
  await expect(editor(page)).toContainText("kind: StatefulSet");
  await page.getByRole("button", { name: "Let it go" }).click();
  await editor(page).focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(editor(page)).toContainText("name: mine");
});

test("a moment beyond the end says so and shows the end", async ({ page }) => {
  await page.goto(`./${hashOf({ text: DEPLOYMENT, step: 100000 })}`);
  await expect(said(page)).toContainText(/after step 100000, but here the run has \d+/);
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
});

const HOSTILE = {
  "garbage": ["#1.AAAA", "incomplete or damaged"],
  "no link at all": ["#top", "no link to a moment"],
  "a version to come": ["#2.abc", "version 2"],
  "a version to come, inside": [packed('{"rollscope": 9}'), "version 9"],
  "a link cut off": [hashOf({ text: DEPLOYMENT }).slice(0, -7), "incomplete or damaged"],
  "a bomb": [packed(Buffer.alloc(64 << 20, " ")), "too large"],
  "no JSON": [packed("kind: Pod"), "no Rollscope file"],
  "an unknown member": [hashOf({ text: "", wind: 3 }), "unknown field"],
};

for (const [what, [hash, message]] of Object.entries(HOSTILE)) {
  test(`a hostile link ends in a message: ${what}`, async ({ page }) => {
    await open(page);
    await run(page, DEPLOYMENT);
    await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
    const before = await shown(page);
    await page.evaluate((hash) => (location.hash = hash), hash);
    await expect(said(page)).toContainText(message);
    expect(await shown(page)).toEqual(before);
    await said(page).getByRole("button", { name: "Close" }).click();
    await expect(said(page)).toHaveCount(0);
    await page.reload();
    await expect(said(page), "opened with it").toContainText(message);
    await expect(editor(page)).toContainText("name: web");
    await expect(stage(page)).toContainText("web");
  });
}

test("a link whose manifests have errors shows them where they are", async ({ page }) => {
  await page.goto(`./${hashOf({ text: DEPLOYMENT.replace("replicas: 4", "replicas: -4") })}`);
  await expect(page.locator(".findings")).toContainText("Not run: one error");
});

test("what is too long for a link is a file, which opens when dropped", async ({ page }) => {
  // 4,000 letters without any pattern.
  const noise = Array.from({ length: 200 }, (_, line) => `# ${Buffer.from(Array.from({ length: 48 }, (_, i) => (line * 7919 + i * 104729 + line * line * i * 31) % 251)).toString("base64")}`);
  await open(page);
  await run(page, `${noise.join("\n")}\n${DEPLOYMENT}`);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  for (let i = 0; i < 3; i += 1) await page.getByRole("button", { name: "One step forward" }).click();
  const before = await shown(page);
  await share(page).click();
  await expect(dialog(page)).toContainText(/This link has \d+,\d\d\d characters/);
  await expect(dialog(page).locator("pre")).toHaveCount(0);
  const saving = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Rollscope file" }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe("deployment-web.rollscope.json");
  const content = await readFile(await download.path(), "utf8");
  await page.keyboard.press("Escape");

  await run(page, STATEFUL_SET);
  await expect(stage(page)).toContainText("db");
  await drop(page, "deployment-web.rollscope.json", content, ".cm-content");
  // The editor draws only those lines that are seen.
  const { text, ...rest } = before;
  await expect.poll(() => shown(page)).toMatchObject(rest);
  await share(page).click();
  await expect(dialog(page)).toContainText(/This link has \d+,\d\d\d characters/);
});

test("manifests open when dropped, several files at once, and from the dialog", async ({ page }) => {
  await open(page);
  await drop(page, "web.yaml", DEPLOYMENT);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  await expect(editor(page)).toContainText("name: web");
  await share(page).click();
  await dialog(page).getByLabel("A file…").setInputFiles([
    { name: "b.yaml", mimeType: "text/yaml", buffer: Buffer.from(DEPLOYMENT) },
    { name: "a.yaml", mimeType: "text/yaml", buffer: Buffer.from(STATEFUL_SET) },
  ]);
  await expect(dialog(page)).toHaveCount(0);
  await expect(stage(page)).toContainText("db");
  await expect(stage(page)).toContainText("web");
});

test("a file that is no text, or too large, ends in a message", async ({ page }) => {
  await open(page);
  const before = await shown(page);
  await drop(page, "logo.png", [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]);
  await expect(said(page)).toContainText("logo.png is not a text");
  await share(page).click();
  await dialog(page).getByLabel("A file…").setInputFiles({ name: "a.yaml", mimeType: "text/yaml", buffer: Buffer.alloc(5 << 20, "#") });
  await expect(said(page)).toContainText("larger than 4 MB");
  await drop(page, "b.rollscope.json", '{"rollscope": 7}');
  await expect(said(page)).toContainText("version 7");
  expect(await shown(page)).toEqual(before);
});

test("manifests of the same site are loaded at once", async ({ page }) => {
  await page.goto("./?src=static/examples/canary.yaml");
  await expect(page.locator(".cm-editor")).toContainText("partition: 4");
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
});

test.describe("another site", () => {
  const URL_THERE = "https://manifests.example/web.yaml";

  /** What the other site answers; gives the requests that have reached it. */
  async function elsewhere(page, answer) {
    const asked = [];
    await page.route("https://manifests.example/**", (route) => {
      asked.push(route.request());
      return route.fulfill(answer);
    });
    return asked;
  }

  const cors = { "access-control-allow-origin": "*" };

  test("is asked only after the visitor agrees", async ({ page }) => {
    const asked = await elsewhere(page, { body: DEPLOYMENT, headers: cors });
    await page.goto(`./?src=${URL_THERE}`);
    const question = page.getByRole("alertdialog", { name: "Load from another site?" });
    await expect(question).toContainText("https://manifests.example");
    await expect(question).toContainText(URL_THERE);
    await expect(page.locator(".cm-editor")).toBeVisible();
    expect(asked).toEqual([]);
    await question.getByRole("button", { name: "Load from https://manifests.example" }).click();
    await expect(editor(page)).toContainText("name: web");
    await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
    expect(asked).toHaveLength(1);
    expect(await asked[0].headerValue("cookie")).toBe(null);
  });

  test("is not asked if the visitor does not agree", async ({ page }) => {
    const asked = await elsewhere(page, { body: DEPLOYMENT, headers: cors });
    await page.goto(`./?src=${URL_THERE}`);
    await page.getByRole("button", { name: "Don't" }).click();
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
    expect(asked).toEqual([]);
  });

  test("may have a moment", async ({ page }) => {
    await elsewhere(page, { body: JSON.stringify({ rollscope: 1, text: STATEFUL_SET, step: 8 }), headers: cors });
    await page.goto(`./?src=${URL_THERE}`);
    await page.getByRole("button", { name: /^Load from/ }).click();
    await expect(time(page)).toHaveAttribute("aria-valuenow", "8");
  });

  const FAILURES = {
    "nothing there": [{ status: 404, body: "no", headers: cors }, "the site answers 404"],
    "too much": [{ body: Buffer.alloc((4 << 20) + 1, "#"), headers: cors }, "larger than 4 MB"],
    "no text": [{ body: Buffer.from([0, 255, 1, 2]), headers: cors }, "it is not a text"],
  };

  test.describe("that fails", () => {
    test.use({ expected: /404/ });
    for (const [what, [answer, message]] of Object.entries(FAILURES)) {
      test(`says so: ${what}`, async ({ page }) => {
        await elsewhere(page, answer);
        await open(page);
        await run(page, DEPLOYMENT.replace("web", "mine"));
        await page.goto(`./?src=${URL_THERE}`);
        await page.getByRole("button", { name: /^Load from/ }).click();
        await expect(said(page)).toContainText(`${URL_THERE} can't be loaded: `);
        await expect(said(page)).toContainText(message);
        await expect(editor(page)).toContainText("name: mine");
      });
    }
  });

  test.describe("that allows nobody to read it", () => {
    test.use({ expected: /CORS|net::ERR_FAILED/ });
    test("says so", async ({ page }) => {
      const there = createServer((request, response) => response.end(DEPLOYMENT));
      await new Promise((listening) => there.listen(0, "127.0.0.1", listening));
      const url = `http://127.0.0.1:${there.address().port}/web.yaml`;
      await page.goto(`./?src=${url}`);
      await page.getByRole("button", { name: `Load from ${new URL(url).origin}` }).click();
      await expect(said(page)).toContainText(`${url} can't be loaded: `);
      await expect(said(page)).toContainText("does not allow pages of other sites to read it (CORS)");
      there.close();
    });
  });

  test("an address that is none is refused", async ({ page }) => {
    for (const wrong of ["javascript:alert(1)", "data:text/yaml,a", "file:///etc/passwd", "https://"]) {
      await page.goto(`./?src=${encodeURIComponent(wrong)}`);
      await expect(said(page)).toContainText("is no address");
    }
  });
});

test("every form has something to paste, and each carries the moment", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  const [link] = await snippet(page);
  const hash = new URL(link).hash;
  for (const form of ["iframe", "Element", "Markdown image", "mdBook", "Docusaurus, MDX", "Hugo"]) {
    const texts = await snippet(page, form);
    expect(texts.join("\n"), form).toContain(hash);
  }
});

test("pictures and texts can be saved, and the dialog shows one", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  await share(page).click();
  const preview = dialog(page).getByRole("img", { name: "Preview: Deployment web" });
  await expect.poll(() => preview.evaluate((img) => img.naturalWidth)).toBeGreaterThan(400);
  const kinds = {
    "Manifests": /name: web/,
    "Picture (SVG)": /^<svg /,
    "Moving picture (SVG)": /^<svg /,
    "Steps (Markdown)": /kubectl apply/,
    "kubectl session": /\$ kubectl/,
    "Recording (.cast)": /^\{"version":/,
    "History (JSON)": /^\{"format":1/,
    "Recorded run": /^\0rollscope run/,
  };
  for (const [name, content] of Object.entries(kinds)) {
    const saving = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name, exact: true }).click();
    expect(await readFile(await (await saving).path(), "utf8"), name).toMatch(content);
  }
});

test("the dialog by keyboard", async ({ page }) => {
  await open(page);
  await share(page).focus();
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeVisible();
  const before = await time(page).getAttribute("aria-valuenow");
  await page.keyboard.press("ArrowRight");
  expect(await time(page).getAttribute("aria-valuenow"), "the page beneath stays as it is").toBe(before);
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(share(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeVisible();
});
