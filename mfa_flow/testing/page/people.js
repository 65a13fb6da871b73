// A card for each person: their phones and mailboxes, what they own, what is left to them.

import { act } from "./api.js";
import { $, el, show, sync, text } from "./dom.js";
import { state } from "./feed.js";
import { keyed, deviceView, limitView } from "./devices.js";
import { places, placeView } from "./messages.js";

const MANY = 5; // people, from which on one may search
const SHOWN = 50; // at once: more make browsers slow

export function drawPeople() {
  const wanted = $("find").value.trim().toLowerCase();
  const found = [...state.users].filter(([email, user]) => `${email} ${user.phone ?? ""}`.includes(wanted));
  show($("find").parentElement, state.users.size > MANY, $("people-title"));
  const { byUser, strangers } = sorted();
  const cards = found.slice(0, SHOWN).map(([email, user]) => [email, { user, messages: byUser.get(email) ?? [] }]);
  sync($("users"), new Map(cards), personView, $("people-title"));
  show($("others"), found.length > SHOWN, $("people-title"));
  text($("others"), `${found.length - SHOWN} more: find them by email or phone.`);
  show($("strangers"), strangers.length > 0, $("people-title"));
  sync($("strangers").querySelector(".devices"), places(strangers), placeView, $("strangers-title"));
}

// Whose message is it? Theirs who has the address; two may share a phone.
function sorted() {
  const owners = new Map();
  for (const user of state.users.values()) {
    for (const address of addresses(user)) owners.set(address, [...(owners.get(address) ?? []), user.email]);
  }
  const byUser = new Map();
  const strangers = [];
  for (const message of state.messages.values()) {
    const emails = owners.get(message.to);
    if (!emails) strangers.push(message);
    for (const email of emails ?? []) {
      if (!byUser.has(email)) byUser.set(email, []);
      byUser.get(email).push(message);
    }
  }
  return { byUser, strangers };
}

function addresses(user) {
  return new Set([user.email, user.phone, ...user.authenticators.map((each) => each.to)].filter(Boolean));
}

function personView({ user }) {
  const title = el("h3", { tabindex: "-1" }, user.email);
  const facts = el("p", { class: "quiet" });
  const remove = el("button", { type: "button", class: "quiet", "aria-label": `Remove ${user.email}` }, "Remove");
  remove.addEventListener("click", () => act("DELETE", `users/${encodeURIComponent(user.email)}`, undefined, `Removed ${user.email}`));
  const inbox = el("div", { class: "devices" });
  const none = el("p", { class: "quiet" }, "No messages yet.");
  const owned = el("ul", { class: "owned", "aria-label": "Authenticators" });
  const bare = el("p", { class: "quiet" }, "No authenticators yet.");
  const limits = el("ul", { class: "limits", "aria-label": "What is left" });
  const view = el(
    "article",
    { class: "person", "aria-label": user.email },
    el("div", { class: "who" }, title, facts, remove),
    el("div", { class: "received" }, none, inbox, el("div", { class: "left" }, el("h4", {}, "What is left"), limits)),
    el("div", { class: "has" }, bare, owned),
  );
  view.update = ({ user: told, messages }) => {
    text(facts, [told.phone, told.verified && "verified email", told.blocked && "blocked"].filter(Boolean).join(", "));
    show(facts, facts.textContent !== "", title);
    show(none, messages.length === 0, title);
    sync(inbox, places(messages), placeView, title);
    show(bare, told.authenticators.length === 0, title);
    sync(owned, keyed(told.authenticators), deviceView, title);
    sync(limits, new Map(Object.entries(told.limits)), limitView, title);
  };
  return view;
}
