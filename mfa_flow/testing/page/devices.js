// What a person owns: authenticators with their running codes and pictures, the recovery code, and what is left of limits.

import { copyButton, el, show, text } from "./dom.js";
import { clock, now } from "./feed.js";
import { halves, span } from "./words.js";

const NAMES = { totp: "Authenticator app", sms: "Text messages", voice: "Calls", email: "Email", push: "Push", "recovery-code": "Recovery code" };
const PERIOD = 30;

export function deviceView(device) {
  const state = el("span", { class: "state" });
  const title = el("h5", { tabindex: "-1" }, NAMES[device.kind] ?? device.kind);
  const address = el("span", { class: "quiet" });
  const code = copyButton("code of the app");
  const ring = el("span", { class: "ring", "aria-hidden": "true" });
  const left = el("span", { class: "quiet" });
  const running = el("p", { class: "running" }, code, ring, left);
  const secret = copyButton(device.kind === "recovery-code" ? "recovery code" : "secret");
  const picture = device.scan ? pictureView(device) : el("div");
  const view = el("li", { class: "device" }, el("div", { class: "name" }, el("div", { class: "label" }, title, address), state), running, secret, picture);
  view.update = (told) => {
    text(state, told.active ? "active" : "pending");
    state.classList.toggle("pending", !told.active);
    text(address, told.to ?? "");
    show(address, Boolean(told.to), title);
    show(secret, told.kind === "recovery-code", title);
    if (told.kind === "recovery-code") secret.update(told.secret);
    const shown = told.shows?.find((each) => each.until > now());
    show(running, Boolean(shown), title);
    if (shown) run(told, shown);
  };
  function run(told, shown) {
    const used = told.used && shown === told.shows[0];
    const seconds = shown.until - now();
    code.update(shown.code, halves(shown.code));
    code.classList.toggle("spent", used);
    text(left, used ? `used, next in ${span(seconds)}` : `${span(seconds)} left`);
    ring.style.setProperty("--left", Math.ceil(seconds) / PERIOD);
    ring.classList.toggle("still", !clock.follows);
  }
  return view;
}

function pictureView(device) {
  const name = `/_tenant/qr/${encodeURIComponent(device.id)}`;
  const image = el("img", { alt: "QR code of this app’s secret", width: "180", height: "180" });
  const missing = el("p", { class: "quiet", hidden: "" }, "Pictures need the package segno: pip install 'mfa_flow[qr]'");
  const secret = copyButton("secret");
  secret.update(device.scan.secret);
  const links = el(
    "p",
    { class: "row" },
    el("a", { href: `${name}.svg`, download: "qr.svg", "aria-label": "Download the QR code as SVG" }, "SVG"),
    el("a", { href: `${name}.png`, download: "qr.png", "aria-label": "Download the QR code as PNG" }, "PNG"),
  );
  image.addEventListener("error", () => {
    image.hidden = links.hidden = true;
    missing.hidden = false;
  });
  const details = el("details", { class: "qr" }, el("summary", {}, "QR code and secret"), image, missing, secret, links);
  details.addEventListener("toggle", () => details.open && image.setAttribute("src", `${name}.svg`));
  return details;
}

// Buckets: so many at once, then one more every so often.
export function limitView(_, name) {
  const value = el("span", { class: "value" });
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  const view = el("li", { class: "limit" }, el("span", {}, name), " ", value, bar);
  view.update = ({ capacity, every, full_at }) => {
    const missing = Math.max(0, full_at - now() - 1e-6) / every;
    const left = capacity - Math.ceil(missing);
    const next = (missing - Math.ceil(missing) + 1) * every;
    text(value, missing > 0 ? `${left} of ${capacity}, next in ${span(next)}` : `${left} of ${capacity}`);
    bar.style.setProperty("--left", left / capacity);
  };
  return view;
}

export function keyed(devices) {
  return new Map(devices.map((device) => [device.id, device]));
}
