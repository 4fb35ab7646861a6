/** How often samples were drawn before they left the reservoir. */

import {Chart, axis} from './chart.js';
import * as format from './format.js';
import {colour} from './theme.js';

export class Draws {
  #histogram = null;
  #chart;

  constructor() {
    this.#chart = new Chart(document.querySelector('[data-chart="draws"]'), {
      id: 'draws', title: 'Draws per sample', note: 'of samples that have left', awaited: 'Awaiting the first sample that leaves the reservoir.',
      option: () => this.#option(),
      summary: () => this.#summary(),
      table: () => this.#table(),
    });
  }

  show(histogram) {
    if (JSON.stringify(histogram) === JSON.stringify(this.#histogram)) return;
    this.#histogram = histogram;
    this.#chart.refresh();
  }

  #label(i) {
    const {counts, lastIsMore} = this.#histogram;
    return lastIsMore && i === counts.length - 1 ? `≥ ${i}` : String(i);
  }

  #option() {
    const counts = this.#histogram?.counts ?? [];
    if (!counts.some((n) => n > 0)) return null;
    return {
      grid: {top: 46, bottom: 22},
      legend: {show: false},
      xAxis: axis({type: 'category', data: counts.map((_, i) => this.#label(i)), name: 'draws', nameLocation: 'middle', nameGap: 24}),
      yAxis: axis({type: 'value', name: 'samples', nameTextStyle: {align: 'left', color: colour('muted'), fontSize: 11, padding: [0, 0, 0, -18]}, axisLabel: {formatter: format.tick}}),
      tooltip: {axisPointer: {type: 'shadow'}, formatter: ([{name, value}]) => `drawn ${name} times: <b>${format.count(value)}</b>`},
      dataZoom: [],
      graphic: [],
      series: [{type: 'bar', name: 'samples', data: counts, barCategoryGap: '12%', itemStyle: {color: colour('line-a')}, emphasis: {disabled: true},
        markLine: this.#mean()}],
    };
  }

  #mean() {
    const {mean, counts} = this.#histogram;
    if (mean === null || mean > counts.length - 1) return null;
    return {
      symbol: 'none', silent: true, animation: false, data: [{xAxis: Math.round(mean)}],
      lineStyle: {color: colour('ink'), type: 'dashed'},
      label: {formatter: `mean ${format.number(mean)}`, color: colour('ink'), fontSize: 11},
    };
  }

  #summary() {
    const {mean, min, max} = this.#histogram;
    return `Mean ${format.number(mean)}, fewest ${format.count(min)}, most ${format.count(max)}.`;
  }

  #table() {
    return {
      columns: ['#Draws', '#Samples'],
      rows: this.#histogram.counts.map((n, i) => [this.#label(i), format.count(n)]),
    };
  }
}
