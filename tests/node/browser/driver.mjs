// Controls Chromium for tests/contract/conftest.py: node driver.mjs /usr/bin/chromium
// Each line on stdin is a command, as a JSON array of its name and its arguments. Each result is a line on stdout:
// {"value": …}, or {"error": …} if the command failed. The driver ends at the end of stdin.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const TIMEOUT = 15_000; // milliseconds

const browser = await puppeteer.launch({
  executablePath: process.argv[2],
  headless: true, // the new headless mode, which runs the same code as with a window
  protocolTimeout: TIMEOUT,
  args: [
    "--no-sandbox", // Chromium's sandbox does not work for root
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", // only this machine is reachable
  ],
});

let context; // the profile, a new one for each opened page
let pages; // the page and the windows that it opened; commands use the last one
let recorded; // requests and problems since the page was opened

/** Record the requests of a page, and its errors. */
async function watch(page) {
  page.setDefaultTimeout(TIMEOUT);
  page.on("request", (request) => request.url().startsWith("data:") || recorded.requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && recorded.problems.push(message.text()));
  page.on("pageerror", (error) => recorded.problems.push(String(error)));
  const session = await page.createCDPSession();
  // Violations of the content security policy are reported here even if the console has no message.
  session.on("Audits.issueAdded", ({ issue }) => {
    if (issue.code === "ContentSecurityPolicyIssue") recorded.problems.push(JSON.stringify(issue));
  });
  await session.send("Audits.enable");
  pages.push(page);
}

const commands = {
  /** Open a page in a new profile, and clear the records. */
  async open(url) {
    await context?.close();
    context = await browser.createBrowserContext();
    pages = [];
    recorded = { requests: [], problems: [] };
    await watch(await context.newPage());
    await pages.at(-1).goto(url);
  },

  /** Navigate to another page in the same window. */
  async visit(url) {
    await pages.at(-1).goto(url);
  },

  /** Set the size of the screen in pixels, and its colour scheme: light or dark. */
  async screen(width, height, scheme) {
    await pages.at(-1).setViewport({ width, height, isMobile: width < 600, hasTouch: width < 600 });
    await pages.at(-1).emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  },

  /** Save a screenshot of the whole page. */
  async screenshot(path) {
    await pages.at(-1).screenshot({ path, fullPage: true });
  },

  /** Return the value of an expression on the page, or the result of a promise. */
  evaluate: (expression) => pages.at(-1).evaluate(expression),

  /** Wait until an expression on the page is true. */
  async waitFor(expression) {
    await pages.at(-1).waitForFunction(expression, { polling: 20 });
  },

  /** Click the element of a selector, and wait for the navigation. */
  async click(selector) {
    await Promise.all([pages.at(-1).waitForNavigation(), pages.at(-1).click(selector)]);
  },

  /** Type a text into the element of a selector, in place of what it has. */
  async type(selector, text) {
    await pages.at(-1).$eval(selector, (element) => { element.value = ""; });
    await pages.at(-1).type(selector, text);
  },

  /** Answer requests of the page for a URL with HTML, in place of the server. */
  async answer(url, body) {
    await pages.at(-1).setRequestInterception(true);
    pages.at(-1).on("request", (request) =>
      request.url() === url ? request.respond({ contentType: "text/html", body }) : request.continue());
  },

  /** Use the window that the page opens. */
  async popup() {
    const opener = pages.at(-1).target();
    const target = await context.waitForTarget((each) => each.opener() === opener, { timeout: TIMEOUT });
    await watch(await target.page());
  },

  /** Use the window that opened the one in use, which may be closed by now. */
  opener() {
    pages.pop();
  },

  /** Close the window in use, and use the previous one. */
  close: () => pages.pop().close(),

  /** Return the URLs of requests and the texts of errors since the page was opened. */
  recorded: () => recorded,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...parameters] = JSON.parse(line);
  let result;
  try {
    result = { value: await commands[command](...parameters) };
  } catch (error) {
    result = { error: String(error) };
  }
  console.log(JSON.stringify(result));
}
await browser.close();
