/** The ensemble: the grid of simulations, its legend, and the one that is looked at closely. */

import {get} from './api.js';
import {absent, awaiting, byId, make, put} from './dom.js';
import * as format from './format.js';
import {Grid, STATES} from './grid.js';
import {onTheme} from './theme.js';

const NOTHING = {parameters: [], ids: [], state: '', progress: [], purpose: '', attempt: []};

export class Ensemble {
  #source = null;
  #data = NOTHING;
  #box = byId('cells');
  #grid = new Grid(byId('cells').querySelector('canvas'));
  #cursor = -1;
  #chosen = null;
  #only = null;
  #onChoice;
  #asked = 0;

  /** @param onChoice called with the id of the simulation that was opened, or null */
  constructor(onChoice) {
    this.#onChoice = onChoice;
    this.#legend();
    this.#listen();
    this.#details(null);
    onTheme(() => this.#draw());
  }

  get data() {
    return this.#data;
  }

  get chosen() {
    return this.#chosen;
  }

  show(source) {
    this.#source = source;
    this.#data = NOTHING;
    this.#cursor = -1;
    this.close();
    this.#draw();
  }

  async fetch() {
    const source = this.#source;
    const answer = await get('/api/ensemble', {source});
    if (source !== this.#source) return;
    this.#data = answer;
    this.#draw();
    if (this.#chosen !== null) await this.#refreshDetails();
  }

  #legend() {
    const buttons = Object.entries(STATES).map(([letter, state]) =>
      make('button', {type: 'button', class: 'key', 'aria-pressed': 'false', 'data-state': letter,
        onclick: () => this.#bringOut(letter)},
        make('span', {class: 'swatch', 'data-state': letter, 'aria-hidden': 'true', text: state.sign}),
        make('span', {text: state.name}),
        make('span', {class: 'number', 'data-testid': `ensemble-${letter}`, text: '0'})));
    byId('grid-legend').append(...buttons, make('span', {class: 'muted', text: 'V: validation'}));
  }

  #bringOut(letter) {
    this.#only = this.#only === letter ? null : letter;
    for (const button of byId('grid-legend').querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.state === this.#only));
    }
    this.#draw();
  }

  #draw() {
    const {ids, state} = this.#data;
    const counts = {};
    for (const letter of state) counts[letter] = (counts[letter] ?? 0) + 1;
    for (const letter of Object.keys(STATES)) {
      const box = document.querySelector(`[data-testid="ensemble-${letter}"]`);
      put(box, counts[letter] ?? 0, format.count(counts[letter] ?? 0));
    }
    this.#box.dataset.value = ids.length;
    this.#box.classList.toggle('blank', ids.length === 0);
    this.#grid.draw(this.#data, {
      only: this.#only,
      cursor: document.activeElement === this.#box ? this.#cursor : -1,
      chosen: this.#chosen === null ? -1 : ids.indexOf(this.#chosen),
    });
    if (ids.length === 0) byId('cell-words').textContent = absent('Awaiting the first simulation.');
    else if (this.#cursor < 0) byId('cell-words').textContent = `${format.plural(ids.length, 'simulation')}.`;
  }

  #listen() {
    const canvas = this.#box.querySelector('canvas');
    const place = (event) => this.#grid.at(event.offsetX, event.offsetY);
    canvas.addEventListener('pointermove', (event) => this.#say(place(event)));
    canvas.addEventListener('click', (event) => {
      const at = place(event);
      if (at >= 0) this.#go(at, true);
    });
    this.#box.addEventListener('keydown', (event) => this.#press(event));
    this.#box.addEventListener('focus', () => this.#go(Math.max(0, this.#cursor), false));
    this.#box.addEventListener('blur', () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.#box);
    byId('goto').addEventListener('submit', (event) => {
      event.preventDefault();
      this.open(Number(byId('simulation').value));
    });
  }

  #press(event) {
    const moves = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#grid.columns, ArrowDown: this.#grid.columns,
      PageUp: -10 * this.#grid.columns, PageDown: 10 * this.#grid.columns, Home: -Infinity, End: Infinity,
    };
    if (event.key in moves) this.#go(this.#cursor + moves[event.key], false);
    else if (event.key === 'Enter' || event.key === ' ') this.#go(this.#cursor, true);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
  }

  #go(place, opens) {
    const last = this.#data.ids.length - 1;
    if (last < 0) return;
    this.#cursor = Math.max(0, Math.min(last, place));
    this.#say(this.#cursor);
    if (opens) this.open(this.#data.ids[this.#cursor]);
    else this.#draw();
  }

  #say(place) {
    if (place < 0) return;
    const {ids, state, progress, purpose} = this.#data;
    const kind = purpose[place] === 'V' ? ', for validation' : '';
    byId('cell-words').textContent = `Simulation ${ids[place]}: ${STATES[state[place]]?.name ?? 'unknown'}${kind}, `
      + `${Math.round(100 * (progress[place] ?? 0))} % of its steps sent.`;
  }

  /** Opens a simulation by its id. */
  async open(id) {
    this.#chosen = id;
    byId('simulation').value = id;
    this.#draw();
    this.#onChoice(id);
    await this.#refreshDetails();
  }

  close() {
    this.#chosen = null;
    this.#details(null);
    this.#draw();
    this.#onChoice(null);
  }

  async #refreshDetails() {
    const asked = ++this.#asked;
    const id = this.#chosen;
    try {
      const answer = await get(`/api/ensemble/${id}`, {source: this.#source});
      if (asked === this.#asked) this.#details(answer);
    } catch (error) {
      if (asked === this.#asked) byId('simulation-details').replaceChildren(make('p', {class: 'error', text: error.message}));
    }
  }

  #details(found) {
    const box = byId('simulation-details');
    if (found === null) {
      box.replaceChildren(make('p', {class: 'awaiting', text: 'Choose a cell, or give a number.'}));
      return;
    }
    const entries = [
      ['state', format.words(found.state)], ['purpose', format.words(found.purpose)], ['attempt', format.count(found.attempt)],
      ['steps sent', `${format.count(found.sent)} of ${format.count(found.steps)}`],
      ['started', format.clock(found.startedAt)], ['ended', format.clock(found.endedAt)],
      ['samples rejected', format.count(found.rejected)],
      ...(found.reason ? [['reason', found.reason]] : []),
      ...found.parameters.map((value, i) => this.#parameter(value, i)),
    ];
    const list = make('dl', {class: 'facts', 'data-id': found.id});
    for (const [name, value] of entries) list.append(make('dt', {text: name}), make('dd', {text: value}));
    box.replaceChildren(make('h4', {text: `Simulation ${found.id}`}), list);
  }

  #parameter(value, i) {
    const {name, unit} = this.#data.parameters[i] ?? {name: `parameter ${i}`, unit: ''};
    return [name, `${format.number(value)}${unit ? ` ${unit}` : ''}`];
  }
}
