/** Numbers as people read them: the same digits and units everywhere on the page. */

const NONE = '–';
const COUNT = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

/** A count with its thousands apart. */
export const count = (value) => (known(value) ? COUNT.format(value) : NONE);

/** Four significant digits, with an exponent where zeros would pile up. */
export function number(value, digits = 4) {
  if (!known(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(digits - 1).replace('e+', 'e');
  return size >= 10 ** (digits - 1) ? COUNT.format(value) : value.toPrecision(digits);
}

/** A number that somebody set: as many digits as it has, four at most. */
export const setting = (value) => (known(value) ? tick(value) : NONE);

/** The label of a tick: as short as the number allows. */
export function tick(value) {
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(4))} G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))} M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))} k`;
  return String(Number(value.toPrecision(4)));
}

/** A rate per second. */
export const rate = (value) =>
  known(value) ? `${value < 99.95 ? value.toFixed(1) : COUNT.format(value)} /s` : NONE;

export const millis = (value) =>
  known(value) ? `${value < 99.95 ? value.toFixed(1) : COUNT.format(value)} ms` : NONE;

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the largest binary unit that keeps the number at 1 or above. */
export function bytes(value) {
  if (!known(value)) return NONE;
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < BYTES.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${BYTES[unit]}`;
}

/** A length of time, given in seconds, in its two largest units. */
export function duration(seconds) {
  if (!known(seconds)) return NONE;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (part) => String(part).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
}

const TIME = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-CA', {year: 'numeric', month: '2-digit', day: '2-digit'});

/** Wall clock: the time, with the day before it when that is not today. */
export function clock(epochMillis) {
  if (!known(epochMillis)) return NONE;
  const when = new Date(epochMillis);
  const day = DAY.format(when);
  return (day === DAY.format(new Date()) ? '' : `${day} `) + TIME.format(when);
}

/** A quantity's name and unit. */
export const quantity = (name, unit) => (unit ? `${name} [${unit}]` : name);

/** "1 simulation", "2 simulations". */
export const plural = (n, noun) => `${COUNT.format(n)} ${noun}${n === 1 ? '' : 's'}`;

/** Upper-case names of the wire as words: GIVEN_UP → "given up". */
export const words = (name) => String(name ?? '').toLowerCase().replaceAll('_', ' ');

const ENTITIES = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

/** For the one place where markup is made of text: ECharts' tooltips. */
export const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
