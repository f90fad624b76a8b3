// Drives Chromium for tests/contract/conftest.py: node driver.mjs /usr/bin/chromium
// Each line on stdin is an order, as JSON: its name, and what is given with it. Each is answered with a line on stdout:
// {"value": …}, or {"error": …} if it failed. It ends with stdin.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const PATIENCE = 15_000; // milliseconds

const browser = await puppeteer.launch({
  executablePath: process.argv[2],
  headless: true, // the new mode: the same code as with a window
  protocolTimeout: PATIENCE,
  args: [
    "--no-sandbox", // root has none
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", // nothing but this machine is reached
  ],
});

let context; // a profile of its own for each page that is opened
let pages; // the page, and windows that it opened: the last is the one in use
let seen;

/** Keep what a page asks for, and what goes wrong on it. */
async function watch(page) {
  page.setDefaultTimeout(PATIENCE);
  page.on("request", (request) => request.url().startsWith("data:") || seen.requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && seen.problems.push(message.text()));
  page.on("pageerror", (error) => seen.problems.push(String(error)));
  const session = await page.createCDPSession();
  // Violations of the content security policy stand here also if the console says nothing.
  session.on("Audits.issueAdded", ({ issue }) => {
    if (issue.code === "ContentSecurityPolicyIssue") seen.problems.push(JSON.stringify(issue));
  });
  await session.send("Audits.enable");
  pages.push(page);
}

const orders = {
  /** Open a page, and forget what was before. */
  async open(url) {
    await context?.close();
    context = await browser.createBrowserContext();
    pages = [];
    seen = { requests: [], problems: [] };
    await watch(await context.newPage());
    await pages.at(-1).goto(url);
  },

  /** Go on to another page in the same window. */
  async visit(url) {
    await pages.at(-1).goto(url);
  },

  /** Show pages as on a screen of so many pixels, light or dark. */
  async screen(width, height, scheme) {
    await pages.at(-1).setViewport({ width, height, isMobile: width < 600, hasTouch: width < 600 });
    await pages.at(-1).emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  },

  /** Keep a picture of the whole page. */
  async shoot(path) {
    await pages.at(-1).screenshot({ path, fullPage: true });
  },

  /** The value of an expression on the page; of a promise, what it comes to. */
  evaluate: (expression) => pages.at(-1).evaluate(expression),

  /** Wait until an expression on the page is true. */
  async until(expression) {
    await pages.at(-1).waitForFunction(expression, { polling: 20 });
  },

  /** Click what a selector finds, and wait for the page that it leads to. */
  async click(selector) {
    await Promise.all([pages.at(-1).waitForNavigation(), pages.at(-1).click(selector)]);
  },

  /** Go on in the window that the page opens. */
  async popup() {
    const opener = pages.at(-1).target();
    const target = await context.waitForTarget((each) => each.opener() === opener, { timeout: PATIENCE });
    await watch(await target.page());
  },

  /** Close that window. */
  close: () => pages.pop().close(),

  /** What was asked for (URLs), and what went wrong (texts), since the page was opened. */
  seen: () => seen,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [order, ...given] = JSON.parse(line);
  let answer;
  try {
    answer = { value: await orders[order](...given) };
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
await browser.close();
