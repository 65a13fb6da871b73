// How times and numbers are written.

export function time(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
}

export function date(seconds) {
  return new Date(seconds * 1000).toLocaleDateString([], { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

// 4:07, or 1:02:09
export function span(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

// Six digits in two halves, to be read; whatever is copied has no blank in it.
export function halves(code) {
  return code.length === 6 ? `${code.slice(0, 3)}\u2009${code.slice(3)}` : code;
}
