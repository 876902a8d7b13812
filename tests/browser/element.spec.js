// <rollout-view> in somebody else's page: a page in another folder, under a policy that allows what docs/embedding.md says.

import { expect, expectAccessible, test as base } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, picture } from "./rollout.js";
import { serveSite } from "./site.js";

const test = base.extend({
  /** Pages can be added by every test; the paths are its own. */
  site: [
    async ({}, use) => {
      const pages = { "web.yaml": DEPLOYMENT, "db.yaml": STATEFUL_SET };
      const site = await serveSite(pages);
      await use({ ...site, pages });
      site.close();
    },
    { scope: "worker" },
  ],
  /** Opens a page with this body. */
  visit: async ({ page, site }, use, { testId }) => {
    await use(async (body) => {
      site.pages[testId] = body;
      await page.goto(site.url + testId);
    });
  },
});

const inline = (text, attributes = "") => `<rollout-view ${attributes}>
  <script type="application/yaml">
${text.replace(/^/gm, "    ")}
  </script>
</rollout-view>`;

const views = (page) => page.locator("rollout-view");
const shown = (view) => expect(view.locator(".transport")).toBeVisible();
const slider = (view) => view.getByRole("slider", { name: "Time" });
const stage = (view) => view.locator(".stage");
const position = async (view) => Number(await slider(view).getAttribute("aria-valuenow"));
const property = (view, name) => view.evaluate((view, name) => view[name], name);

/** From now on, what the element tells. */
const listen = (view) =>
  view.evaluate((view) => {
    view.told = [];
    for (const name of ["ready", "step", "decision", "end", "error"]) view.addEventListener(name, ({ detail }) => view.told.push([name, detail]));
  });
const told = (view) => view.evaluate((view) => view.told);
const names = async (view) => (await told(view)).map(([name]) => name);

test("two lines show a rollout, from manifests inside and from an address", async ({ page, visit }) => {
  const foreign = [];
  page.on("request", (request) => foreign.push(new URL(request.url()).origin));
  await visit(`${inline(DEPLOYMENT)}<rollout-view src="db.yaml"></rollout-view>`);
  const [web, db] = [views(page).first(), views(page).last()];
  await shown(web);
  await expect(stage(web)).toContainText("Deployment web");
  await db.scrollIntoViewIfNeeded();
  await expect(stage(db)).toContainText("StatefulSet db");
  await expect(db.locator(".slot")).toHaveCount(3);
  expect(new Set(foreign).size, "sites that were asked").toBe(1);
});

test("manifests in a block of code are shown as well: that is what one sees without scripts", async ({ page, visit }) => {
  await visit(`<rollout-view><pre><code class="language-yaml">${DEPLOYMENT}</code></pre></rollout-view>`);
  await shown(views(page));
  await expect(stage(views(page))).toContainText("Deployment web");
});

test("several share one program, and each has a run of its own", async ({ page, visit }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await visit([2, 3, 4].map((replicas) => inline(DEPLOYMENT.replace("replicas: 4", `replicas: ${replicas}`), 'loading="eager" step="end"')).join(""));
  for (const [index, replicas] of [2, 3, 4].entries()) {
    await shown(views(page).nth(index));
    await expect(views(page).nth(index).locator(".tile.available")).toHaveCount(replicas);
  }
  await views(page).nth(1).getByRole("button", { name: "To the start" }).click();
  await expect(views(page).nth(1).locator(".tile")).toHaveCount(0);
  await expect(views(page).nth(2).locator(".tile")).toHaveCount(4);
  const parts = asked.filter((path) => path.endsWith(".wasm"));
  expect(new Set(parts).size, "each part is loaded once").toBe(parts.length);
  expect(parts.filter((path) => path.endsWith("split_rest.wasm"))).toHaveLength(1);
});

test("nothing but the element's own file is loaded before it comes near", async ({ page, visit }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await visit(`<svg width="10" height="3000"></svg>${inline(DEPLOYMENT)}`);
  await expect(views(page).locator(".skeleton")).toBeVisible();
  const ours = asked.filter((url) => url.includes("/lib/"));
  expect(ours.map((url) => url.split("/").pop())).toEqual(["rollout-view.js"]);
  await views(page).scrollIntoViewIfNeeded();
  await shown(views(page));
});

