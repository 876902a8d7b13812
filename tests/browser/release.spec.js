// Another release: the same scenario simulated anew, and what is different there.

import { expect, test } from "./fixtures.js";
import { STATEFUL_SET, open, run, step } from "./rollout.js";

const TWO_AT_ONCE = `${STATEFUL_SET}  podManagementPolicy: Parallel
  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}
---
apiVersion: rollscope.dev/v1
kind: Scenario
interventions:
- at: 30
  run: kubectl set image statefulset/db db=nginx:1.9.1
`;

test("1.37 updates two Pods at once, says so, and leads there", async ({ page }) => {
  await open(page);
  await run(page, TWO_AT_ONCE);
  const release = page.getByRole("combobox", { name: "Kubernetes release" });
  const line = page.locator(".difference");
  await expect(release.getByRole("option", { selected: true })).toHaveText("1.36");
  await expect(line).toHaveCount(0);
  await release.selectOption("1.37");
  await expect(line).toContainText("first at step 8 (00:30.0)");
  await expect(step(page)).toHaveText("you: kubectl apply -f manifests.yaml");
  await line.click();
  await expect(step(page)).toContainText("Deleted 2 Pods");
  await release.selectOption("1.35.4");
  await expect(line).toHaveText("compared with 1.36: no step differs");
  await expect(page.locator(".clock")).toHaveText("00:30.0");
  await release.selectOption("1.36");
  await expect(line).toHaveCount(0);
});
