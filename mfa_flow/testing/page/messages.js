// The phones and mailboxes: each with its messages, newest first.

import { act } from "./api.js";
import { copyButton, el, show, sync, text } from "./dom.js";
import { now } from "./feed.js";
import { halves, span, time } from "./words.js";

const CHANNELS = { sms: "Text message", voice: "Call", email: "Email", push: "Push" };
const PLACES = { sms: "Phone", voice: "Phone", email: "Mailbox", push: "App" };
const SHOWN = 3;

// Messages by the place they came to: a Map of lists by its name, in the order in which the first ones came. So no place
// moves when another message comes.
export function places(messages) {
  const found = new Map();
  for (const message of messages) {
    const place = `${PLACES[message.channel] ?? message.channel} ${message.to}`;
    if (!found.has(place)) found.set(place, []);
    found.get(place).unshift(message);
  }
  return found;
}

export function placeView(_, name) {
  const [kind, ...to] = name.split(" ");
  const title = el("h4", { tabindex: "-1" }, el("span", { class: "kind" }, kind), " ", el("span", { class: "address" }, to.join(" ")));
  const recent = el("ol", { class: "messages" });
  const older = el("ol", { class: "messages" });
  const summary = el("summary");
  const more = el("details", { class: "older" }, summary, older);
  const view = el("section", { class: "place", "aria-label": name }, title, recent, more);
  view.update = (messages) => {
    const keyed = messages.map((message) => [message.key, message]);
    sync(older, new Map(keyed.slice(SHOWN)), messageView, title);
    sync(recent, new Map(keyed.slice(0, SHOWN)), messageView, title);
    show(more, messages.length > SHOWN, title);
    text(summary, `${messages.length - SHOWN} earlier`);
  };
  return view;
}

function messageView(first) {
  const head = el("p", { class: "head" }, el("span", { class: "channel" }), " ", el("time", { datetime: new Date(first.at * 1000).toISOString() }, time(first.at)));
  const fate = el("span", { class: "fate" });
  const code = copyButton("code");
  const decide = (decision, done) => () => act("POST", `push/${encodeURIComponent(first.id)}`, { decision }, done);
  const buttons = el(
    "p",
    { class: "row" },
    el("button", { type: "button", class: "main", "aria-label": `Approve the push to ${first.to}`, onclick: decide("approve", "Approved") }, "Approve"),
    el("button", { type: "button", "aria-label": `Deny the push to ${first.to}`, onclick: decide("deny", "Denied") }, "Deny"),
  );
  const view = el("li", { class: "message", tabindex: "-1" }, head, el("p", { class: "said" }, first.text), code, buttons);
  head.firstChild.textContent = CHANNELS[first.channel] ?? first.channel;
  head.append(" ", fate);
  view.update = (message) => {
    const [word, open] = fateOf(message);
    text(fate, word);
    view.classList.toggle("over", !open);
    show(code, message.code !== null, view);
    if (message.code !== null) code.update(message.code, halves(message.code));
    show(buttons, message.code === null && open, view);
  };
  return view;
}

// What became of a message, and whether anything can still be done with it.
function fateOf(message) {
  if (message.decision) return [message.decision === "approve" ? "approved" : "denied", false];
  if (message.used) return ["used", false];
  const left = (message.until ?? 0) - now();
  return left > 0 ? [`${span(left)} left`, true] : ["over", false];
}
