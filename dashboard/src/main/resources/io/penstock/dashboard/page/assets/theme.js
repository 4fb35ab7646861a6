/** Light and dark: the system's wish unless the person chose, and the colours that charts need. */

import {byId} from './dom.js';

const KEY = 'penstock-theme';
const CHOICES = ['system', 'light', 'dark'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = [];

const chosen = () => {
  const kept = localStorage.getItem(KEY);
  return CHOICES.includes(kept) ? kept : 'system';
};

function apply() {
  const choice = chosen();
  document.documentElement.dataset.theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  byId('theme').textContent = `Theme: ${choice}`;
  cache.clear();
  listeners.forEach((listener) => listener());
}

const cache = new Map();

/** A colour of the style sheet by its name, such as `ink`. */
export function colour(name) {
  if (!cache.has(name)) {
    cache.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return cache.get(name);
}

/** Calls back whenever the colours have changed. */
export const onTheme = (listener) => listeners.push(listener);

export function startTheme() {
  byId('theme').addEventListener('click', () => {
    const next = CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length];
    localStorage.setItem(KEY, next);
    apply();
  });
  dark.addEventListener('change', apply);
  apply();
}
