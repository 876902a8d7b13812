// For eyes and screen readers: pictures of the main states in target/screenshots, what axe-core finds in them, and
// nothing that has to be scrolled sideways.

import { expect, expectAccessible, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, open, paste, picture, run, stage } from "./rollout.js";

const SIZES = { wide: { width: 1440, height: 1000 }, narrow: { width: 375, height: 812 } };

/** A name, and the way to a state of the page that is worth a look. */
const STATES = {
  "first-visit": async () => {},
  "stuck": async (page) => {
    await example(page, "A typo in the image");
    await page.keyboard.press("End");
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowLeft");
  },
  "proportional": async (page) => {
    await example(page, "Scaled in mid-rollout");
    await page.keyboard.press("End");
    for (let i = 0; i < 25; i += 1) await page.keyboard.press("ArrowLeft");
  },
  "stateful-set": async (page) => {
    await example(page, "A StatefulSet and its claims");
    await page.keyboard.press("End");
    for (let i = 0; i < 18; i += 1) await page.keyboard.press("ArrowLeft");
  },
  "pod-and-answer": async (page) => {
    await example(page, "A canary by partition");
    await page.keyboard.press("End");
    await stage(page).getByRole("button", { name: /web-3/ }).click();
    await page.getByRole("button", { name: "Restart", exact: true }).click();
    await page.getByRole("button", { name: "Set image", exact: true }).click();
  },
  "lost-requests": async (page) => {
    await example(page, "Why were requests lost?");
    await page.keyboard.press("End");
    while (!(await page.locator(".failing").count())) await page.keyboard.press("ArrowLeft");
    await page.locator(".failing").first().scrollIntoViewIfNeeded();
  },
  "dead-node": async (page) => {
    await example(page, "The node died; why does the Pod not move?");
    await page.keyboard.press("End");
    for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowLeft");
  },
  "everybody-else": async (page) => {
    await example(page, "Why does the drain hang?");
    await page.keyboard.press("End");
    for (let i = 0; i < 30; i += 1) await page.keyboard.press("ArrowLeft");
    await page.getByText("Everybody else", { exact: true }).click();
    await page.locator(".others ul").scrollIntoViewIfNeeded();
  },
  "autoscaler": async (page) => {
    await example(page, "Why does apply shrink it?");
    await page.keyboard.press("End");
    for (let i = 0; i < 9; i += 1) await page.keyboard.press("ArrowLeft");
  },
  "config-map": async (page) => {
    const tab = page.getByRole("button", { name: "Manifests", exact: true });
    const map = (mode) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {mode: ${mode}}\n`;
    const reader = DEPLOYMENT.trimEnd() + "\n        envFrom: [{configMapRef: {name: app}}]\n";
    if (await tab.isVisible()) await tab.click();
    await paste(page, `${map("fast")}---\n${reader}`);
    await page.getByRole("button", { name: "Run from start" }).click();
    await page.getByRole("button", { name: "To the end" }).click();
    if (await tab.isVisible()) await tab.click();
    await paste(page, `${map("slow")}---\n${reader}`);
    await page.getByRole("button", { name: "Apply at cursor" }).click();
    await expect(page.locator(".why")).toContainText("kubectl rollout restart deployment/web");
  },
  "report": async (page) => {
    await example(page, "Why were requests lost?");
    await openReport(page);
    await page.keyboard.press("End");
  },
  "report-of-a-stall": async (page) => {
    await example(page, "A typo in the image");
    await openReport(page);
  },
  "zoomed": async (page) => {
    await page.keyboard.press("End");
    for (let i = 0; i < 24; i += 1) await page.keyboard.press("ArrowLeft");
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("+");
    await page.locator(".overview").scrollIntoViewIfNeeded();
  },
  "nodes": async (page) => {
    await example(page, "The node died; why does the Pod not move?");
    await page.keyboard.press("End");
    for (let i = 0; i < 5; i += 1) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("n");
  },
  "nodes-full": async (page) => {
    await example(page, "Why does it never roll?");
    await page.getByRole("button", { name: "Nodes", exact: true }).click();
    await page.keyboard.press("End");
    while (!(await page.getByText("Insufficient cpu").count())) await page.keyboard.press("ArrowLeft");
  },
  "nodes-1000": async (page) => {
    const world = "apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {nodes: {a: {cpu: 300}, b: {cpu: 300}, c: {cpu: 300, taints: ['gpu=yes:PreferNoSchedule']}}}\n---\n";
    await runThere(page, world + DEPLOYMENT.replace("replicas: 4", "replicas: 1000").trimEnd() + "\n        resources: {requests: {cpu: 1}}\n");
    await page.keyboard.press("n");
    await expect(page.locator(".nodes .block")).toHaveCount(10);
  },
  "crowd-failing": async (page) => {
    await runThere(page, DEPLOYMENT.replace("replicas: 4", "replicas: 1000"));
    await page.getByRole("button", { name: "Set image" }).click();
    await page.getByRole("button", { name: /can.t be pulled/ }).click();
    await page.getByRole("heading", { level: 1 }).click();
    while (!(await page.locator(".block path.broken").count())) await page.keyboard.press("ArrowRight");
    await page.locator(".field").last().focus();
  },
  "crowd-in-slots": async (page) => {
    const set = STATEFUL_SET.replace("replicas: 3", "replicas: 1000\n  podManagementPolicy: Parallel\n  updateStrategy: {rollingUpdate: {partition: 420}}");
    await runThere(page, set);
    await page.getByRole("button", { name: "Restart" }).click();
    await page.getByRole("heading", { level: 1 }).click();
    for (let i = 0; i < 30; i += 1) await page.keyboard.press("ArrowRight");
    await page.locator(".block svg").nth(3).click({ position: { x: 40, y: 40 }, force: true });
  },
  "crowd-10000": async (page) => {
    const limits = "apiVersion: rollscope.dev/v1\nkind: Scenario\nlimits: {pods: 20000}\n---\n";
    await runThere(page, limits + DEPLOYMENT.replace("replicas: 4", "replicas: 10000"));
    await expect(async () => {
      await page.keyboard.press("End");
      expect(await page.locator(".block").count()).toBe(100);
    }).toPass();
  },
  "partition": async (page) => {
    await example(page, "A canary by partition");
    await page.keyboard.press("End");
    const line = page.getByRole("slider", { name: "Partition of web" });
    while ((await line.getAttribute("aria-valuenow")) !== "4") await page.keyboard.press("ArrowLeft");
    await line.focus();
    await line.press("ArrowLeft");
    await line.press("ArrowLeft");
  },
  "pod-containers": async (page) => {
    await example(page, "Why is it restarted for ever?");
    await page.keyboard.press("End");
    await stage(page).locator(".tile").first().click();
    await page.getByRole("button", { name: "Containers", exact: true }).click();
  },
  "pod-events": async (page) => {
    await example(page, "A typo in the image");
    await page.keyboard.press("End");
    while (!(await stage(page).locator(".tile.broken").count())) await page.keyboard.press("ArrowLeft");
    await stage(page).locator(".tile.broken").first().click();
    await page.getByRole("button", { name: "Events", exact: true }).click();
  },
  "pod-yaml": async (page) => {
    await stage(page).locator(".tile").first().click();
    await page.getByRole("button", { name: "YAML", exact: true }).click();
  },
  "compared": async (page) => {
    await example(page, "A typo in the image");
    await page.keyboard.press("End");
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowLeft");
    await page.getByRole("button", { name: "Scale", exact: true }).click();
    await page.getByRole("spinbutton", { name: "Replicas" }).fill("6");
    await page.getByRole("form", { name: "Scale" }).getByRole("button").click();
    await page.getByRole("combobox", { name: "Compare with" }).selectOption("original");
    await openReport(page);
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowRight");
  },
  "compared-many": async (page) => {
    const tab = page.getByRole("button", { name: "Manifests", exact: true });
    const many = (more) => `${DEPLOYMENT.replace("replicas: 4", `replicas: 1000\n  strategy: {rollingUpdate: {maxSurge: ${more}}}`)}---
apiVersion: rollscope.dev/v1
kind: Scenario
interventions:
- {at: 30, run: kubectl set image deployment/web web=nginx:1.9.1}
`;
    for (const surge of ["10%", "40%"]) {
      if (await tab.isVisible()) await tab.click();
      await paste(page, many(surge));
      await page.getByRole("button", { name: "Run from start" }).click();
      await expect(page.locator(".budget .ceiling")).toContainText(surge === "10%" ? "1100" : "1400", { timeout: 60000 });
    }
    await page.getByRole("combobox", { name: "Compare with" }).selectOption("before the edit");
    await page.getByRole("button", { name: /^first difference at/ }).click();
    await page.getByRole("heading", { level: 1 }).click();
    for (let i = 0; i < 8; i += 1) await page.keyboard.press("ArrowRight");
  },
  "kubectl-table": async (page) => {
    await example(page, "A typo in the image");
    await page.keyboard.press("End");
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowLeft");
    await kubectl(page, "get deploy,rs,pods");
  },
  "kubectl-watch": async (page) => {
    await example(page, "A canary by partition");
    await page.keyboard.press("End");
    for (let i = 0; i < 9; i += 1) await page.keyboard.press("ArrowLeft");
    await kubectl(page, "get pods -w");
    await page.getByRole("combobox", { name: "kubectl command" }).fill("rollout ");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
  },
  "kubectl-answers": async (page) => {
    await example(page, "A typo in the image");
    await page.keyboard.press("End");
    await kubectl(page, "rollout undo deploy/nginx-deployment --to-revision=9");
    await page.getByRole("button", { name: "status", exact: true }).click();
    await kubectl(page, "scale deploy/nginx-deployment --replicas=7");
  },
  "kubectl-wide": async (page) => {
    await example(page, "A StatefulSet and its claims");
    await page.keyboard.press("End");
    await kubectl(page, "describe pod web-0");
    const wide = page.getByRole("button", { name: "Make the pane wide" });
    if (await wide.isVisible()) await wide.click();
  },
  "examples-menu": async (page) => {
    await page.getByRole("button", { name: "Examples" }).click();
  },
  "help": async (page) => {
    await page.getByRole("button", { name: "Help" }).click();
  },
  "share": async (page) => {
    await page.getByRole("button", { name: "Share", exact: true }).click();
  },
  "share-hugo": async (page) => {
    await example(page, "A canary by partition");
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await page.getByRole("button", { name: "Hugo", exact: true }).click();
    await page.frameLocator("iframe.live").getByRole("button", { name: "Play" }).waitFor();
  },
  "share-asked": async (page) => {
    await page.goto("./?src=https://raw.example/some/organisation/repository/main/deploy/manifests.yaml");
    await expect(page.getByRole("alertdialog")).toBeVisible();
  },
  "share-opened": async (page) => {
    const tab = page.getByRole("button", { name: "Manifests", exact: true });
    if (await tab.isVisible()) await tab.click();
    await paste(page, DEPLOYMENT);
    await page.evaluate(() => (location.hash = "#1.AAAA"));
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByRole("button", { name: "Share", exact: true }).click();
    const file = { name: "a.yaml", mimeType: "text/yaml", buffer: Buffer.from(DEPLOYMENT.replaceAll("web", "other")) };
    await page.getByLabel("A file…").setInputFiles(file);
    await page.getByRole("button", { name: "Bring it back" }).waitFor();
    await page.evaluate(() => (location.hash = "#2.AAAA"));
    await expect(page.getByRole("alert")).toContainText("version 2");
  },
  "findings": async (page) => {
    const tab = page.getByRole("button", { name: "Manifests", exact: true });
    if (await tab.isVisible()) await tab.click();
    await paste(page, `kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\n${DEPLOYMENT.replace("spec:\n      c", "spec:\n      x")}`);
    await page.getByRole("button", { name: "Run from start" }).click();
    await expect(page.locator(".findings")).toContainText("error");
  },
  "start": async (page) => {
    await page.keyboard.press("Home");
  },
};

async function openReport(page) {
  await page.getByRole("button", { name: /^Report/ }).click();
  await page.locator(".report").scrollIntoViewIfNeeded();
}

async function kubectl(page, line) {
  const tab = page.getByRole("button", { name: "kubectl", exact: true });
  if (await tab.isVisible()) await tab.click();
  const prompt = page.getByRole("combobox", { name: "kubectl command" });
  await prompt.fill(line);
  await prompt.press("Enter");
}

async function example(page, title) {
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("button", { name: title }).click();
  await expect(page.locator("p.announced")).toHaveText(/kubectl apply/);
  await page.getByRole("heading", { level: 1 }).click();
}

/** Runs a text to its end; on a narrow screen the editor is behind a tab. */
async function runThere(page, text) {
  const tab = page.getByRole("button", { name: "Manifests", exact: true });
  if (await tab.isVisible()) await tab.click();
  await paste(page, text);
  await page.getByRole("button", { name: "Run from start" }).click();
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByRole("heading", { level: 1 }).click();
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport, colorScheme: "light" });
    for (const [name, goThere] of Object.entries(STATES)) {
      test(name, async ({ page }) => {
        if (["crowd-10000", "compared-many"].includes(name)) test.slow();
        await page.goto("./");
        await expect(page.locator(".cm-editor")).toBeAttached();
        await goThere(page);
        for (const colorScheme of ["light", "dark"]) {
          // The page follows the system while one looks at it.
          await page.emulateMedia({ colorScheme });
          await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
          await picture(page, `${name}-${size}-${colorScheme}`);
          await expectAccessible(page);
        }
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wider, "pixels to the right of the window").toBeLessThanOrEqual(0);
      });
    }
  });
}

test.describe("on a wall of 3840 by 2160", () => {
  test.use({ viewport: { width: 3840, height: 2160 } });

  test("everything is larger, fits, and is where one clicks", async ({ page }) => {
    await open(page);
    await expect(page.getByRole("combobox", { name: "kubectl command" })).toBeVisible();
    await picture(page, "wall");
    const [title, wall] = [page.getByRole("heading", { level: 1 }), page.getByRole("slider", { name: "Time" })];
    expect((await title.boundingBox()).height).toBeGreaterThan(35);
    const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    expect(size).toEqual([3840, 2160]);
    const there = await wall.getAttribute("aria-valuenow");
    const cursor = await page.locator(".strip .cursor").boundingBox();
    await page.keyboard.press("Home");
    await page.mouse.click(cursor.x + cursor.width / 2 + 1, (await wall.boundingBox()).y + 200);
    await expect(wall).toHaveAttribute("aria-valuenow", there);
  });
});

test("the other colours are one click away, and stay", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  await page.getByRole("button", { name: "Dark colours" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await run(page, DEPLOYMENT);
  // What was chosen holds, whatever the system does.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
  await run(page, DEPLOYMENT);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
