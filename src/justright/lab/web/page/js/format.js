/** Numbers, durations and moments in words. */

const SMALL = 1e-3, LARGE = 1e5; // outside of these, digits alone are hard to read (house convention)

const whole = new Intl.NumberFormat("en-GB"); // making one is slow, using it is not

/** Write a number with four significant digits, as people write it. */
export function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return signed(whole.format(value));
  if (size < SMALL || size >= LARGE) return signed(tidy(value.toExponential(digits - 2)));
  return signed(String(Number(value.toPrecision(digits))));
}

const signed = (text) => text.replace("-", "−").replace("e−", "e−");
const tidy = (text) => text.replace(/\.?0+e/, "e").replace("e+", "e").replace("e-", "e−");

/** Write any value of a table's cell. */
export function cell(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "number" ? number(value) : String(value);
}

/** Write seconds as "1.2 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  if (seconds < 60) return `${number(seconds, seconds < 10 ? 2 : 3)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  if (minutes < 60 * 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 60 / 24)} d ${Math.floor((minutes / 60) % 24)} h`;
}

const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Write a moment (seconds since 1970) as a short local date and time. */
export const moment = (seconds) => (seconds ? clock.format(seconds * 1000) : "–");

/** Write how long ago a moment was. */
export function ago(seconds, now = Date.now() / 1000) {
  const gone = now - seconds;
  if (!seconds) return "–";
  if (gone < 45) return "just now";
  if (gone < 3600) return `${Math.max(1, Math.round(gone / 60))} min ago`;
  if (gone < 86400) return `${Math.round(gone / 3600)} h ago`;
  return gone < 86400 * 14 ? `${Math.round(gone / 86400)} d ago` : moment(seconds);
}

/** Write bytes as "3.1 MB". */
export function bytes(n) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  while (n >= 1000 && at < units.length - 1) { n /= 1000; at++; }
  return `${number(n, 3)} ${units[at]}`;
}

/** Turn a metric's or lever's name into a label: "validation_loss" -> "validation loss". */
export const label = (name) => name.replace(/^(config|summary|last|min|max|best)\./, "").replaceAll("_", " ");

/** Say "1 run", "3 runs". */
export const count = (n, noun) => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
