// What the tenant tells, folded into one state. Whenever the line comes back everything is told anew.

export const state = { tenant: "", users: new Map(), messages: new Map(), requests: new Map(), faults: [] };
export const clock = { now: 0, follows: false, at: 0 };

export function now() {
  return clock.follows ? clock.now + (performance.now() - clock.at) / 1000 : clock.now;
}

const KINDS = { user: "users", message: "messages", request: "requests" };

// `changed()` is called after each batch, `arrived(message)` at each message that is new, `line(open)` when it breaks.
export function listen({ changed, arrived, line }) {
  const source = new EventSource("/_tenant/events");
  let telling = false;
  let waiting;
  const soon = () => (waiting ??= setTimeout(() => ((waiting = undefined), changed()), 0));
  const on = (name, take) =>
    source.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      if (!telling) soon();
    });

  on("reset", ({ tenant }) => {
    telling = true;
    state.tenant = tenant;
    for (const name of Object.values(KINDS)) state[name] = new Map();
  });
  on("ready", () => {
    telling = false;
    line(true);
  });
  for (const [kind, name] of Object.entries(KINDS)) {
    on(kind, (item) => {
      const known = state[name].has(item.key);
      state[name].set(item.key, item);
      if (kind === "message" && !known && !telling) arrived(item);
    });
  }
  on("gone", ({ kind, key }) => state[KINDS[kind]].delete(key));
  on("faults", ({ faults }) => (state.faults = faults));
  on("clock", (told) => Object.assign(clock, told, { at: performance.now() }));
  source.addEventListener("error", () => line(false));
}
