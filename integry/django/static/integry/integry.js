// Make Integry's browser SDK from {% integry_config %}, and send its events on `document`:
// integry:ready, whose detail is {sdk}, integry:app-connected and integry:app-disconnected, whose detail is the app.
const config = document.getElementById("integry-config");

export let sdk = null;

if (config && typeof window.IntegryJS !== "function") {
  console.error("integry: SDK_URL did not load the browser SDK. It must be the SDK's file index.umd.js.");
} else if (config) {
  sdk = new window.IntegryJS(JSON.parse(config.textContent));
  const send = (name, detail) => document.dispatchEvent(new CustomEvent(`integry:${name}`, { detail }));
  sdk.eventEmitter.on("ready", () => send("ready", { sdk }));
  for (const name of ["app-connected", "app-disconnected"]) {
    sdk.eventEmitter.on(name, (app) => send(name, app));
  }
}