test("a click loads it, and until then there is its picture", async ({ page, visit, site }) => {
  site.pages["poster.svg"] = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3" fill="#7aa7e0"/></svg>';
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await visit(inline(DEPLOYMENT, 'loading="click" poster="poster.svg"'));
  await expect(views(page).locator("img")).toBeVisible();
  await picture(page, "element-poster");
  expect(asked.some((url) => url.endsWith(".wasm"))).toBe(false);
  await views(page).getByRole("button", { name: "Show this rollout" }).click();
  await shown(views(page));
  await expect(views(page).locator("img")).toBeHidden();
  await expect(views(page).getByRole("button", { name: "Show this rollout" })).toBeHidden();
});

test("attributes are properties, and both are followed", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'step="3" speed="2" release="1.34" theme="dark" controls="full" view="nodes" poster="" loading="eager" autoplay'));
  const view = views(page);
  await shown(view);
  const values = await view.evaluate((view) => [view.step, view.speed, view.release, view.theme, view.controls, view.view, view.loading, view.autoplay, view.src]);
  expect(values).toEqual(["3", "2", "1.34", "dark", "full", "nodes", "eager", true, ""]);
  expect(await position(view)).toBe(3);
  await expect(view.getByRole("button", { name: "Speed 2×" })).toBeVisible();
  await expect(view.locator(".node").first()).toBeVisible();
  await expect(view.locator(".strip .curve")).toBeVisible();
  expect(await view.locator(".widget").evaluate((widget) => getComputedStyle(widget).colorScheme)).toBe("dark");
  await view.evaluate((view) => Object.assign(view, { view: "", controls: "basic", step: 5, speed: "8", theme: "light", autoplay: false }));
  await expect(view.locator(".node")).toHaveCount(0);
  await expect(view.locator(".strip")).toHaveCount(0);
  await expect(slider(view)).toHaveAttribute("aria-valuenow", "5");
  await expect(view.getByRole("button", { name: "Speed 8×" })).toBeVisible();
  expect(await view.locator(".widget").evaluate((widget) => getComputedStyle(widget).colorScheme)).toBe("light");
  expect(await view.evaluate((view) => [view.getAttribute("step"), view.hasAttribute("autoplay")])).toEqual(["5", false]);
  await view.evaluate((view) => (view.controls = "none"));
  await expect(view.locator(".transport")).toBeHidden();
  await expect(stage(view)).toBeVisible();
});

test("another address, or another release, shows another run", async ({ page, visit }) => {
  await visit('<rollout-view src="web.yaml" loading="eager"></rollout-view>');
  await shown(views(page));
  await listen(views(page));
  await views(page).evaluate((view) => (view.src = "db.yaml"));
  await expect(stage(views(page))).toContainText("StatefulSet db");
  await views(page).evaluate((view) => (view.release = "1.34"));
  await expect.poll(async () => (await told(views(page))).filter(([name]) => name === "ready").map(([, detail]) => detail.release)).toEqual(["1.36.2", "1.34.0"]);
});

test("the language is that of its texts, whatever the page's", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'lang="de" loading="eager"'));
  await shown(views(page));
  await expect(views(page).locator(".widget")).toHaveAttribute("lang", "en");
});

test("events tell every step, decisions and the end", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'step="0" loading="click"'));
  const view = views(page);
  await listen(view);
  expect(await view.evaluate((view) => view.load())).toBe(true);
  const [[first, ready]] = await told(view);
  expect([first, ready.position, ready.release]).toEqual(["ready", 0, "1.36.2"]);
  expect(ready.steps).toBeGreaterThan(5);
  for (let i = 0; i < 4; i += 1) await view.getByRole("button", { name: "One step forward" }).click();
  await expect.poll(() => names(view)).toContain("decision");
  const decision = (await told(view)).find(([name]) => name === "decision")[1];
  expect(decision.actor).toBe("deployment-controller");
  expect(decision.rule.id).toMatch(/^DEP-\d+$/);
  expect([decision.rule.sentence, decision.saw, decision.title].every((words) => words.length > 5)).toBe(true);
  await view.evaluate((view) => view.seek("end"));
  await expect.poll(async () => (await told(view)).at(-1)).toEqual(["end", expect.objectContaining({ position: ready.steps, steps: ready.steps })]);
  expect(await property(view, "position")).toBe(ready.steps);
});

