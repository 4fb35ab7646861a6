/** Short ways to the document. Text is only ever set as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/** Makes an element: attributes whose value is null are left out, `text` is its text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name === 'text') element.textContent = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Shows a number in words, and keeps the raw one beside it in `data-value`. */
export function put(element, raw, words) {
  const value = raw === null || raw === undefined ? '' : String(raw);
  if (element.dataset.value !== value) element.dataset.value = value;
  if (element.textContent !== words) element.textContent = words;
}

let isPast = false;

/** Whether a past run is shown, of which nothing more is awaited. */
export const setPast = (past) => { isPast = past; };

export const isPastShown = () => isPast;

/** What is said where there is nothing: what is awaited, or that a past run's folder has none. */
export const absent = (text) => (isPast ? 'Not kept of a past run.' : text);

export const awaiting = (text) => make('p', {class: 'awaiting', text: absent(text)});

/** A media query that the page's behaviour hangs on. */
export const coarse = matchMedia('(pointer: coarse)');

/** At most one call per `millis`; the last arguments win, and are never lost. */
export function throttled(millis, call) {
  let timer = null;
  let last = 0;
  return (...args) => {
    clearTimeout(timer);
    const wait = Math.max(0, last + millis - performance.now());
    timer = setTimeout(() => {
      last = performance.now();
      call(...args);
    }, wait);
  };
}
