// The control API: the same verbs as any program has.

import { toast } from "./dom.js";

export async function ask(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await fetch(`/_tenant/${path}`, { method, ...sent });
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.error ?? `The tenant answered ${reply.status}`);
  return said;
}

// For a button: what went wrong is said where good news is said too.
export async function act(method, path, body, done) {
  try {
    await ask(method, path, body);
    if (done) toast(done);
  } catch (error) {
    toast(error.message);
  }
}

// For a form: what went wrong stands in the form until the next try.
export function onSubmit(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = form.querySelector(".wrong");
    if (wrong) wrong.textContent = "";
    try {
      toast(await send(new FormData(form)));
      form.reset();
    } catch (error) {
      if (wrong) wrong.textContent = error.message;
      else toast(error.message);
    }
  });
}

// The fields that were filled in; those named are numbers.
export function filled(data, ...numbers) {
  const pairs = [...data].filter(([, value]) => value !== "");
  return Object.fromEntries(pairs.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]));
}