test("methods play, pause, seek and load", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'step="1" speed="8" loading="click"'));
  const view = views(page);
  await listen(view);
  await view.evaluate((view) => view.play());
  await expect.poll(() => names(view)).toContain("end");
  expect(await property(view, "playing")).toBe(false);
  await view.evaluate((view) => view.seek(2));
  await expect(slider(view)).toHaveAttribute("aria-valuenow", "2");
  await view.evaluate((view) => ((view.speed = "0.5"), view.play()));
  await expect.poll(() => property(view, "playing")).toBe(true);
  await view.evaluate((view) => view.pause());
  await expect.poll(() => property(view, "playing")).toBe(false);
  expect(await view.evaluate((view, text) => view.load(text), STATEFUL_SET)).toBe(true);
  await expect(stage(view)).toContainText("StatefulSet db");
  await view.evaluate((view) => (view.querySelector("script").textContent = "nonsense: ["));
  expect(await view.evaluate((view) => view.load())).toBe(false);
});

test("a listener may remove the element", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'loading="click"'));
  await views(page).evaluate((view) => {
    view.addEventListener("ready", () => view.remove());
    view.load();
  });
  await expect(views(page)).toHaveCount(0);
});

test.describe("autoplay", () => {
  test.use({ contextOptions: { reducedMotion: "no-preference" } });

  test("plays by itself, and waits while it is out of sight", async ({ page, visit }) => {
    // Slow enough that it is still playing when it goes out of sight.
    await visit(`${inline(DEPLOYMENT, 'autoplay speed="1" loading="eager"')}<svg width="10" height="4000"></svg>`);
    await listen(views(page));
    await expect.poll(() => names(views(page))).toContain("step");
    await page.evaluate(() => scrollTo(0, 3900));
    await expect.poll(async () => {
      const before = (await told(views(page))).length;
      await page.waitForTimeout(900);
      return (await told(views(page))).length - before;
    }).toBe(0);
    expect(await names(views(page))).not.toContain("end");
    await views(page).evaluate((view) => (view.speed = "8"));
    await page.evaluate(() => scrollTo(0, 0));
    await expect.poll(() => names(views(page))).toContain("end");
  });
});

test("autoplay respects who wants nothing to move; a press of the button plays", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'autoplay speed="8" loading="eager"'));
  await shown(views(page));
  expect(await property(views(page), "playing")).toBe(false);
  expect(await position(views(page))).toBe(1);
  await views(page).getByRole("button", { name: "Play" }).click();
  await expect.poll(() => property(views(page), "playing")).toBe(true);
});

test("parts can be styled, and nothing else", async ({ page, visit, site }) => {
  site.pages["parts.css"] = `
    rollout-view { height: 500px; }
    rollout-view::part(widget) { border: 3px solid rgb(1, 2, 3); }
    rollout-view::part(stage) { background: rgb(10, 20, 30); }
    rollout-view::part(why), rollout-view::part(transport), rollout-view::part(strip), rollout-view::part(link), rollout-view::part(time) { outline: 4px solid rgb(4, 5, 6); }`;
  await visit(`<link rel="stylesheet" href="parts.css">${inline(DEPLOYMENT, 'loading="eager"')}`);
  const view = views(page);
  await shown(view);
  const style = (part, name) => view.locator(`[part=${part}]`).evaluate((element, name) => getComputedStyle(element)[name], name);
  expect(await style("widget", "borderTopColor")).toBe("rgb(1, 2, 3)");
  expect(await style("stage", "backgroundColor")).toBe("rgb(10, 20, 30)");
  for (const part of ["why", "transport", "strip", "link", "time"]) expect(await style(part, "outlineColor"), part).toBe("rgb(4, 5, 6)");
  expect((await view.boundingBox()).height).toBe(500);
});

