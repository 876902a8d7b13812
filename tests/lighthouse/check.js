// Lighthouse against the release build in dist/, as a phone and as a desktop: accessibility, best practices and what search
// engines want are held at their bars. Performance depends on the machine, and is only printed.

import { chromium } from "@playwright/test";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import { serve } from "../browser/serve.js";

/** The least score of each category, of 100. */
const BARS = { accessibility: 100, "best-practices": 100, seo: 100 };

/** Of a site there may be one; the page lies in a folder of somebody's site. */
const SKIPPED = ["robots-txt"];

/** What is looked at, and how: by default Lighthouse is a phone. */
const VISITS = [
  { page: "", as: "phone", more: ["performance"] },
  { page: "", as: "desktop", config: desktopConfig, more: [] },
  { page: "rules.html", as: "phone", more: [] },
];

const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const server = await serve();
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? chromium.executablePath(),
  chromeFlags: [...FLAGS, ...QUIET],
});
let failed = false;
try {
  for (const visit of VISITS) failed = !(await passes(visit)) || failed;
} finally {
  await chrome.kill();
  server.close();
}
process.exitCode = failed ? 1 : 0;

/** Prints the scores of a visit, and what is found; whether all are as high as their bars. */
async function passes({ page, as, config, more }) {
  const onlyCategories = [...Object.keys(BARS), ...more];
  const flags = { port: chrome.port, logLevel: "error", onlyCategories, skipAudits: SKIPPED };
  const { lhr } = await lighthouse(server.url + page, flags, config);
  const score = ({ score }) => Math.round((score ?? 0) * 100);
  const categories = Object.values(lhr.categories);
  const scores = categories.map((category) => `${category.title} ${score(category)}`);
  console.log(`${page || "the page"} on a ${as}: ${scores.join(", ")}`);
  const low = categories.filter((category) => score(category) < (BARS[category.id] ?? 0));
  for (const line of low.flatMap((category) => findings(category, lhr.audits))) console.log(`  ${line}`);
  return low.length === 0;
}

/** What a category lost points for, and where. */
function findings({ id, auditRefs }, audits) {
  const lost = auditRefs.filter((ref) => ref.weight > 0 && audits[ref.id].score !== null && audits[ref.id].score < 1);
  return lost.flatMap(({ id: audit }) => {
    const places = (audits[audit].details?.items ?? []).map((item) => item.node?.selector ?? item.url ?? "");
    return [`${id}: ${audit}: ${audits[audit].title}`, ...places.map((place) => `  ${place}`)];
  });
}
