// What makes the pages pleasant; each of them works without.

const all = (selector) => document.querySelectorAll(selector);

// The page anew, by its address: a reload would send the form again that it may be the answer to.
// Without what comes after a #, with which nothing would be asked for.
const again = (address) => location.replace(address ?? location.pathname + location.search);

// A page that was gone back to asks the question that stands now, not the one that stood.
addEventListener("pageshow", (event) => { if (event.persisted) again(); });

for (const each of all("[data-scripted]")) each.hidden = false;

// A second press sends nothing while the first is on its way; after a while it may, and counts once all the same.
for (const form of all("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    const button = form.querySelector("button:not([type])");
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; button?.removeAttribute("aria-busy"); }, 8000);
  });
}

// Times run down, in the page's language.
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const begun = performance.now();

function inWords(left) {
  if (left < 60) return words.format(left, "second");
  const minutes = Math.ceil(left / 60);
  return minutes < 120 && minutes !== 60 ? words.format(minutes, "minute") : words.format(Math.ceil(minutes / 60), "hour");
}

function tick() {
  const passed = (performance.now() - begun) / 1000;
  for (const time of all("time[data-left]")) {
    const left = Math.ceil(time.dataset.left - passed);
    const opens = document.getElementById(time.dataset.opens);
    if (opens) opens.disabled = left > 0;
    if (left > 0) {
      time.textContent = inWords(left);
    } else {
      time.parentElement.hidden = true;
      time.removeAttribute("data-left");
      const notice = time.closest(".notice");
      if (notice) notice.hidden = true;
    }
  }
}

if (document.querySelector("time[data-left]")) {
  tick();
  setInterval(tick, 1000);
}

// The person answers elsewhere: ask, again and again, and show the page anew when it is another.
async function turn() {
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  for (;;) {
    try {
      const answer = await fetch("turn", { cache: "no-store" });
      if (answer.status === 200) return again(answer.headers.get("Content-Location"));
      if (answer.status !== 204) await pause(5);
    } catch {
      await pause(5);
    }
  }
}

if (document.querySelector("[data-turn]")) turn();

function said(button, text) {
  button.textContent = text;
  const status = button.parentElement.querySelector("[role=status]");
  if (status) status.textContent = text;
}

for (const button of all("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.innerText.trim());
      said(button, button.dataset.copied);
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}

for (const button of all("[data-print]")) button.addEventListener("click", () => print());

for (const button of all("[data-reveal]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.reveal);
    field.type = field.type === "password" ? "text" : "password";
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  });
}