test("styles cross the border in neither direction", async ({ page, visit }) => {
  await visit(`<p id="before">Text with a <button>button</button></p>${inline(DEPLOYMENT, 'loading="eager"')}`);
  const looks = () => page.evaluate(() => {
    const outside = [...document.querySelectorAll("body, #before, #before button")];
    return outside.map((element) => JSON.stringify(Object.fromEntries([...getComputedStyle(element)].filter((name) => !/size|origin|width|inline/.test(name)).map((name) => [name, getComputedStyle(element)[name]]))));
  });
  const inside = () => views(page).evaluate((view) =>
    [".heading h2", ".tile", ".transport button", ".clock", ".why h2"].map((selector) => {
      const { color, backgroundColor, fontSize, fontFamily, letterSpacing, textTransform, lineHeight, borderRadius, textAlign } = getComputedStyle(view.shadowRoot.querySelector(selector));
      return { color, backgroundColor, fontSize, fontFamily, letterSpacing, textTransform, lineHeight, borderRadius, textAlign };
    }));
  const before = await looks();
  await shown(views(page));
  expect(await looks()).toEqual(before);
  expect(await page.evaluate(() => [document.styleSheets.length, document.adoptedStyleSheets.length, document.querySelectorAll("style").length])).toEqual([1, 0, 0]);
  const calm = await inside();
  await page.locator("body").evaluate((body) => body.classList.add("hostile"));
  expect(await inside()).toEqual(calm);
  await picture(page, "element-hostile");
});

