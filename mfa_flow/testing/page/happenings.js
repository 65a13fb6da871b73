// The request log, and the faults that are armed.

import { act, ask, filled, onSubmit } from "./api.js";
import { $, el, show, sync, text } from "./dom.js";
import { state } from "./feed.js";
import { time } from "./words.js";

export function drawRequests() {
  const newest = [...state.requests].reverse();
  show($("requests"), newest.length > 0, $("log-title"));
  show($("silence"), newest.length === 0, $("log-title"));
  sync($("requests"), new Map(newest), requestView, $("log-title"));
}

function requestView() {
  const [status, asked, at, detail] = ["status", "asked", "quiet", "quiet detail"].map((name) => el("span", { class: name }));
  const view = el("li", {}, status, " ", asked, " ", at, " ", detail);
  view.update = (entry) => {
    text(status, entry.status ? String(entry.status) : "cut");
    text(asked, `${entry.method} ${entry.path}`);
    text(at, time(entry.at));
    text(detail, [entry.grant, entry.user, entry.error].filter(Boolean).join(" \u2192 "));
    const expected = entry.error === "mfa_required"; // nothing went wrong
    view.classList.toggle("refused", !(entry.status >= 200 && entry.status < 400) && !expected);
  };
  return view;
}

export function drawFaults() {
  const any = state.faults.length > 0;
  show($("sound"), !any, $("spoil-title"));
  show($("disarm"), any, $("spoil-title"));
  sync($("faults"), new Map(state.faults.map((fault, index) => [index, fault])), faultView, $("spoil-title"));
}

function faultView() {
  const where = el("b");
  const what = el("span", { class: "quiet" });
  const view = el("li", {}, where, " ", what);
  view.update = ({ path, times, nth, ...fault }) => {
    text(where, path === "*" ? "any call" : path);
    const said = Object.entries(fault).filter(([, value]) => value);
    const parts = said.map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
    text(what, [...parts, nth > 1 ? `from call ${nth}` : "", times > 1 ? `${times} times` : "once"].filter(Boolean).join(", "));
  };
  return view;
}

export function wireFaults() {
  $("disarm").addEventListener("click", () => act("DELETE", "faults", undefined, "No fault is armed"));
  onSubmit($("fault"), async (data) => {
    const { more, ...fields } = filled(data, "times", "status", "delay", "nth");
    await ask("POST", "faults", { ...fields, ...parsed(more) });
    return "The fault is armed";
  });
}

function parsed(more) {
  try {
    return JSON.parse(more ?? "{}");
  } catch {
    throw new Error('"More" is not JSON: write it like {"body": {"error": "x"}}');
  }
}
