/** Which parameters were drawn: two of them against each other, so that a bias is seen. */

import {get} from './api.js';
import {Chart, axis} from './chart.js';
import {make} from './dom.js';
import * as format from './format.js';
import {STATES} from './grid.js';
import {colour} from './theme.js';

const MOST_POINTS = 4000;
const SHAPES = {W: 'circle', R: 'triangle', F: 'circle', X: 'diamond', G: 'rect'};
const SHOWN_ROWS = 40;

export class Coverage {
  #source = null;
  #parameters = [];
  #answer = null;
  #x = make('select', {'aria-label': 'Parameter across'});
  #y = make('select', {'aria-label': 'Parameter upwards'});
  #tools = make('span', {class: 'row tools', hidden: ''}, this.#x, make('span', {text: 'against'}), this.#y);
  #chart;
  #open;

  /** @param open called with the id of the simulation whose point was chosen */
  constructor(open) {
    this.#open = open;
    for (const select of [this.#x, this.#y]) select.addEventListener('change', () => this.fetch().catch(() => {})); // The next change of the ensemble fetches again.
    this.#chart = new Chart(document.querySelector('[data-chart="coverage"]'), {
      id: 'coverage', title: 'Parameter coverage', awaited: 'Awaiting the first simulation with parameters.',
      tools: this.#tools,
      option: () => this.#option(),
      summary: () => this.#summary(),
      table: () => this.#table(),
      made: (chart) => chart.instance.on('click', ({data}) => this.#open(data[2])),
    });
  }

  show(source) {
    this.#source = source;
    this.#answer = null;
    this.#parameters = [];
    this.#chart.refresh();
  }

  /** The parameters that can be chosen. */
  async setParameters(parameters) {
    const named = JSON.stringify(parameters);
    if (named !== JSON.stringify(this.#parameters)) {
      this.#parameters = parameters;
      this.#tools.hidden = parameters.length === 0;
      this.#fill(this.#x, parameters, 0);
      // A lone parameter is shown against the simulations' numbers.
      this.#fill(this.#y, parameters.length > 1 ? parameters : [{name: 'simulation', unit: ''}], 1);
    }
    await this.fetch();
  }

  #fill(select, parameters, chosen) {
    select.replaceChildren(...parameters.map(({name, unit}, i) =>
      make('option', {value: i, text: format.quantity(name, unit)})));
    select.selectedIndex = Math.min(chosen, parameters.length - 1);
  }

  async fetch() {
    if (this.#parameters.length === 0) return;
    const source = this.#source;
    const answer = await get('/api/coverage', {
      source, x: this.#x.value, y: this.#parameters.length > 1 ? this.#y.value : 0, points: MOST_POINTS,
    });
    if (source !== this.#source) return;
    this.#answer = answer;
    this.#chart.refresh();
  }

  #points() {
    return this.#answer.points.map(([x, y, state, id]) => [x, this.#parameters.length > 1 ? y : id, id, state]);
  }

  #option() {
    if (!this.#answer || this.#answer.points.length === 0) return null;
    const name = (select) => select.selectedOptions[0]?.textContent ?? '';
    const points = this.#points();
    return {
      grid: {top: 46, bottom: 22},
      legend: {itemWidth: 11, itemHeight: 10},
      xAxis: axis({type: 'value', scale: true, name: name(this.#x), nameLocation: 'middle', nameGap: 24, axisLabel: {formatter: format.tick}}),
      yAxis: axis({type: 'value', scale: true, name: name(this.#y), nameTextStyle: {align: 'left', color: colour('muted'), fontSize: 11}, axisLabel: {formatter: format.tick}}),
      tooltip: {trigger: 'item', formatter: ({data}) =>
        `simulation ${data[2]}: ${STATES[data[3]]?.name}<br>${format.number(data[0])}, ${format.number(data[1])}`},
      dataZoom: [],
      series: Object.entries(STATES).map(([letter, state]) => ({
        type: 'scatter', name: state.name, symbol: SHAPES[letter], symbolSize: points.length > 1000 ? 4 : 7,
        itemStyle: letter === 'W' ? {color: 'transparent', borderColor: colour('muted'), borderWidth: 1}
          : {color: colour(state.colour), opacity: 0.85},
        data: points.filter((point) => point[3] === letter), emphasis: {disabled: true},
      })),
    };
  }

  #summary() {
    const {x, y, points, total} = this.#answer;
    const range = (i) => {
      const values = points.map((point) => point[i]);
      return `${format.number(Math.min(...values))} to ${format.number(Math.max(...values))}`;
    };
    return `${format.plural(total, 'simulation')}: ${x} from ${range(0)}, ${y} from ${range(1)}.`;
  }

  #table() {
    return {
      columns: ['#Simulation', 'State', `#${this.#answer.x}`, `#${this.#answer.y}`],
      rows: this.#answer.points.slice(-SHOWN_ROWS).reverse().map(([x, y, state, id]) =>
        [format.count(id), STATES[state]?.name ?? '', format.number(x), format.number(y)]),
    };
  }
}
