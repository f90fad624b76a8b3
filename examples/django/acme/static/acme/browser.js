// Use the browser SDK, which integry.django creates and announces with events on `document`.
const state = document.getElementById("state");
const form = document.getElementById("form");
const connect = document.getElementById("connect");

/** Add a line to the list of events. */
function note(text) {
  const line = document.createElement("li");
  line.textContent = text;
  document.getElementById("events").append(line);
}

document.addEventListener("integry:ready", ({ detail: { sdk } }) => {
  state.textContent = "The SDK is ready.";
  note("integry:ready");
  form.disabled = connect.disabled = false;
  form.addEventListener("click", async () => {
    const found = await sdk.showFunctionUI("slack-post-message", { text: "Hello" });
    note(`Arguments: ${JSON.stringify(found)}`);
  });
  connect.addEventListener("click", async () => {
    try {
      note(`Account ${await sdk.connectApp("hubspot")}`);
    } catch (error) {
      note(error.message);
    }
  });
});
for (const name of ["integry:app-connected", "integry:app-disconnected"]) {
  document.addEventListener(name, ({ detail: app }) => note(`${name} ${app.name}`));
}
