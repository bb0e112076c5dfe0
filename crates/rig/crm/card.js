// A business card as a custom element: its text lives in an open shadow root.
customElements.define("contact-card", class extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host{display:block} strong{display:block;font-size:15px} span{color:#5b6b7c} p{margin:6px 0 0}");
    root.adoptedStyleSheets = [sheet];
    const add = (parent, tag, text) => {
      const element = document.createElement(tag);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    add(root, "strong", this.getAttribute("name"));
    add(root, "span", this.getAttribute("role"));
    add(root, "p", "Mobile 手机 " + this.getAttribute("phone"));
    add(root, "p", "Room 1204, 88 Harbour Road 海港路88号1204室, 310000");
  }
});
