// MAIN world, document_start, granted sites only: the vendors' JavaScript APIs, forwarded to the phone, and virtual sockets for
// pages that keep the vendors' own scripts. It decides nothing; what it keeps are the phone's last answers for the getters.
(() => {
  // Taken now: the page may replace any of them later.
  const { Map, Promise, Array, Object, String, Set, URL, DOMException, Event, MessageEvent, CloseEvent, EventTarget } = window;
  const NativeSocket = window.WebSocket;
  const channel = new MessageChannel();
  const phone = channel.port1;
  const post = phone.postMessage.bind(phone);

  // What crosses is plain: numbers, truth values and texts; the rest as the vendors' clients would write it.
  const plain = (value) =>
    value === undefined || value === null
      ? null
      : typeof value === "number" || typeof value === "boolean" || typeof value === "string"
        ? value
        : String(value);

  // --- The vendors' functions -------------------------------------------------------------------------------------------

  const answers = new Map();
  const callbacks = new Map(); // event name → function name, set by setCallBack

  const COMMANDS =
    "setDebugMode connect login loginOut busy free dial hold unhold hangup threeWay transfer transferQueue transferIvr pickUp " +
    "groupPickUp extenPickUp spy groupSpy insertExtension cutExtension getExtenList";
  const GETTERS =
    "getVersion getExtension getAgentStaffid getAgentName getSkill getNumber getBusyState getAgentState getCallState getRegState";

  const sapo = {
    setCallBack(event, functionName) {
      callbacks.set(String(event).trim(), typeof functionName === "function" ? functionName : String(functionName).trim());
    },
  };
  for (const name of COMMANDS.split(" ")) {
    sapo[name] = (...args) => post({ page: "call", vendor: "sapo", function: name, args: args.map(plain) });
  }
  for (const name of GETTERS.split(" ")) sapo[name] = () => answers.get(name) ?? null;
  // Ordinary properties: a page that keeps the vendor's scripts replaces them, and should.
  window.sapoOcx = { api: sapo };
  window.SAPO = { api: sapo };

  function call({ event, functions, args }) {
    const set = callbacks.get(event);
    const target = typeof set === "function" ? set : [set, ...functions].map((name) => name && window[name]).find((f) => typeof f === "function");
    if (!target) return;
    try {
      target.apply(window, args);
    } catch (error) {
      // The page's own mistake: let its console and its error handlers see it, and go on.
      reportError(error);
    }
  }

  // --- Virtual sockets --------------------------------------------------------------------------------------------------

  const sockets = new Map();
  let counter = 0;

  const isVendors = (url, protocols) => /^\/spcc\/cti\/?$/.test(url.pathname) || protocols.includes("fs-protool");

  class VirtualSocket extends EventTarget {
    #id = ++counter;
    #handlers = {};
    readyState = 0;
    bufferedAmount = 0;
    extensions = "";
    protocol = "";
    binaryType = "blob";

    constructor(url, protocols) {
      super();
      this.url = url.href;
      sockets.set(this.#id, this);
      post({ page: "socketOpen", socket: this.#id, url: url.href, protocols });
    }

    send(data) {
      if (this.readyState === 0) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
      if (this.readyState === 1) post({ page: "socketSend", socket: this.#id, text: String(data) });
    }

    close() {
      if (this.readyState > 1) return;
      this.readyState = 2;
      post({ page: "socketClose", socket: this.#id });
    }

    hear(message) {
      if (message.toPage === "socketOpened") {
        if (this.readyState !== 0) return;
        this.readyState = 1;
        this.protocol = message.protocol;
        this.dispatchEvent(new Event("open"));
      } else if (message.toPage === "socketMessage") {
        if (this.readyState === 1) this.dispatchEvent(new MessageEvent("message", { data: message.text, origin: new URL(this.url).origin }));
      } else {
        if (this.readyState === 3) return;
        this.readyState = 3;
        sockets.delete(this.#id);
        if (message.code === 1006) this.dispatchEvent(new Event("error"));
        this.dispatchEvent(new CloseEvent("close", { code: message.code, wasClean: message.code !== 1006 }));
      }
    }

    static {
      for (const type of ["open", "message", "error", "close"]) {
        Object.defineProperty(this.prototype, "on" + type, {
          configurable: true,
          enumerable: true,
          get() {
            return this.#handlers[type] ?? null;
          },
          set(handler) {
            if (!(type in this.#handlers)) this.addEventListener(type, (event) => this.#handlers[type]?.call(this, event));
            this.#handlers[type] = typeof handler === "function" ? handler : null;
          },
        });
      }
    }
  }
  for (const [name, value] of [["CONNECTING", 0], ["OPEN", 1], ["CLOSING", 2], ["CLOSED", 3]]) {
    Object.defineProperty(VirtualSocket.prototype, name, { value, enumerable: true });
  }
  // `instanceof WebSocket` holds for them too; the chain's own members are shadowed by those above.
  Object.setPrototypeOf(VirtualSocket.prototype, NativeSocket.prototype);

  window.WebSocket = new Proxy(NativeSocket, {
    construct(target, args, newTarget) {
      let url = null;
      try {
        url = new URL(args[0], document.baseURI);
      } catch {
        // The browser's own constructor throws the right error.
      }
      const protocols = args[1] === undefined ? [] : [args[1]].flat().map(String);
      if (url && isVendors(url, protocols)) return new VirtualSocket(url, protocols);
      return Reflect.construct(target, args, newTarget);
    },
  });

  // --- From the phone ---------------------------------------------------------------------------------------------------

  phone.onmessage = ({ data }) => {
    switch (data.toPage) {
      case "getters":
        answers.clear();
        for (const [name, answer] of data.answers) answers.set(name, answer);
        break;
      case "callback":
        call(data);
        break;
      case "gone":
        answers.clear();
        for (const socket of [...sockets.values()]) socket.hear({ toPage: "socketClosed", code: 1006 });
        break;
      default:
        sockets.get(data.socket)?.hear(data);
    }
  };

  dispatchEvent(new MessageEvent("patchcord:channel", { ports: [channel.port2] }));
})();
