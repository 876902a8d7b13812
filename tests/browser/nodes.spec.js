// The stage by nodes: a key or the switch, the same Pods, and who waits for a node.

import { expect, test } from "./fixtures.js";
import { DEPLOYMENT, open, run, stage } from "./rollout.js";

const node = (page, name) => stage(page).getByRole("group", { name: `Node ${name}` });
const nodes = (page) => page.getByRole("button", { name: "Nodes", exact: true });

test("the same Pods stand on their nodes, and can be opened there", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "To the end" }).click();
  const names = () => stage(page).locator(".tile").evaluateAll((tiles) => tiles.map((tile) => tile.title).sort());
  const before = await names();
  expect(before).toHaveLength(4);
  await page.keyboard.press("n");
  await expect(nodes(page)).toHaveAttribute("aria-pressed", "true");
  await expect(stage(page).getByRole("group", { name: /^Node / })).toHaveCount(3);
  expect(await names()).toEqual(before);
  const tile = node(page, "node-1").locator(".tile").first();
  await tile.click();
  await expect(tile).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("region", { name: /^Pod web-/ })).toContainText("node-1");
  await page.getByRole("button", { name: "Workloads", exact: true }).click();
  await expect(stage(page).getByRole("group", { name: /^Node / })).toHaveCount(0);
  await expect(stage(page).locator(".tile.chosen")).toHaveCount(1);
});

test("a full cluster shows its capacity and the scheduler's reason", async ({ page }) => {
  await open(page);
  const world = "apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {nodes: {small: {cpu: 2, memory: 4Gi}}}\n---\n";
  const requests = "        resources: {requests: {cpu: 700m, memory: 1Gi}}\n";
  await run(page, world + DEPLOYMENT.trimEnd() + `\n${requests}`);
  await page.getByRole("button", { name: "To the end" }).click();
  await nodes(page).click();
  await expect(node(page, "small")).toContainText("1.4 of 2");
  await expect(node(page, "small")).toContainText("2 Gi of 4 Gi");
  const waiting = stage(page).getByRole("group", { name: "Waiting for a node" });
  await expect(waiting.locator(".tile")).toHaveCount(2);
  await expect(waiting).toContainText("0/1 nodes are available: 1 Insufficient cpu.");
});

test("a thousand Pods on their nodes are stepped through without a pause", async ({ page }) => {
  await open(page);
  await run(page, DEPLOYMENT.replace("replicas: 4", "replicas: 1000"));
  await page.getByRole("button", { name: "To the end" }).click();
  await nodes(page).click();
  await expect(stage(page).getByRole("listbox", { name: /^Pods of node node-[123]: 33[34] available$/ })).toHaveCount(3);
  const before = await page.locator(".why .where").textContent();
  const took = await page.getByRole("button", { name: "One step back" }).evaluate(async (button) => {
    const from = performance.now();
    button.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - from;
  });
  await expect(page.locator(".why .where")).not.toHaveText(before);
  // A frame's worth of work, with room for a busy machine.
  expect(took).toBeLessThan(400);
});
