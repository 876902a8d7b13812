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

test("two lines show a rollout, from manifests inside and from an address", async ({ page, visit }) => {
  await visit(`${inline(DEPLOYMENT)}<rollout-view src="db.yaml"></rollout-view>`);
  const [web, db] = [views(page).first(), views(page).last()];
  await shown(web);
  await expect(stage(web)).toContainText("Deployment web");
  await db.scrollIntoViewIfNeeded();
  await expect(stage(db)).toContainText("StatefulSet db");
  await expect(db.locator(".slot")).toHaveCount(3);
  await picture(page, "element-two");
});
