// Ask again about apps that are being connected on another page, each time this page is looked at.
async function refresh() {
  if (document.visibilityState !== "visible") return;
  for (const app of document.querySelectorAll("[data-integry-pending]")) {
    const response = await fetch(app.dataset.integryStatus, { headers: { Accept: "text/html" } }).catch(() => null);
    // A redirect leads to the login page.
    if (!response || !response.ok || response.redirected) continue;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.querySelector("[data-integry-status]");
    if (found) app.replaceWith(document.adoptNode(found));
  }
}

// The page was made before its link was followed, so the app is not marked as pending yet.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-integry-status] a[target=_blank]");
  if (link) link.closest("[data-integry-status]").dataset.integryPending = "";
});
document.addEventListener("visibilitychange", refresh);
// The browser shows the page as it was, after its button "back".
window.addEventListener("pageshow", (event) => event.persisted && refresh());
