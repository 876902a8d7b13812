// The main job: paste manifests, step through the rollout in both directions, change it on the way.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, STATEFUL_SET, done, open, run, stage, step } from "./rollout.js";

test.beforeEach(({ page }) => open(page));

/** The stage as markup; attributes in the order of their names, since which was set first is not to be seen. */
function drawing(page) {
  return stage(page).evaluate((node) => {
    const copy = node.cloneNode(true);
    for (const element of copy.querySelectorAll("*")) {
      const attributes = [...element.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { name } of attributes) element.removeAttribute(name);
      for (const { name, value } of attributes) element.setAttribute(name, value);
    }
    return copy.innerHTML;
  });
}

/** Steps with a key until the end says that there's nothing more; gives what each step said. */
async function walk(page, key) {
  const seen = [];
  for (;;) {
    const before = await step(page).textContent();
    seen.push({ said: before, stage: await drawing(page) });
    await page.keyboard.press(key);
    const after = await step(page).textContent();
    const drawn = await drawing(page);
    if (after === before && drawn === seen.at(-1).stage) return seen;
  }
}

test("forward to the end, and exactly the same way back", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Home");
  const there = await walk(page, "ArrowRight");
  expect(there.length).toBeGreaterThan(5);
  expect(there.map(({ said }) => said).join("\n")).toMatch(/deployment-controller: Created ReplicaSet web-\w+/);
  const back = await walk(page, "ArrowLeft");
  expect(back.reverse()).toEqual(there);
});

test("another image at the cursor rolls out", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Set image" }).click();
  await page.getByRole("textbox", { name: "Image" }).fill("nginx:1.13.3");
  await page.getByRole("textbox", { name: "Image" }).press("Enter");
  await expect(step(page)).toHaveText("you: kubectl set image deployment/web web=nginx:1.13.3");
  await expect(done(page)).toHaveCount(2);
  await expect(done(page).last()).toContainText("deployment.apps/web image updated");
  await page.getByRole("heading", { level: 1 }).click();
  const titles = (await walk(page, "ArrowRight")).map(({ said }) => said);
  expect(titles.filter((said) => said.includes("Scaled ReplicaSet")).length).toBeGreaterThan(3);
  await expect(stage(page)).toContainText("nginx:1.13.3");
});

test("a StatefulSet is updated from the highest ordinal down", async ({ page }) => {
  await run(page, STATEFUL_SET);
  await page.getByRole("heading", { level: 1 }).click();
  const created = (await walk(page, "ArrowRight")).map(({ said }) => said.match(/Created .*Pod (db-\d)/)?.[1]);
  expect(created.filter(Boolean)).toEqual(["db-0", "db-1", "db-2"]);
  await page.getByRole("button", { name: "Restart" }).click();
  await expect(step(page)).toHaveText("you: kubectl rollout restart statefulset/db");
  await page.getByRole("heading", { level: 1 }).click();
  const deleted = (await walk(page, "ArrowRight")).map(({ said }) => said.match(/Deleted Pod (db-\d)/)?.[1]);
  expect(deleted.filter(Boolean)).toEqual(["db-2", "db-1", "db-0"]);
});

test("an image that can't be pulled gets stuck, undo helps", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Set image" }).click();
  await page.getByRole("button", { name: /can.t be pulled/ }).click();
  await expect(step(page)).toHaveText("you: kubectl set image deployment/web web=nginx:no-such-tag");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("End");
  await expect(stage(page).getByRole("button", { name: /ImagePullBackOff|ErrImagePull/ }).first()).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /Revision 1 nginx:1.7.9/ }).click();
  await expect(done(page).last()).toContainText("deployment.apps/web rolled back");
  await done(page).last().getByRole("button", { name: /Take back/ }).click();
  await expect(done(page)).toHaveCount(2);
});

test("scaling, pausing and what the server refuses", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("button", { name: "Scale" }).click();
  await page.getByRole("spinbutton", { name: "Replicas" }).fill("100000");
  await page.getByRole("spinbutton", { name: "Replicas" }).press("Enter");
  const said = page.locator(".said");
  await expect(said).toContainText("$ kubectl scale deployment/web --replicas=100000");
  await expect(said).toContainText("100000 replicas are too many here: at most 2000 Pods are simulated");
  await expect(done(page)).toHaveCount(1);
  await page.getByRole("spinbutton", { name: "Replicas" }).fill("6");
  await page.getByRole("spinbutton", { name: "Replicas" }).press("Enter");
  await expect(said).toContainText("deployment.apps/web scaled");
  await page.getByRole("button", { name: "Pause rollout" }).click();
  await expect(said).toContainText("deployment.apps/web paused");
  await page.getByRole("button", { name: "Restart" }).click();
  await expect(said).toContainText("can't restart paused deployment");
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(said).toContainText("deployment.apps/web resumed");
});

test("a clicked Pod tells about itself and can be deleted", async ({ page }) => {
  await run(page, STATEFUL_SET);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("End");
  await stage(page).getByRole("button", { name: /db-1/ }).click();
  const pod = page.getByRole("region", { name: "Pod db-1" });
  await expect(pod).toContainText("Running");
  await expect(pod).toContainText("db-1.db.default.svc.cluster.local");
  await expect(stage(page).getByRole("button", { name: /db-1/, pressed: true })).toBeVisible();
  await pod.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(step(page)).toHaveText("you: kubectl delete pod/db-1");
  await expect(pod).toContainText("Terminating");
});

test("edited manifests are applied at the cursor", async ({ page }) => {
  await run(page, DEPLOYMENT);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("End");
  await run(page, DEPLOYMENT.replace("replicas: 4", "replicas: 2"), "Apply at cursor");
  await expect(page.locator(".said")).toContainText("deployment.apps/web configured");
  await page.getByRole("heading", { level: 1 }).click();
  const titles = (await walk(page, "ArrowRight")).map(({ said }) => said);
  expect(titles.join("\n")).toMatch(/Scaled ReplicaSet web-\w+ from 4 to 2/);
});