const ERRORS = {
  "no manifests": ["<rollout-view loading=eager></rollout-view>", /neither the attribute "src" nor manifests inside/],
  "an address that is not there": ['<rollout-view loading=eager src="nowhere.yaml"></rollout-view>', /nowhere\.yaml can't be had: 404/],
  "an address that can't be reached": ['<rollout-view loading=eager src="https://rollscope.invalid/web.yaml"></rollout-view>', /can't be reached/],
  "manifests with mistakes": [inline(DEPLOYMENT.replace("replicas: 4", "replicas: lots").replace("kind: D", "kind: X"), "loading=eager"), /line \d+, column \d+/],
  "a link that was cut off": ['<rollout-view loading=eager src="#1.abc"></rollout-view>', /incomplete or damaged/],
  "an unknown release": [inline(DEPLOYMENT, 'loading=eager release="2.0"'), /unknown Kubernetes release/],
};

test.describe("what can't be had", () => {
  test.use({ expected: /404|Failed to load resource|ERR_|Content Security Policy|Fetch API/ });

  for (const [name, [body, expected]] of Object.entries(ERRORS)) {
    test(name, async ({ page, visit }) => {
      await page.addInitScript(() => {
        // It does not bubble, so it is caught on its way down; what a browser tells of missing files has no detail.
        document.addEventListener("error", ({ detail }) => detail && (window.error = detail), true);
      });
      await visit(body);
      await expect(views(page).getByRole("alert")).toContainText(expected);
      await expect(views(page).locator(".transport")).toHaveCount(0);
      const { fatal, message, diagnostics } = await page.evaluate(() => window.error);
      expect([fatal, message.length > 10, Array.isArray(diagnostics)]).toEqual([true, true, true]);
      await picture(page, `element-error-${name.replaceAll(/\W+/g, "-")}`);
    });
  }

  test("a step that is not there is said, and the run is shown", async ({ page, visit }) => {
    await visit(inline(DEPLOYMENT, 'loading=eager step="4000"'));
    await shown(views(page));
    await expect(views(page).getByRole("alert")).toContainText("There is no step 4000");
    await picture(page, "element-error-step");
    await listen(views(page));
    await views(page).evaluate((view) => view.seek("soon"));
    await expect.poll(() => told(views(page))).toEqual([["error", { fatal: false, message: 'step "soon" is neither a number nor "end".', diagnostics: [] }]]);
    await views(page).getByRole("button", { name: "To the start" }).click();
    await expect(views(page).getByRole("alert")).toBeHidden();
  });

  test("a program that can't be loaded is said, and can be asked for again", async ({ page, visit }) => {
    await page.route("**/*_bg.wasm", (route) => route.abort());
    await visit(inline(DEPLOYMENT, "loading=click"));
    await views(page).getByRole("button", { name: "Show this rollout" }).click();
    await expect(views(page).getByRole("alert")).toContainText("can't be loaded");
    await page.unroute("**/*_bg.wasm");
    expect(await views(page).evaluate((view) => view.load())).toBe(true);
    await shown(views(page));
  });
});

test("keys work inside, and only there", async ({ page, visit }) => {
  await visit(`<label>Search <input></label>${inline(DEPLOYMENT, 'step="3" loading="eager"')}${inline(DEPLOYMENT, 'step="3" loading="eager"')}`);
  const [one, other] = [views(page).first(), views(page).last()];
  await shown(one);
  await shown(other);
  await page.locator("body").press("ArrowRight");
  expect(await position(one)).toBe(3);
  await stage(one).click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => position(one)).toBeGreaterThan(3);
  await page.keyboard.press("Home");
  await expect(slider(one)).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("End");
  await expect(one.getByRole("button", { name: "To the end" })).toBeDisabled();
  expect(await position(other)).toBe(3);
  await one.locator(".tile").first().focus();
  await page.keyboard.press("Enter");
  await expect(one.getByRole("region", { name: /^Pod / })).toBeVisible();
  await picture(page, "element-pod");
  await page.keyboard.press("Escape");
  await expect(one.getByRole("region", { name: /^Pod / })).toHaveCount(0);
  await slider(one).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(one.getByRole("button", { name: "To the end" })).toBeEnabled();
});

test("a drag along the line goes to that time", async ({ page, visit }) => {
  await visit(inline(DEPLOYMENT, 'step="0" loading="eager"'));
  await shown(views(page));
  const box = await slider(views(page)).boundingBox();
  await page.mouse.move(box.x + 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 10, { steps: 4 });
  await page.mouse.up();
  expect(await position(views(page))).toBeGreaterThan(3);
});

test("it only shows: nothing in it changes the run", async ({ page, visit }) => {
  await visit('<rollout-view src="db.yaml" loading="eager" step="end"></rollout-view>');
  await shown(views(page));
  await expect(views(page).getByText("partition 0")).toBeVisible();
  await expect(views(page).getByRole("slider", { name: /Partition/ })).toHaveCount(0);
  await views(page).locator(".tile").first().click();
  await expect(views(page).getByRole("region", { name: /^Pod / })).toBeVisible();
  await expect(views(page).getByRole("button", { name: "Delete" })).toHaveCount(0);
});

test("the rest of the way: rules and the page, with this run at this step", async ({ page, visit, site }) => {
  await visit(inline(DEPLOYMENT, 'step="7" loading="eager"'));
  await shown(views(page));
  const rule = views(page).locator("a.rule").first();
  expect(await rule.evaluate((link) => link.href)).toMatch(new RegExp(`^${site.program}rules.html#[A-Z]+-\\d+$`));
  const opened = page.waitForEvent("popup");
  await views(page).getByRole("link", { name: "Open in Rollscope" }).click();
  const { href, hash } = new URL((await opened).url());
  expect(href.startsWith(site.program)).toBe(true);
  expect(hash).toMatch(/^#1\.[\w-]{100,}$/);
  await visit(`<rollout-view loading="eager" src="${hash}"></rollout-view>`);
  await shown(views(page));
  await expect(stage(views(page))).toContainText("Deployment web");
  expect(await position(views(page))).toBe(7);
});

test("an element that is moved keeps what it shows; one that is removed shows it anew when it comes back", async ({ page, visit }) => {
  await visit(`${inline(DEPLOYMENT, 'step="3" loading="eager"')}<section></section>`);
  await shown(views(page));
  await views(page).getByRole("button", { name: "One step forward" }).click();
  const there = await position(views(page));
  await listen(views(page));
  await views(page).evaluate((view) => document.querySelector("section").append(view));
  await page.evaluate(() => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))));
  expect(await position(views(page))).toBe(there);
  await views(page).getByRole("button", { name: "One step forward" }).click();
  expect(await position(views(page))).toBeGreaterThan(there);
  expect(await names(views(page))).not.toContain("ready");
  await page.evaluate(async () => {
    const view = document.querySelector("rollout-view");
    view.remove();
    await new Promise((frame) => requestAnimationFrame(frame));
    document.body.append(view);
  });
  await shown(views(page));
  expect(await position(views(page))).toBe(3);
  expect(await names(views(page))).toContain("ready");
});

