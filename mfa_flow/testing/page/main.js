// The page: what the tenant tells is drawn, what is pressed is asked of it.

import { act, ask, filled, onSubmit } from "./api.js";
import { $, text, toast } from "./dom.js";
import { clock, listen, now, state } from "./feed.js";
import { drawFaults, drawRequests, wireFaults } from "./happenings.js";
import { drawPeople } from "./people.js";
import { date, time } from "./words.js";

function drawClock() {
  text($("time"), time(now()));
  text($("date"), `${date(now())}, ${clock.follows ? "following real time" : "standing still"}`);
  $("freeze").setAttribute("aria-pressed", String(!clock.follows));
  $("follow").setAttribute("aria-pressed", String(clock.follows));
}

function draw() {
  document.querySelector("main").hidden = false;
  text($("tenant"), state.tenant);
  document.title = `${state.tenant} (simulated)`;
  drawClock();
  drawPeople();
  drawRequests();
  drawFaults();
}

function tick() {
  if (clock.follows && !document.hidden) {
    drawClock();
    drawPeople();
  }
}

function line(open) {
  text($("line"), open ? "Live" : "No connection: trying again");
  $("line").classList.toggle("broken", !open);
}

function arrived(message) {
  $("arrived").textContent = `${message.channel} to ${message.to}: ${message.text}`;
}

function wireClock() {
  const advance = (seconds) => ask("POST", "clock", { advance: seconds });
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => act("POST", "clock", { advance: Number(button.dataset.advance) }, `Moved on by ${button.textContent.slice(1)}`));
  }
  for (const button of document.querySelectorAll("[data-clock]")) {
    button.addEventListener("click", () => act("POST", "clock", { [button.dataset.clock]: true }, button.textContent));
  }
  onSubmit($("advance"), async (data) => {
    const seconds = Number(data.get("advance"));
    await advance(seconds);
    return `Moved on by ${seconds} s`;
  });
}

function wireRest() {
  onSubmit($("person"), async (data) => {
    const { verified, authenticators, ...fields } = filled(data);
    await ask("POST", "users", { ...fields, verified: Boolean(verified), authenticators: data.getAll("authenticators") });
    return `Added ${fields.email}`;
  });
  $("save").addEventListener("click", () => act("POST", "snapshots", undefined, "The snapshot is taken"));
  $("restore").addEventListener("click", restore);
  $("empty").addEventListener("click", () => act("DELETE", "inbox", undefined, "The inbox is empty"));
  $("reset").addEventListener("click", () => confirm("Forget everything and start from the seed?") && act("POST", "reset", undefined, "Back at the beginning"));
  $("find").addEventListener("input", drawPeople);
}

async function restore() {
  const { snapshots } = await ask("GET", "snapshots");
  if (snapshots.length === 0) toast("There is no snapshot yet: take one first");
  else act("POST", `snapshots/${snapshots.at(-1).id}/restore`, undefined, "All is as it was at the snapshot");
}

$("scriptless").hidden = true;
text($("line"), "Connecting");
wireClock();
wireFaults();
wireRest();
listen({ changed: draw, arrived, line });
setInterval(tick, 1000);
