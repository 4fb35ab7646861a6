/** A chart in its frame: heading, picture, a summary in words and the same data as a table. */

import {absent, make} from './dom.js';
import {colour, onTheme} from './theme.js';

const SUMMARY_MILLIS = 2000;

/** Canvases do not inherit the page's. */
export const FONT = getComputedStyle(document.body).fontFamily;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** What all charts share; a chart's own option is laid over it. */
const base = () => ({
  animation: false,
  color: ['line-a', 'line-b', 'line-c', 'line-d', 'line-e'].map(colour),
  textStyle: {fontFamily: FONT, color: colour('muted')},
  grid: {left: 8, right: 14, top: 30, bottom: 6, containLabel: true},
  legend: {
    top: 0, left: 0, itemWidth: 22, itemHeight: 14, itemGap: 14, type: 'scroll',
    textStyle: {color: colour('ink'), fontSize: 12},
    pageTextStyle: {color: colour('muted')}, pageIconColor: colour('muted'),
    inactiveColor: colour('line'),
  },
  tooltip: {
    trigger: 'axis', confine: true, transitionDuration: calm.matches ? 0 : 0.1,
    backgroundColor: colour('card'), borderColor: colour('line'), padding: [6, 9],
    textStyle: {color: colour('ink'), fontSize: 12},
    axisPointer: {type: 'line', lineStyle: {color: colour('muted'), width: 1}},
  },
});

/** The look of an axis. */
export const axis = (option) => ({
  nameTextStyle: {color: colour('muted'), fontSize: 11},
  axisLine: {show: true, lineStyle: {color: colour('line')}},
  axisTick: {show: false},
  axisLabel: {color: colour('muted'), fontSize: 11, hideOverlap: true, ...option.axisLabel},
  splitLine: {show: true, lineStyle: {color: colour('faint')}},
  minorSplitLine: {show: false},
  ...Object.fromEntries(Object.entries(option).filter(([key]) => key !== 'axisLabel')),
});

/**
 * One chart. `source` says what it shows: option() gives ECharts' option or null while there is
 * nothing to show, summary() a sentence, table() {columns, rows}, awaited what is waited for.
 */
export class Chart {
  #source;
  #instance = null;
  #visible = false;
  #stale = true;
  #summarised = -Infinity;
  #picture;
  #empty;
  #details;
  #body;

  constructor(slot, source) {
    this.#source = source;
    this.#build(slot);
    new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      if (this.#visible && this.#stale) this.#draw();
    }, {rootMargin: '120px'}).observe(slot);
    new ResizeObserver(() => this.#instance?.resize()).observe(this.#picture);
    onTheme(() => this.refresh());
  }

  #build(slot) {
    const {id, title, note} = this.#source;
    slot.classList.add('card', 'chart');
    slot.id ||= `chart-${id}`;
    const heading = make('h3', {id: `${id}-title`, text: title});
    const head = make('div', {class: 'head'}, heading, note ? make('span', {class: 'muted', text: note}) : null);
    if (this.#source.tools) head.append(this.#source.tools);
    this.#picture = make('div', {
      class: 'picture', tabindex: '0', role: 'img', 'data-testid': `chart-${id}`, 'aria-label': title,
    });
    this.#empty = make('p', {class: 'awaiting over', text: this.#source.awaited});
    this.#body = make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${title}: data`});
    this.#details = make('details', {ontoggle: () => this.#fillTable()},
      make('summary', {text: 'Data'}, make('span', {class: 'unseen', text: ` of ${title}`})), this.#body);
    slot.append(head, make('div', {class: 'frame'}, this.#picture, this.#empty), this.#details);
  }

  get picture() {
    return this.#picture;
  }

  get instance() {
    return this.#instance;
  }

  /** Draws it again: now if it is in sight, else when it comes into sight. */
  refresh() {
    this.#stale = true;
    if (this.#visible) this.#draw();
  }

  #draw() {
    this.#stale = false;
    const option = this.#source.option();
    this.#empty.hidden = option !== null;
    this.#empty.textContent = absent(this.#source.awaited);
    this.#picture.classList.toggle('blank', option === null);
    if (option === null) {
      this.#instance?.clear();
      this.#picture.setAttribute('aria-label', `${this.#source.title}. ${this.#empty.textContent}`);
      return;
    }
    if (this.#instance === null) {
      this.#instance = window.echarts.init(this.#picture, null, {renderer: 'canvas'});
      this.#source.made?.(this);
    }
    const shared = base();
    for (const part of ['grid', 'legend', 'tooltip']) {
      if (option[part]) option[part] = {...shared[part], ...option[part]};
    }
    this.#instance.setOption({...shared, ...option}, {replaceMerge: ['series', 'xAxis', 'yAxis']});
    this.#summarise();
  }

  /** The words change less often than the picture, so that a screen reader can finish them. */
  #summarise() {
    if (performance.now() - this.#summarised < SUMMARY_MILLIS) return;
    this.#summarised = performance.now();
    this.#picture.setAttribute('aria-label', `${this.#source.title}. ${this.#source.summary()}`);
    this.#fillTable();
  }

  #fillTable() {
    if (!this.#details.open) return;
    const {columns, rows} = this.#source.table();
    this.#body.replaceChildren(table(columns, rows, `${this.#source.title}: data`));
  }
}

/** A table of texts; `columns` name them, those that begin with # hold numbers. */
export function table(columns, rows, caption) {
  const isNumber = columns.map((column) => column.startsWith('#'));
  const cell = (content, i) => {
    const box = make('td', {class: isNumber[i] ? 'number' : null});
    box.append(content ?? '');
    return box;
  };
  return make('table', {},
    make('caption', {class: 'unseen', text: caption}),
    make('thead', {}, make('tr', {}, ...columns.map((column, i) =>
      make('th', {scope: 'col', class: isNumber[i] ? 'number' : null, text: column.replace(/^#/, '')})))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map(cell)))));
}
