// Isolated world, document_start, granted sites only: carries the page API between the page's script (page-api.js) and the phone.
//
// It runs before page-api.js, which hands it one end of a channel in an event that it dispatches at once: before the page's
// first script runs, so the page can neither take the channel nor bring one of its own.
(() => {
  const extension = chrome.runtime;
  let page = null;
  let phone = null;
  let waiting = [];

  addEventListener(
    "patchcord:channel",
    (event) => {
      event.stopImmediatePropagation();
      page = event.ports[0];
      page.onmessage = ({ data }) => toPhone(data);
      connect();
    },
    { once: true, capture: true },
  );

  function toPhone(message) {
    if (phone) phone.postMessage(message);
    // Bounded: a page must not fill our memory while nobody is logged in.
    else if (waiting.length < 256) waiting.push(message);
  }

  // The phone may not be running yet: the worker answers when it is, and tells us when that changes.
  async function connect() {
    if (phone) return;
    let live = false;
    try {
      live = (await extension.sendMessage({ to: "worker", toWorker: "hello" }))?.live === true;
    } catch {
      // No worker, or this extension was updated under us: the page keeps its API, which stays silent.
    }
    if (!live || phone) return;
    phone = extension.connect({ name: "page" });
    phone.onMessage.addListener((message) => page.postMessage(message));
    phone.onDisconnect.addListener(() => {
      phone = null;
      page.postMessage({ toPage: "gone" });
      connect();
    });
    for (const message of waiting.splice(0)) phone.postMessage(message);
  }

  extension.onMessage.addListener((message) => {
    if (message?.live === true) connect();
  });
})();
