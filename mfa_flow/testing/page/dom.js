// Elements made and kept up to date in place. Text goes in as text, never as markup.

export const $ = (id) => document.getElementById(id);

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

// What is hidden while it has the focus hands it on to `heir`, so that nobody by keyboard is thrown back to the top.
export function show(node, visible, heir) {
  const held = !visible && node.contains(document.activeElement);
  if (node.hidden === visible) node.hidden = !visible;
  if (held) heir.focus();
}

// A parent's children are those of `items`, a Map by key, in its order. Each that stays is the same node as before,
// and is told of its item by `node.update(item)`; only new ones are made, by `make(item, key)`.
export function sync(parent, items, make, heir) {
  const before = new Map(Array.from(parent.children, (node) => [node.key, node]));
  for (const [key, node] of before) {
    if (!items.has(key)) {
      if (node.contains(document.activeElement)) heir.focus();
      node.remove();
    }
  }
  let next = parent.firstElementChild;
  for (const [key, item] of items) {
    let node = before.get(key);
    if (!node) {
      node = make(item, key);
      node.key = key;
    }
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
    node.update(item);
  }
}

let fading;

// Says shortly what came of a click, to who sees and to who listens.
export function toast(words) {
  clearTimeout(fading);
  $("toast").textContent = words;
  fading = setTimeout(() => ($("toast").textContent = ""), 4000);
}

export function copyButton(label) {
  const button = el("button", { type: "button", class: "copy" }, el("span", { class: "what" }), el("span", { class: "hint" }, "Copy"));
  button.addEventListener("click", async () => {
    await copy(button.value);
    toast(`Copied ${button.value}`);
  });
  button.update = (value, shown = value) => {
    if (button.value === value && button.shown === shown) return;
    Object.assign(button, { value, shown });
    text(button.firstChild, shown);
    button.setAttribute("aria-label", `Copy ${label} ${value}`);
  };
  return button;
}

// Where the page came neither over https nor from this machine, browsers give no clipboard: an old way remains.
async function copy(value) {
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  const held = document.activeElement;
  const field = el("textarea", { class: "unseen", readonly: "" }, value);
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  held.focus();
}