test("a hundred come and go, and nothing of them stays", async ({ page, visit }) => {
  test.slow();
  await visit("<section></section>");
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const mount = (times) => page.evaluate(async ([times, text]) => {
    const place = document.querySelector("section");
    for (let i = 0; i < times; i += 1) {
      const view = document.createElement("rollout-view");
      view.loading = "click";
      place.append(view);
      await view.load(text);
      view.seek("end");
      view.remove();
      await new Promise((done) => setTimeout(done));
    }
  }, [times, DEPLOYMENT]);
  const held = async () => {
    for (let i = 0; i < 3; i += 1) await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const metric = (name) => metrics.find((each) => each.name === name).value;
    const memory = await page.evaluate(async () => {
      const script = performance.getEntriesByType("resource").find(({ name }) => /rollscope-page-[^/]*\.js$/.test(name)).name;
      return (await (await import(script)).default()).memory.buffer.byteLength;
    });
    return { nodes: metric("Nodes"), listeners: metric("JSEventListeners"), heap: metric("JSHeapUsedSize"), memory };
  };
  await mount(20);
  const before = await held();
  await mount(100);
  const after = await held();
  expect(after.nodes - before.nodes, "nodes").toBeLessThan(50);
  expect(after.listeners - before.listeners, "listeners").toBeLessThan(10);
  expect(after.heap - before.heap, "bytes of the script's heap").toBeLessThan(300_000);
  expect(after.memory, "bytes of the program's memory").toBe(before.memory);
});

test("a page for a frame: a moment fills it, and the query has the attributes", async ({ page, visit, site }) => {
  await visit(inline(DEPLOYMENT, 'step="7" loading="eager"'));
  await shown(views(page));
  const link = views(page).getByRole("link", { name: "Open in Rollscope" });
  await link.dispatchEvent("pointerdown");
  const { hash } = new URL(await link.evaluate((link) => link.href));
  await visit(`<iframe title="A rollout" width="600" height="480" src="/lib/rollscope/embed.html?theme=dark&controls=none${hash}"></iframe>
    <iframe title="Another" width="600" height="480" src="/lib/rollscope/embed.html?src=${encodeURIComponent("/docs/db.yaml")}&step=3"></iframe>`);
  const [one, other] = [page.frameLocator("iframe").first(), page.frameLocator("iframe").last()];
  await expect(one.locator(".stage")).toContainText("Deployment web");
  await expect(one.locator(".transport")).toBeHidden();
  expect(await one.locator("rollout-view").evaluate((view) => [view.position, view.clientHeight, getComputedStyle(document.body).backgroundColor])).toEqual([7, 480, "rgba(0, 0, 0, 0)"]);
  expect(await one.locator(".widget").evaluate((widget) => getComputedStyle(widget).colorScheme)).toBe("dark");
  await expect(other.locator(".stage")).toContainText("StatefulSet db");
  await expect(other.getByRole("slider", { name: "Time" })).toHaveAttribute("aria-valuenow", "3");
  await picture(page, "element-frames");
});

test("a page for a frame without anything says so; another site's manifests wait for a click", async ({ page, site }) => {
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${site.program}embed.html`);
  await expect(page.getByRole("alert")).toContainText("There is nothing to show");
  await page.goto(`${site.program}embed.html?src=https://rollscope.invalid/web.yaml`);
  await expect(page.getByRole("button", { name: "Show this rollout" })).toBeVisible();
  expect(asked.filter((url) => new URL(url).hostname === "rollscope.invalid")).toEqual([]);
});

const WIDTHS = { wide: 1000, column: 680, phone: 360, tiny: 240 };
const UPDATE = `${DEPLOYMENT}---
apiVersion: rollscope.dev/v1
kind: Scenario
title: an update
interventions:
- {at: 30, run: kubectl set image deployment/web web=nginx:1.9.1}
`;

for (const colorScheme of ["light", "dark"]) {
  for (const [name, width] of Object.entries(WIDTHS)) {
    test(`fits its place: ${name}, ${colorScheme}`, async ({ page, visit }) => {
      test.slow();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: Math.max(width + 60, 280), height: 1900 });
      await visit(`${inline(UPDATE, "loading=eager")}${inline(STATEFUL_SET, "loading=eager step=9")}${inline(UPDATE, 'loading=eager controls="full"')}`);
      for (const index of [0, 1, 2]) await shown(views(page).nth(index));
      await picture(page, `element-${name}-${colorScheme}`);
      await expectAccessible(page);
      const over = await page.evaluate(() => {
        const wide = [document.documentElement, ...document.querySelectorAll("rollout-view")].map((each) => each.scrollWidth - each.clientWidth);
        const inside = [...document.querySelectorAll("rollout-view")].flatMap((view) => [...view.shadowRoot.querySelectorAll(".workloads, .why, .time")].map((each) => each.scrollWidth - each.clientWidth));
        return Math.max(...wide, ...inside);
      });
      expect(over, "pixels that stick out").toBeLessThanOrEqual(0);
    });
  }
}
