/** Past runs: opened in place of the live study, or laid over its losses. */

import {get} from './api.js';
import {table} from './chart.js';
import {awaiting, byId, make} from './dom.js';
import * as format from './format.js';
import {Series} from './series.js';

const MOST_COMPARED = 5;

export class Runs {
  #runs = [];
  #compared = new Map();
  #shown = '';
  #on;

  /** @param on handlers: open(source), changed() when other runs are compared */
  constructor(on) {
    this.#on = on;
    byId('compare-by').addEventListener('change', () => this.#on.changed());
  }

  get list() {
    return this.#runs.filter((run) => !run.error);
  }

  /** The runs laid over the losses: [{name, series}]. */
  get compared() {
    return [...this.#compared].filter(([, series]) => series !== null).map(([name, series]) => ({name, series}));
  }

  get names() {
    return [...this.#compared.keys()];
  }

  get column() {
    return byId('compare-by').value;
  }

  async fetch() {
    this.#runs = await get('/api/runs');
    this.#draw();
  }

  /** Lays these runs over the losses, as a deep link says. */
  async compareAll(names) {
    const known = names.filter((name) => this.list.some((run) => run.run === name));
    await Promise.all(known.slice(0, MOST_COMPARED).map((name) => this.#compare(name, true)));
    this.#shown = '';
    this.#draw();
  }

  async #compare(name, isOn) {
    if (!isOn) this.#compared.delete(name);
    else if (!this.#compared.has(name)) {
      this.#compared.set(name, null);
      const series = new Series();
      series.set(await get('/api/series', {source: `run:${name}`}));
      if (this.#compared.has(name)) this.#compared.set(name, series);
    }
    this.#limit();
    this.#on.changed();
  }

  #limit() {
    const isFull = this.#compared.size >= MOST_COMPARED;
    for (const box of byId('past').querySelectorAll('input')) box.disabled = isFull && !box.checked;
  }

  #draw() {
    const text = JSON.stringify(this.#runs);
    if (text === this.#shown) return;
    this.#shown = text;
    byId('past').replaceChildren(this.#runs.length === 0
      ? awaiting('No past run in the folder of runs.')
      : table(['Compare', 'Run', 'Outcome', 'Started', '#Took', '#Batches', '#Validation RMSE', 'Report'],
        this.#runs.map((run) => this.#row(run)), 'Past runs'));
    this.#limit();
  }

  #row(run) {
    if (run.error) {
      const tone = run.unfinished ? 'muted' : 'error';
      return ['', run.run, make('span', {class: `${tone} reason`, text: run.error}), '', '', '', '', ''];
    }
    const box = make('input', {type: 'checkbox', 'aria-label': `Compare ${run.run}`, 'data-testid': `compare-${run.run}`});
    box.checked = this.#compared.has(run.run);
    box.addEventListener('change', () => this.#compare(run.run, box.checked).catch(() => {
      this.#compared.delete(run.run);
      box.checked = false;
    }));
    const open = make('a', {href: `#source=${encodeURIComponent(`run:${run.run}`)}`, text: run.run,
      'data-testid': `open-${run.run}`});
    const report = run.report ? make('a', {href: run.report, target: '_blank', rel: 'noopener', text: 'report',
      'aria-label': `Report of ${run.run}`}) : '';
    return [box, open, format.words(run.outcome), format.clock(run.startedAt), format.duration(run.seconds),
      format.count(run.batches), format.number(run.validationNormalisedRmse), report];
  }
}
